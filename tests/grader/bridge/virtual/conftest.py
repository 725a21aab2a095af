from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.bridge import virtual
from grader.bridge.simulation.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def installed() -> Iterator[None]:
    """The virtual world is on, and no kernel is active."""
    virtual.install(outside=True)
    yield
    virtual.uninstall()


@pytest.fixture
def kernel(installed: None) -> Iterator[Kernel]:
    """The test's thread runs in the time of this kernel."""
    with virtual.activated(Kernel()) as kernel:
        yield kernel
