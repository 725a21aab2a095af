"""JSON: a list of findings with the keys of `rules.findings.Finding`, lines and columns counted from 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from rules.output.escape import encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.findings import Finding


def render(findings: Sequence[Finding], *, lang: str = "en") -> str:  # noqa: ARG001  # one face for all formats
    """One array, indented. `lang` changes nothing: the messages are rendered already."""
    plain = encodable_everywhere(msgspec.to_builtins(list(findings)))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n"


def encodable_everywhere(value: Any) -> Any:
    """Lists, dicts and strings with every string made encodable."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, list | tuple):
        return [encodable_everywhere(item) for item in value]
    if isinstance(value, dict):
        return {encodable_everywhere(key): encodable_everywhere(item) for key, item in value.items()}
    return value
