"""`grader explain`: a rule's page, and without a code the list of all rules."""

from __future__ import annotations

import click

from grader.cli._command import EXIT_OK, format_option, make_command
from grader.errors import GraderError
from grader.locale import N_, current
from rules.locale import say

_EXAMPLES = (
    ("grader explain LOOP101", N_("What is wrong with time.sleep in async code.")),
    ("grader explain unawaited-coroutine", N_("A rule's name will do as well.")),
    ("grader explain", N_("The list of all rules.")),
)


@make_command(
    "explain",
    help=N_("Explain a rule: what it finds, why it matters, what to write instead."),
    examples=_EXAMPLES,
)
@click.argument("code", required=False)
@format_option()
def command(code: str | None, form: str) -> int:
    """Print the page of one rule or a line for each."""
    from rules.pages import page

    lang = current()
    if code is None:
        _show_list(lang, form)
        return EXIT_OK
    rule = _found(code)
    text = page(rule, lang)
    if form == "json":
        _show_json([_described(rule, lang) | {"page": text}])
    else:
        click.echo(text, nl=False)
    return EXIT_OK


def _found(word: str) -> str:
    """The code of the rule that `word` means, by code or name, in any case."""
    from rules.registry import RULES

    for rule in RULES:
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule.code
    import difflib

    words = [text for rule in RULES for text in (rule.code, rule.name)]
    near = difflib.get_close_matches(word.upper(), words, n=1) or difflib.get_close_matches(
        word.lower(), words, n=1
    )
    todo = say("nearest", current(), name=near[0]) if near else say("know-all", current())
    raise GraderError(say("no-such-rule", current(), code=word), todo=todo)


def _show_list(lang: str, form: str) -> None:
    from rules.registry import RULES

    if form == "json":
        _show_json([_described(rule.code, lang) for rule in RULES])
        return
    from rules.output.text import rule_line
    from rules.pages import summary

    click.echo(say("rule-list", lang))
    for rule in RULES:
        first, _end, _rest = summary(rule.code, lang).replace("。", ". ").partition(". ")
        click.echo(f"  {rule_line(rule.code, lang)}")
        click.echo(
            click.style(f"            {first}{'。' if lang == 'zh-CN' else '.'}".replace("..", "."), dim=True)
        )


def _described(code: str, lang: str) -> dict[str, object]:
    from rules.pages import summary
    from rules.registry import BY_CODE

    rule = BY_CODE[code]
    return {
        "code": code,
        "name": rule.name,
        "summary": summary(code, lang),
        "default": rule.default,
        "fix": None if rule.fixable == "none" else rule.fixable,
    }


def _show_json(rules: list[dict[str, object]]) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(rules), indent=2).decode())
