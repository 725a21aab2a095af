"""Helpers: zips with members that no honest tool would write."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture
def make_zip() -> Callable[..., bytes]:
    """A function that makes the bytes of a zip from names (or ZipInfos) and contents."""

    def make(files: Mapping[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", compression) as archive:
            for name, content in files.items():
                archive.writestr(name, content, compression)
        return buffer.getvalue()

    return make
