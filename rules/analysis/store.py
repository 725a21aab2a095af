"""The facts of one run, by path: encoded, from the cache or newly made, and where to get the rest.

Facts stay encoded here, about as large as their source; whoever analyses decodes what it needs and lets go of
it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .cache import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .cache import Cache
    from .facts import Facts


class FactStore:
    """Encoded facts. read: the bytes of a file, None when it can't be read."""

    def __init__(self, read: Callable[[str], bytes | None], cache: Cache) -> None:
        self.read = read
        self.used: set[str] = set()  # paths that somebody asked for
        self._cache = cache
        self._keys: dict[str, bytes | None] = {}
        self._encoded: dict[bytes, bytes] = {}
        self._made: dict[bytes, bytes] = {}

    def key(self, path: str) -> bytes | None:
        """What its facts are known by: the digest of its bytes; None when it can't be read."""
        if path not in self._keys:
            content = self.read(path)
            self._keys[path] = digest(content) if content is not None else None
        return self._keys[path]

    def missing(self, paths: Iterable[str]) -> dict[bytes, bytes]:
        """The bytes of those files whose facts have to be made, by their keys. Looks into the cache."""
        keys = {key: path for path in paths if (key := self.key(path)) is not None}
        self._encoded.update(self._cache.facts(keys.keys() - self._encoded.keys()))
        return {key: self.read(path) or b"" for key, path in keys.items() if key not in self._encoded}

    def keep(self, key: bytes, encoded: bytes) -> None:
        """Add facts that were made."""
        self._encoded[key] = self._made[key] = encoded

    def encoded(self, path: str) -> bytes | None:
        """The encoded facts of a file; None when they have to be made, or it can't be read."""
        self.used.add(path)
        key = self.key(path)
        if key is None:
            return None
        if key not in self._encoded:
            self.missing([path])
        return self._encoded.get(key)

    def get(self, path: str) -> Facts | None:
        """The facts of a file, made here if need be; None when it can't be read."""
        from . import facts  # not at the top: where workers make facts, nothing of that is needed here

        encoded = self.encoded(path)
        if encoded is not None:
            try:
                return facts.load(encoded)
            except msgspec.DecodeError:  # a damaged row of the cache
                pass
        key = self.key(path)
        if key is None:
            return None
        made = facts.build(self.read(path) or b"")
        self.keep(key, facts.encode(made))
        return made

    def remember(self) -> None:
        """Write what was made into the cache."""
        self._cache.keep_facts(list(self._made.items()))
        self._made = {}
