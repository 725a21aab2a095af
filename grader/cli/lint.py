"""`grader lint`: find blocking calls and lost coroutines in a project, and fix them.

A commit hook runs this on every commit, so what is imported here is what is used: the analyzer, never
pydantic or pytest, and a parser only when a file has changed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from grader.cli._command import EXIT_FINDINGS, EXIT_OK, make_command, option
from grader.errors import GraderError
from grader.locale import N_, current
from rules.locale import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules import Finding, Settings
    from rules.output.fixing import Fixed

FORMATS = ("text", "json", "sarif", "github", "junit")
_EXAMPLES = (
    ("grader lint .", N_("Lint the project in this folder.")),
    ("grader lint src/app.py --fix", N_("Fix what can be fixed safely.")),
    ("grader lint . --unsafe-fixes --diff", N_("Show what every fix would change.")),
    (
        "grader lint . --select LOOP,AWAIT2 --format sarif",
        N_("Some rules only, for a code-scanning service."),
    ),
)


@make_command(
    "lint",
    help=N_(
        "Find blocking calls on the event loop and coroutines that are never awaited.\n\n"
        "PATHS are files and folders (default: the current folder). The whole project is taken into account, "
        "also when one file is named. Settings: [tool.grader.lint] in pyproject.toml."
    ),
    examples=_EXAMPLES,
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@option(
    "--select",
    metavar="CODES",
    multiple=True,
    help=N_("Rules to use: codes, prefixes or names, with commas."),
)
@option("--ignore", metavar="CODES", multiple=True, help=N_("Rules to leave out, in the same way."))
@option("--preset", metavar="NAME", help=N_('Add a set of rules: "course" has those of the lesson.'))
@option("--fix", is_flag=True, help=N_("Apply the safe fixes."))
@option(
    "--unsafe-fixes",
    is_flag=True,
    help=N_("Apply all fixes, also those that may change what the code means."),
)
@option("--diff", is_flag=True, help=N_("Show the fixes as a diff and change nothing."))
@option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help=N_("How to print findings."),
)
@option("--statistics", is_flag=True, help=N_("Also count the findings of each rule."))
@option("--exit-zero", is_flag=True, help=N_("Exit with 0 even when there are findings."))
@option("--no-cache", is_flag=True, help=N_("Analyse every file anew and remember nothing."))
@option(
    "--root",
    type=click.Path(path_type=Path),
    help=N_("The project's folder (default: the nearest one upwards with a pyproject.toml or .git)."),
)
@option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    help=N_("Lint standard input as if it were this file."),
)
def command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preset: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    form: str,
    statistics: bool,
    exit_zero: bool,
    no_cache: bool,
    root: Path | None,
    stdin_filename: Path | None,
) -> int:
    """Lint, print, and say by the exit code whether there was something."""
    job = _job(paths, root, stdin_filename)
    job = job._replace(settings=_settings(job.root, select, ignore, preset, cache=not no_cache))
    fixed = _fix(job, unsafe=unsafe_fixes) if fix or unsafe_fixes or diff else None
    findings = _lint(job, {}) if fixed is None or diff else fixed.left
    if fixed is not None and diff:
        _show_diff(fixed)
    elif fixed is not None and job.stdin is not None:
        sys.stdout.buffer.write(fixed.after.get(job.stdin_path, job.stdin))
        sys.stdout.flush()
        _report(job, findings, fixed, form, statistics=statistics, err=True)
    else:
        if fixed is not None:
            _write(job, fixed)
        _report(job, findings, fixed, form, statistics=statistics)
    return EXIT_FINDINGS if findings and not exit_zero else EXIT_OK


class Job(NamedTuple):
    """What to lint: files and folders of one project, one of them perhaps read from standard input."""

    paths: tuple[Path, ...]
    root: Path
    settings: Settings | None = None
    stdin: bytes | None = None
    stdin_path: str = ""

    def read(self, path: str) -> bytes:
        """The bytes of a file by the path that findings say."""
        if self.stdin is not None and path == self.stdin_path:
            return self.stdin
        return (self.root / path).read_bytes()


def _job(paths: tuple[Path, ...], root: Path | None, stdin_filename: Path | None) -> Job:
    if root is not None and not root.is_dir():
        raise GraderError(say("no-such-root", current(), path=root), where="--root")
    if stdin_filename is None:
        paths = paths or (Path(),)
        for path in paths:
            if not path.exists():
                raise GraderError(say("no-such-path", current(), path=path))
        return Job(paths, _root_of(paths) if root is None else root.resolve())
    if paths and paths != (Path("-"),):
        raise GraderError(say("no-stdin-path", current()), where="--stdin-filename")
    found = root.resolve() if root is not None else _root_of((stdin_filename,))
    shown = Path(os.path.relpath(stdin_filename, found)).as_posix()
    content = sys.stdin.buffer.read()
    return Job((stdin_filename,), found, stdin=content, stdin_path=shown)


def _root_of(paths: Sequence[Path]) -> Path:
    """The project that holds the paths; without one, the current folder, or theirs if that is elsewhere."""
    from rules.settings import project_root

    resolved = [path.resolve() for path in paths]
    common = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in resolved]))
    found = project_root(common)
    if found == common and not ((found / "pyproject.toml").is_file() or (found / ".git").exists()):
        here = Path.cwd().resolve()
        return here if common.is_relative_to(here) else common
    return found


def _settings(
    root: Path, select: Sequence[str], ignore: Sequence[str], preset: str | None, *, cache: bool
) -> Settings:
    """The project's settings with what the command line says on top."""
    import msgspec

    from rules.registry import PRESETS
    from rules.settings import SettingsError, check_selectors, load_settings

    if preset is not None and preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise GraderError(say("unknown-preset", current(), name=preset, known=known), where="--preset")
    try:
        settings = load_settings(root)
        chosen, left_out = _listed(select), _listed(ignore)
        check_selectors(chosen, "--select")
        check_selectors(left_out, "--ignore")
    except SettingsError as error:
        raise GraderError(say("bad-settings", current(), detail=error)) from error
    return msgspec.structs.replace(
        settings,
        select=chosen or settings.select,
        ignore=(*settings.ignore, *left_out),
        preset=preset or settings.preset,
        cache=cache and settings.cache,
    )


