from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIR = Path(__file__).parent / "pair"


def load(name: str) -> Any:
    """A helper of these tests, by its file in pair/."""
    qualified = f"grader_tests_pair_{name}"
    if qualified not in sys.modules:
        spec = importlib.util.spec_from_file_location(qualified, PAIR / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[qualified] = module
        spec.loader.exec_module(module)
    return sys.modules[qualified]


@pytest.fixture
def installed() -> Iterator[None]:
    virtual.install()
    yield
    virtual.uninstall()


@pytest.fixture
def kernel(installed: None) -> Iterator[Kernel]:
    with virtual.activated(Kernel()) as kernel:
        yield kernel


@pytest.fixture
def programs() -> Any:
    return load("programs")


@pytest.fixture
def session(installed: None) -> Any:
    """session(name, budget): the functions of pair/NAME.py in another process, under one clock."""
    return lambda name, budget=None: load("joined").Session(PAIR / f"{name}.py", budget)
