"""Compiled templates are kept where Python keeps byte code, and nothing depends on them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment

from grader.reports import html

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("page.html", "feedback.html", "report.html")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "byte code"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "byte code"


def load() -> None:
    environment = html._environment.__wrapped__()
    for name in NAMES:
        environment.get_template(name)


def kept(folder: Path) -> list[Path]:
    return list(folder.rglob("*.jinja"))


def test_they_are_compiled_once(folder, monkeypatch):
    load()
    assert len(kept(folder)) == len(NAMES)

    def compiled(*_arguments, **_options):
        raise AssertionError("compiled again")

    monkeypatch.setattr(Environment, "compile", compiled)
    load()


def test_a_damaged_one_is_compiled_again(folder):
    load()
    for path in kept(folder):
        path.write_bytes(path.read_bytes()[:40])
    load()


def test_nothing_is_kept_where_nothing_may_be_written(folder, monkeypatch):
    folder.write_text("a file in place of the folder")
    load()
    folder.unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    load()
    assert not folder.exists()
