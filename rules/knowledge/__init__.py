"""What the analyzer knows about code that it never reads: the standard library and the libraries people use
with it.

`load()` gives one immutable `Knowledge` (see `model.py` for its tables). It is written by hand in TOML files
and kept compiled beside them, because reading the TOML costs more than analysing a small project; the
compiled file carries a digest of its sources and is not believed when they have changed. `python -m
rules.knowledge` compiles anew.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from rules.knowledge.model import (
    Argument,
    Blocking,
    Class,
    Condition,
    Consumer,
    Handler,
    Kind,
    Knowledge,
    Protocol,
    Takes,
)

__all__ = [
    "FOLDER",
    "Argument",
    "Blocking",
    "Class",
    "Condition",
    "Consumer",
    "Handler",
    "Kind",
    "Knowledge",
    "Protocol",
    "Takes",
    "compile_to",
    "digest",
    "load",
]

FOLDER: Final = Path(__file__).parent
COMPILED: Final = FOLDER / "compiled.msgpack"
_DIGEST_SIZE = 16


def digest(folder: Path = FOLDER) -> bytes:
    """A digest of every TOML file and of the shapes that they are compiled to."""
    state = blake2b(digest_size=_DIGEST_SIZE)
    paths = [*sorted(folder.rglob("*.toml")), FOLDER / "model.py", FOLDER / "toml.py"]
    for path in paths:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        state.update(b"%b %d\n" % (path.name.encode(), len(content)))
        state.update(content)
    return state.digest()


def compile_to(target: Path = COMPILED, folder: Path = FOLDER) -> Knowledge:
    """Read the TOML files of `folder`, write the compiled form to `target` and return the knowledge.

    Raises:
        KnowledgeError: a file has a mistake; the message names it.
    """
    from rules.knowledge.toml import read, sources

    knowledge = read(sources(folder))
    target.write_bytes(digest(folder) + msgspec.msgpack.encode(knowledge, order="deterministic"))
    return knowledge


@cache
def load() -> Knowledge:
    """The knowledge that ships with the analyzer.

    Raises:
        KnowledgeError: only while the files are being edited: one of them has a mistake.
    """
    try:
        content = COMPILED.read_bytes()
    except FileNotFoundError:
        content = b""
    if content[:_DIGEST_SIZE] == digest():
        return msgspec.msgpack.decode(content[_DIGEST_SIZE:], type=Knowledge)
    from rules.knowledge.toml import read, sources

    return read(sources(FOLDER))
