"""An exercise as its teacher wrote it: `exercise.toml` read, checked and given its defaults.

    exercise.toml   README.md  README.zh-CN.md  starter/  visible/  hidden/  reference/  wrong/

Only `module` has no default. The whole file, with every key:

    id = "03-let-the-pot-cook"     # default: the folder's name
    title = "Let the pot cook"     # or { en = "...", zh-CN = "..." }; default: the folder's name
    module = "kitchen"             # students hand in kitchen.py (or a package kitchen/)
    points = 10                    # the tests share these by weight; default: the sum of the weights
    packages = ["numpy"]           # third-party packages that a submission may import; default: none

    [limits]
    cpu = 10                       # seconds per test, as wall and virtual
    wall = 30
    virtual = 86400
    total_cpu = 600                # seconds per submission
    memory = "512 MB"              # or bytes; per submission, as output and threads
    output = 65536                 # characters
    threads = 256

    [lint]
    select = ["LOOP", "AWAIT"]     # codes or prefixes; default: the rules of the preset "course"
    ignore = ["AWAIT101"]
    cost = { LOOP = 1, AWAIT = 2 } # points that one finding costs, the longest prefix counts
    max_cost = 3                   # points that all findings together may cost; default: no bound

    [feedback]
    hidden = "hint"                # what students see of a hidden test: full, hint, name or none
    visible = "full"

    [[equivalent]]                 # mutants of the reference that no test can catch
    mutant = "..."                 # as `grader audit` prints it
    reason = "..."

What is wrong in the file is told with its line and the nearest valid key.
"""

from __future__ import annotations

import keyword
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_serializer,
)

from grader.course.feedback import Feedback
from grader.course.toml import read_model
from grader.course.version import content_version
from grader.errors import GraderError
from grader.locale import ENGLISH, LANGUAGES, _, current
from grader.sandbox.limits import Limits

FILE = "exercise.toml"
HIDDEN, VISIBLE, REFERENCE, STARTER, WRONG = "hidden", "visible", "reference", "starter", "wrong"

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)i?b?\s*", re.IGNORECASE)
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_DEFAULTS = Limits()


def _bytes_of(value: Any) -> Any:
    """`"512 MB"` as a number of bytes (1 MB is 2**20, as everywhere in limits of memory)."""
    if isinstance(value, str):
        match = _SIZE.fullmatch(value)
        if match is None:
            raise ValueError(_('a size is a number of bytes or a text such as "512 MB"'))
        return int(float(match[1]) * _UNITS[match[2].lower()])
    return value


def _in_languages(value: Any) -> Any:
    """A text, or one text per language, as a mapping from language to text."""
    return {ENGLISH: value} if isinstance(value, str) else value


class LocalText(BaseModel):
    """A text in one or more languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    en: str | None = Field(default=None, min_length=1)
    zh_cn: str | None = Field(default=None, alias="zh-CN", min_length=1)

    @model_serializer(mode="plain")
    def _by_language(self) -> dict[str, str]:
        texts = {LANGUAGES[0]: self.en, LANGUAGES[1]: self.zh_cn}
        return {language: text for language, text in texts.items() if text is not None}

    def in_language(self, language: str | None = None) -> str:
        """The text in `language` (default: the current one), else in the other one."""
        wanted = language or current()
        texts = {LANGUAGES[0]: self.en, LANGUAGES[1]: self.zh_cn}
        return texts.get(wanted) or self.en or self.zh_cn or ""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)


class LimitsTable(_Table):
    """`[limits]`: what a submission may use."""

    cpu: PositiveFloat = _DEFAULTS.cpu
    wall: PositiveFloat = _DEFAULTS.wall
    virtual: PositiveFloat = _DEFAULTS.virtual
    total_cpu: PositiveFloat = _DEFAULTS.total_cpu
    memory: Annotated[PositiveInt, BeforeValidator(_bytes_of)] = _DEFAULTS.memory
    output: PositiveInt = _DEFAULTS.output
    threads: PositiveInt = _DEFAULTS.threads


class LintPolicy(_Table):
    """`[lint]`: which rules look at a submission, and what a finding costs."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    cost: dict[str, NonNegativeFloat] = Field(default_factory=dict)
    max_cost: NonNegativeFloat | None = None

    def cost_of(self, code: str) -> float:
        """Points that one finding of `code` costs: the longest prefix of it in `cost`, else 0."""
        prefixes = [prefix for prefix in self.cost if code.startswith(prefix)]
        return self.cost[max(prefixes, key=len)] if prefixes else 0.0


