"""What a wrong solution says about itself, in its first lines.

    # fails: test_heartbeat, test_elapsed[slow]
    # lint: LOOP101

`test_heartbeat` stands for a test and all of its parametrized cases, `test_elapsed[slow]` for one case, and
`TestPot::test_soup` for a test in a class. The declaration is exact: each name has a test that fails,
and no other test fails. Either line may be missing, and be repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.judge.verdicts import short_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE = re.compile(r"^#\s*(fails|lint)\s*:\s*(.*?)\s*$")
_NAME = re.compile(r"[^,\[]+(?:\[[^\]]*\])?")


@dataclass(frozen=True, slots=True)
class Declaration:
    """Names after `# fails:` and codes after `# lint:`, each with its line."""

    fails: dict[str, int]
    lint: dict[str, int]

    @property
    def is_empty(self) -> bool:
        return not self.fails and not self.lint


def read_declaration(source: str) -> Declaration:
    """The declaration in the comment lines at the top of a file."""
    fails: dict[str, int] = {}
    lint: dict[str, int] = {}
    for number, line in enumerate(source.removeprefix("\ufeff").splitlines(), start=1):
        if not line.startswith("#"):
            break
        match = _LINE.match(line)
        if match is None:
            continue
        names = _NAME.findall(match[2]) if match[1] == "fails" else match[2].split(",")
        for name in filter(None, (each.strip() for each in names)):
            (fails if match[1] == "fails" else lint).setdefault(name, number)
    return Declaration(fails, lint)


def without_case(name: str) -> str:
    """A test's name without its parameters."""
    return name.partition("[")[0]


def stands_for(declared: str, test: str) -> bool:
    """Whether a declared name means the test of this id."""
    name = short_name(test)
    return declared in {test, name, without_case(name), without_case(test)}


def unexpected(declared: Iterable[str], failing: Iterable[str]) -> list[str]:
    """Failing tests that no declared name stands for."""
    names = list(declared)
    return [test for test in failing if not any(stands_for(name, test) for name in names)]
