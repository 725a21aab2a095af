import json
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import Phase, settings

from solution import Pot

settings.register_profile("fast", max_examples=8, database=None, phases=[Phase.explicit, Phase.generate])
settings.load_profile("fast")


@pytest.fixture
def pot():
    return Pot(3)


@pytest_asyncio.fixture
async def filled(pot):
    await pot.fill(1)
    await pot.fill(2)
    yield pot
    pot.content.clear()


@pytest.fixture(scope="session")
def menu():
    return json.loads((Path(__file__).parent / "data" / "menu.json").read_text())


@pytest.fixture(scope="module")
def module_pot():
    pot = Pot()
    yield pot
    assert pot.content


@pytest.fixture(autouse=True)
def counted(request):
    before = Pot.made
    yield
    assert Pot.made >= before