class FeedbackPolicy(_Table):
    """`[feedback]`: how much of a test a student is shown, unless the test says it itself."""

    hidden: Feedback = Feedback.HINT
    visible: Feedback = Feedback.FULL


class EquivalentMutant(_Table):
    """`[[equivalent]]`: a mutant of the reference that behaves as the reference does, and why."""

    mutant: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class Exercise(_Table):
    """One exercise: its settings, and where its parts are."""

    module: str
    id: str = ""
    title: Annotated[LocalText, BeforeValidator(_in_languages)] = LocalText()
    points: PositiveFloat | None = None
    packages: tuple[str, ...] = ()
    stated_limits: LimitsTable = Field(default=LimitsTable(), alias="limits")
    lint: LintPolicy = LintPolicy()
    feedback: FeedbackPolicy = FeedbackPolicy()
    equivalent: tuple[EquivalentMutant, ...] = ()
    folder: Path = Field(default=Path(), exclude=True)

    @field_validator("module")
    @classmethod
    def _is_importable(cls, value: str) -> str:
        if not value.isidentifier() or keyword.iskeyword(value):
            raise ValueError(_("a module's name is an identifier, such as two_fer"))
        return value

    @field_validator("id")
    @classmethod
    def _is_a_file_name(cls, value: str) -> str:
        if (value and re.fullmatch(r"[\w.-]+", value) is None) or value.startswith("."):
            raise ValueError(_("an id has letters, digits, and - _ . inside"))
        return value

    def limits(self) -> Limits:
        """The limits as the sandbox takes them."""
        return Limits(**self.stated_limits.model_dump())

    @cached_property
    def version(self) -> str:
        """A hash of everything that affects grading: the settings, the hidden suite and the reference.

        Texts for people (READMEs, the title), the starter, the visible suite and the wrong solutions do not
        count: mending a typo there grades nobody again.
        """
        settings = self.model_dump(mode="json", by_alias=True, exclude={"title", "equivalent", "id"})
        return content_version(settings, self.folder, (HIDDEN, REFERENCE))

    def suite(self, name: str = HIDDEN) -> Path:
        """The folder of the hidden or visible suite.

        Raises:
            GraderError: There are no tests in it.
        """
        folder = self.folder / name
        if not any(is_test_file(path) for path in folder.rglob("*.py")):
            raise GraderError(
                _("Exercise {id} has no {suite} tests.").format(id=self.id, suite=name),
                where=folder,
                todo=_("Put test files (test_*.py or *_test.py) into this folder."),
            )
        return folder

    def solution_folder(self, name: str = REFERENCE) -> Path | None:
        """The folder `reference` or `starter` when it holds the module, else None."""
        folder = self.folder / name
        return folder if (folder / f"{self.module}.py").is_file() or (folder / self.module).is_dir() else None

    def wrong_solutions(self) -> list[Path]:
        """The wrong solutions, in the order of their names."""
        return sorted((self.folder / WRONG).glob("*.py"))


def is_test_file(path: Path) -> bool:
    """Whether pytest collects this file: `test_*.py` or `*_test.py`."""
    return path.suffix == ".py" and (path.name.startswith("test_") or path.stem.endswith("_test"))


def load_exercise(folder: Path) -> Exercise:
    """Read the exercise in `folder`.

    Raises:
        GraderError: There is no exercise.toml, or it is not as it should be: with its line and the nearest
        valid key.
    """
    folder = Path(folder)
    path = folder / FILE
    if not path.is_file():
        raise GraderError(
            _("This folder is not an exercise: it has no exercise.toml."),
            where=folder,
            todo=_('The smallest exercise.toml is the line: module = "name_of_the_file_students_hand_in"'),
        )
    name = folder.resolve().name
    exercise = read_model(Exercise, path, hidden_keys=frozenset({"folder"}))
    defaults: dict[str, Any] = {"folder": folder.resolve(), "id": exercise.id or name}
    if not exercise.title.in_language():
        defaults["title"] = LocalText(en=name)
    return exercise.model_copy(update=defaults)
