"""`grader schema`: the JSON schemas of what commands print and of what people write."""

from __future__ import annotations

import json
import types
from importlib import import_module
from typing import Any

import click

from grader.cli._command import EXIT_OK, make_command
from grader.errors import GraderError
from grader.locale import N_, _

SCHEMAS = {
    "exercise": ("grader.course.exercise", "Exercise"),
    "grade": ("grader.grading.grade", "Grade"),
    "lint": ("rules", "Finding"),
}
"""Name -> where the type lives: a pydantic model, or a msgspec struct of which the command prints a list."""


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
    module, attribute = SCHEMAS[name]
    kind: Any = getattr(import_module(module), attribute)
    if hasattr(kind, "model_json_schema"):
        schema: dict[str, Any] = kind.model_json_schema(by_alias=True, mode="validation")
    else:
        import msgspec

        schema = msgspec.json.schema(types.GenericAlias(list, (kind,)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
