"""What every command has in common: `--lang`, translated help, examples, and a result that is the exit code.

A command's file holds one function made with `make_command(...)`; it parses arguments, calls, prints, and
returns its exit code (None is 0). Help texts are marked with `N_` and translated when help is shown, since
a module is imported once but `--lang` may say anything.

    @make_command("doctor", help=N_("Show which ..."), examples=[("grader doctor", N_("Try every layer."))])
    @option("--format", "form", type=click.Choice(["text", "json"]), default="text", help=N_("..."))
    def command(form: str) -> int: ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from grader.errors import GraderError
from grader.locale import LANGUAGES, N_, _, parse, use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Example = tuple[str, str]
"""A command line and, marked with N_, what it does."""

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_ERROR = 2
EXIT_INTERNAL = 3


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in the help, in the current language."""
        marked = self.help
        self.help = _(marked) if marked else marked
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = marked


class Command(click.Command):
    """A command with `--lang`, translated help and examples."""

    def __init__(self, *args: Any, examples: Sequence[Example] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.params.append(lang_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, after looking for `--lang` so that help and errors speak it wherever it stands."""
        use_language_of(args)
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in the current language: click translates it only once."""
        return translated_help(super().get_help_option(ctx))

    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's description, in the current language."""
        if self.help:
            write_text(formatter, _(self.help))

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples."""
        write_examples(formatter, self.examples)


def make_command(
    name: str,
    *,
    help: str,  # noqa: A002  # click's word
    examples: Sequence[Example] = (),
) -> Callable[[Callable[..., int | None]], Command]:
    """Make a function a command. `help` and the examples' texts are marked with `N_`."""
    settings = {"help_option_names": ["-h", "--help"]}
    return click.command(name, cls=Command, help=help, examples=examples, context_settings=settings)


command = make_command
"""The same, for files whose own `command` has another name until the end."""


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`click.option` with a help text (marked with `N_`) that is translated when shown."""
    return click.option(*names, cls=Option, **attributes)


def format_option(*more: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--format text|json` and `more`, as the argument `form`."""
    return option(
        "--format",
        "form",
        type=click.Choice(["text", "json", *more]),
        default="text",
        show_default=True,
        help=N_("How to print the result."),
    )


def translated_help(help_option: click.Option | None) -> click.Option | None:
    """click's own option `--help` with its text in the current language."""
    if help_option is not None:
        help_option.help = _("Show this message and exit.")
    return help_option


def use_language_of(args: Sequence[str]) -> None:
    """Use the language that `--lang` in `args` names, if it does and we speak it."""
    for position, text in enumerate(args):
        if text == "--":
            return
        name = args[position + 1] if text == "--lang" and position + 1 < len(args) else None
        if text.startswith("--lang="):
            name = text.removeprefix("--lang=")
        if name is not None and parse(name) is not None:
            use(name)


def write_text(formatter: click.HelpFormatter, text: str) -> None:
    """Paragraphs of a command's description."""
    formatter.write_paragraph()
    with formatter.indentation():
        for paragraph in text.split("\n\n"):
            formatter.write_text(paragraph)
            formatter.write_paragraph()


def write_examples(formatter: click.HelpFormatter, examples: Sequence[Example]) -> None:
    """Examples below the options: the line to type, then what it does."""
    if not examples:
        return
    with formatter.section(_("Examples")):
        for line, meaning in examples:
            formatter.write_text(f"$ {line}")
            with formatter.indentation():
                formatter.write_text(_(meaning))


def lang_option() -> Option:
    """`--lang`, which every command has."""
    return Option(
        ["--lang"],
        metavar="|".join(LANGUAGES),
        callback=_set_language,
        expose_value=False,
        is_eager=True,
        help=N_("Language of messages (default: GRADER_LANG, then the locale)."),
    )


def _set_language(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    if parse(value) is None:
        raise GraderError(
            _("There are no messages in the language {language}.").format(language=value),
            where="--lang",
            todo=_("Choose one of: {choices}.").format(choices=", ".join(LANGUAGES)),
        )
    use(value)
