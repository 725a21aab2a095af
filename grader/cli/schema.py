"""`grader schema`: the JSON schemas of what commands print and of what people write."""

from __future__ import annotations

import json
import types
from importlib import import_module
from typing import Any

import click
import msgspec

from grader.cli._command import EXIT_OK, make_command
from grader.errors import GraderError
from grader.locale import N_, _


class Attempt(msgspec.Struct, frozen=True):
    """Something that a sandboxed program tried."""

    attempt: str
    stopped: bool
    detail: str


class LayerReport(msgspec.Struct, frozen=True):
    """One layer of confinement; `missing`: why the machine does not give it."""

    layer: str
    works: bool
    missing: str | None
    outcomes: list[Attempt]


class DoctorReport(msgspec.Struct, frozen=True):
    """What `grader doctor --format json` prints."""

    level: str
    required: str
    kernel: str
    machine: str
    landlock_abi: int
    root: bool
    layers: list[LayerReport]
    watchdog: list[Attempt]
    event_loop: bool


SCHEMAS = {
    "exercise": ("grader.course.exercise", "Exercise", False),
    "grade": ("grader.grading.grade", "Grade", False),
    "lint": ("rules", "Finding", True),
    "audit": ("grader.audit.results", "AuditReport", False),
    "timeline": ("grader.bridge.simulation.recording", "Recording", False),
    "doctor": ("grader.cli.schema", "DoctorReport", False),
}
"""Name -> where the type lives (a pydantic model or a msgspec struct), and whether the command prints a list of it."""


@make_command(
    "schema",
    help=N_("Print the JSON schema of a format. Without NAME: the names."),
    examples=[
        ("grader schema grade", N_("One line of grades.jsonl.")),
        ("grader schema exercise > exercise.schema.json", N_("For an editor that completes exercise.toml.")),
    ],
)
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Print a schema."""
    if name is None:
        for known in SCHEMAS:
            click.echo(known)
        return EXIT_OK
    if name not in SCHEMAS:
        raise GraderError(
            _("There is no schema {name}.").format(name=name),
            todo=_("Choose one of: {choices}.").format(choices=", ".join(SCHEMAS)),
        )
    click.echo(json.dumps(schema_of(name), ensure_ascii=False, indent=2))
    return EXIT_OK


def schema_of(name: str) -> dict[str, Any]:
    """The schema called `name`, one of SCHEMAS."""
    module, attribute, many = SCHEMAS[name]
    kind: Any = getattr(import_module(module), attribute)
    if hasattr(kind, "model_json_schema"):
        schema: dict[str, Any] = kind.model_json_schema(by_alias=True, mode="validation")
    else:
        schema = msgspec.json.schema(types.GenericAlias(list, (kind,)) if many else kind)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
