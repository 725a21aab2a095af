"""What an audit found, as plain values: what `grader audit --format json` prints, and what its text is
made of.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Survivor(_Value):
    """A mutant of the reference that no test noticed."""

    mutant: str = Field(description="its name, as [[equivalent]] in exercise.toml would have it")
    operator: str
    diff: str = Field(description="unified diff from the reference to the mutant")


class ExerciseAudit(_Value):
    """The exam of one exercise."""

    id: str
    ok: bool = Field(description="whether everything is as declared")
    mutants: int = Field(default=0, description="programs that differ from the reference in one place")
    killed: int = Field(default=0, description="mutants that a hidden test noticed")
    equivalent: int = Field(default=0, description="mutants that exercise.toml declares equivalent")
    score: float = Field(default=0.0, description="killed / (mutants - equivalent), from 0 to 1")
    tests: int = Field(default=0, description="hidden tests")
    wrong: int = Field(default=0, description="wrong solutions")
    problems: tuple[str, ...] = Field(default=(), description="what is not as declared: `file:line: what`")
    survivors: tuple[Survivor, ...] = ()


class AuditReport(_Value):
    """All that `grader audit` says."""

    exercises: tuple[ExerciseAudit, ...]

    @property
    def ok(self) -> bool:
        """Whether every exercise is as declared."""
        return all(exercise.ok for exercise in self.exercises)