def _listed(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip() for option in options for code in option.split(",") if code.strip())


def _lint(job: Job, contents: Mapping[str, bytes]) -> list[Finding]:
    import rules

    overlay = dict(contents)
    if job.stdin is not None:
        overlay.setdefault(job.stdin_path, job.stdin)
    assert job.settings is not None
    return rules.lint(job.paths, job.settings, root=job.root, lang=current(), overlay=overlay)


def _fix(job: Job, *, unsafe: bool) -> Fixed:
    from rules.analysis.sources import decode
    from rules.output.fixing import fix

    return fix(lambda contents: _lint(job, contents), job.read, decode, unsafe=unsafe)


def _write(job: Job, fixed: Fixed) -> None:
    for path, content in fixed.after.items():
        try:
            (job.root / path).write_bytes(content)
        except OSError as error:
            raise GraderError(say("not-written", current(), path=path, reason=error.strerror)) from error


def _show_diff(fixed: Fixed) -> None:
    from rules.analysis.sources import decode
    from rules.output.edits import diff
    from rules.output.escape import encodable

    for path, content in sorted(fixed.after.items()):
        shown = diff(decode(fixed.before[path]), decode(content), path)
        click.echo(encodable(shown), nl=False)
    click.echo(say("would-fix", current(), count=fixed.count), err=True)


def _report(
    job: Job,
    findings: Sequence[Finding],
    fixed: Fixed | None,
    form: str,
    *,
    statistics: bool,
    err: bool = False,
) -> None:
    from rules.output import render_machine

    done = say("fixed", current(), count=fixed.count) if fixed is not None else ""
    if form == "text":
        from rules.output.text import render

        stream = sys.stderr if err else sys.stdout
        colour = _coloured(stream.isatty())
        source = _sources(job, fixed)
        text = render(findings, source, lang=current(), colour=colour, statistics=statistics)
        click.echo(f"{text}{done}\n" if done else text, nl=False, err=err, color=colour)
    else:
        click.echo(render_machine(findings, form, lang=current()), nl=False, err=err)
        if done:
            click.echo(done, err=True)


def _sources(job: Job, fixed: Fixed | None) -> Callable[[str], str | None]:
    """The text of a file by the path that findings say, as it is after the fixes."""
    from rules.analysis.sources import DecodeProblem, decode

    def source(path: str) -> str | None:
        try:
            content = fixed.after[path] if fixed is not None and path in fixed.after else job.read(path)
            return decode(content)
        except (OSError, DecodeProblem, ValueError):
            return None

    return source


def _coloured(terminal: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"
