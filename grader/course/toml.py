"""TOML files that people write, read into pydantic models with errors that point at a line.

`tomllib` forgets where a key stood, and pydantic knows only its path (`lint.cost.LOOP`). `line_of` finds
the path in the text again: it understands tables, arrays of tables and dotted keys, which is what such
files are made of.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from grader.errors import GraderError, reason_of
from grader.locale import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_Model = TypeVar("_Model", bound=BaseModel)
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*="""
)
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_SYNTAX_LINE = re.compile(r"\(at line (\d+)")
_LARGEST = 1024 * 1024


def read_model(model: type[_Model], path: Path, *, hidden_keys: frozenset[str] = frozenset()) -> _Model:
    """The file at `path` as a `model`.

    Args:
        model: What the file should be.
        path: A TOML file in UTF-8.
        hidden_keys: Fields of the model that may not be written in the file.

    Raises:
        GraderError: It cannot be read, is not TOML, or does not fit the model.
    """
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _SYNTAX_LINE.search(str(error))
        raise GraderError(
            _("This is not valid TOML: {reason}.").format(reason=error),
            where=f"{path}:{match[1]}" if match else path,
            todo=_("Texts need quotation marks; a table starts with its name in [brackets]."),
        ) from None
    for key in sorted(hidden_keys & data.keys()):
        raise _unknown_key(model, (key,), path, text, hidden_keys)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        location = tuple(first["loc"])
        if first["type"] == "extra_forbidden":
            raise _unknown_key(model, location, path, text, hidden_keys) from None
        if first["type"] == "missing":
            raise GraderError(
                _("The key {key} is missing.").format(key=".".join(map(str, location))),
                where=f"{path}:{line_of(text, location[:-1])}",
                todo=_("Add it to the file."),
            ) from None
        reason = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
        raise GraderError(
            _("{key} has a value that does not fit: {reason}.").format(
                key=".".join(map(str, location)), reason=reason[:1].lower() + reason[1:]
            ),
            where=f"{path}:{line_of(text, location)}",
            todo=_("It is {value}.").format(value=_short(first["input"])),
        ) from None


def line_of(text: str, location: Sequence[str | int]) -> int:
    """The line (from 1) where the deepest part of `location` that can be found is written; 1 when none is."""
    wanted = tuple(location)
    best, depth = 1, 0
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(_without_long_strings(text), start=1):
        header = _HEADER.match(line)
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            written = table
        else:
            key = _KEY.match(line)
            if key is None:
                continue
            written = (*table, *_parts(key[1]))
        common = 0
        for mine, theirs in zip(written, wanted, strict=False):
            if mine != theirs:
                break
            common += 1
        if common == min(len(written), len(wanted)) and common > depth:
            best, depth = number, common
    return best


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise GraderError(
                _("This file is too large for a settings file."), where=path, todo=_("Is it the right file?")
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GraderError(
            _("This file is not UTF-8 text (byte {position}).").format(position=error.start),
            where=path,
            todo=_("Save it as UTF-8."),
        ) from None
    except OSError as error:
        raise GraderError(
            _("This file cannot be read: {reason}.").format(reason=reason_of(error)),
            where=path,
            todo=_("Check that it exists and that you may read it."),
        ) from None


def _unknown_key(
    model: type[BaseModel], location: Sequence[str | int], path: Path, text: str, hidden: frozenset[str]
) -> GraderError:
    known = [key for key in _keys(model, location[:-1]) if key not in hidden]
    key = str(location[-1])
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return GraderError(
        _("There is no key {key} here.").format(key=".".join(map(str, location))),
        where=f"{path}:{line_of(text, location)}",
        todo=_("Did you mean: {names}?").format(names=near[0])
        if near
        else _("Valid keys: {names}.").format(names=", ".join(known)),
    )


def _keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The valid keys of the table at `location` in a file of `model`."""
    for step in location:
        if isinstance(step, int):
            continue
        annotation = next(
            (field.annotation for name, field in model.model_fields.items() if step in (name, field.alias)),
            None,
        )
        inner = [kind for kind in (annotation, *get_args(annotation)) if _is_model(kind)]
        if not inner:
            return []
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _parts(dotted: str) -> tuple[str | int, ...]:
    return tuple(match[1] or match[2] or match[3] or "" for match in _PART.finditer(dotted))


def _without_long_strings(text: str) -> list[str]:
    """The lines of `text`, those inside of a multi-line string blanked."""
    blanked = re.sub(
        r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'',
        lambda match: "\n" * match[0].count("\n"),
        text,
        flags=re.DOTALL,
    )
    return blanked.split("\n")


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"
