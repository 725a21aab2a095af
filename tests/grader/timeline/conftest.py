from __future__ import annotations

from pathlib import Path

import pytest

from grader import locale


@pytest.fixture(autouse=True)
def _english():
    before = locale.current()
    locale.use("en")
    yield
    locale.use(before)


@pytest.fixture
def programs() -> Path:
    return Path(__file__).parent / "programs"


@pytest.fixture
def golden() -> Path:
    return Path(__file__).parent / "golden"
