"""The child process that the analyzer runs in while submissions are graded.

`python -m grader.grading.lint_server` reads requests from stdin and writes answers to stdout (`frames.py`).
A submission's files are handed to the analyzer as they are, below a folder that does not exist; no
configuration of the submission is read, and a `# noqa` in it is blanked: a student does not decide which
rules the exercise has.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from grader.grading.frames import read_frame, write_frame
from grader.grading.lifeline import end_with_parent
from grader.grading.lint_messages import MOST_FINDINGS, LintAnswer, LintRequest
from grader.locale import ENGLISH, _, speaking

if TYPE_CHECKING:
    from rules import Finding

_NOQA = re.compile(rb"(#[^\n]{0,200}?)noqa", re.IGNORECASE)
MEMORY_LIMIT = 2 * 1024**3
"""Bytes of address space; the analyzer itself needs about a tenth."""


def serve(stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """Answer requests until stdin ends."""
    while (request := read_frame(stdin, LintRequest)) is not None:
        try:
            reply = answer(request)
        except Exception as error:  # noqa: BLE001  # a bug of the analyzer is told, and ends nothing
            with speaking(request.language):
                reason = f"{type(error).__name__}: {str(error)[:200]}"
                reply = LintAnswer(problem=_("The analyzer failed: {reason}").format(reason=reason))
        write_frame(stdout, reply)


def answer(request: LintRequest) -> LintAnswer:
    """Run the analyzer on one submission."""
    import rules

    root = _nowhere()
    settings = rules.Settings(
        select=request.select,
        ignore=request.ignore,
        preset="course" if request.select is None else None,
        test_files=(),
        respect_gitignore=False,
        cache=False,
    )
    files = {path: _NOQA.sub(rb"\1____", content) for path, content in request.files.items()}
    # Named one by one, since a folder's files are only parsed where there is something asynchronous in them.
    named = [root / path for path in sorted(files)]
    findings = rules.lint(named, settings, lang=request.language, root=root, overlay=files)
    return LintAnswer(tuple(_relative(finding, root) for finding in findings[:MOST_FINDINGS]))


@cache
def _nowhere() -> Path:
    """A folder that nobody can have made: the files of a submission count as being there, and nothing else is."""
    return Path(tempfile.gettempdir()).resolve() / f"grader-lint-{secrets.token_hex(16)}"


def _relative(finding: Finding, root: Path) -> Finding:
    """The finding with paths as the submission has them."""
    return msgspec.structs.replace(
        finding,
        path=_path(finding.path, root),
        message=finding.message.replace(f"{root.as_posix()}/", ""),
        chain=tuple(msgspec.structs.replace(link, path=_path(link.path, root)) for link in finding.chain),
        fix=None,
    )


def _path(path: str, root: Path) -> str:
    full = (root / path).resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else path


def main() -> None:
    """Serve stdin and stdout, below the memory limit."""
    with contextlib.suppress(ImportError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    end_with_parent()
    stdout = sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not break the frames
    answer(LintRequest({"warm.py": b"async def warm(): pass\n"}, None, (), ENGLISH))
    serve(sys.stdin.buffer, stdout)


if __name__ == "__main__":
    main()
