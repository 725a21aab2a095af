import importlib
import inspect

import pytest

import helper as ours
import solution
import solution.parts.pan as pan
from solution import KitchenError, cook, serve
from solution.errors import Burnt
from tools_for_tests import EXPECTED, Checker


async def test_cook():
    assert await cook("egg", 1) == EXPECTED["egg"]
    assert await solution.cooking.cook("egg", 1) == EXPECTED["egg"]


async def test_errors():
    with pytest.raises(Burnt) as info:
        await cook("egg", 61)
    assert isinstance(info.value, KitchenError) and info.traceback[-1].path.name == "cooking.py"
    with pytest.raises(KitchenError, match="cold"):
        pan.fry(-1)


def test_names():
    assert solution.__version__ == "1.2" and solution.TOOLS == ["knife"] and solution.lazy() == "friedfried"
    assert solution.parts.knife.NAME == "knife" and pan.__name__ == "solution.parts.pan"
    assert serve("a", "b") == "a and b" == ours.join(["a", "b"])
    assert importlib.import_module("solution.parts.pan") is pan


def test_missing():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("solution.nothing")
    with pytest.raises(ImportError):
        from solution import nothing  # noqa: F401


def test_source():
    assert "well done" in inspect.getsource(pan.fry)


def test_helper_class():
    Checker(serve).check(["x"], "x")
