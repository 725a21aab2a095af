import asyncio
import gc
import warnings

import pytest

import solution


async def test_the_suite_forgets():
    with pytest.warns(RuntimeWarning, match="coroutine 'double' was never awaited"):
        solution.double(1)
        gc.collect()


async def test_the_submission_forgets():
    with pytest.warns(RuntimeWarning, match="coroutine 'double' was never awaited"):
        assert await solution.forgets() == "done"


async def test_it_is_heard_in_order(recwarn):
    await solution.forgets()
    assert [str(each.message) for each in recwarn] == ["coroutine 'double' was never awaited"]


async def test_nobody_forgets(recwarn):
    assert await solution.double(1) == 2
    coroutine = solution.makes(3)
    assert await coroutine == 6
    coroutine = solution.makes(3)
    coroutine.close()
    del coroutine
    task = asyncio.create_task(solution.slow_double(1))
    await task
    gc.collect()
    assert list(recwarn) == []


async def test_a_coroutine_of_the_suite_that_the_submission_drops():
    async def mine():
        return 1

    with pytest.warns(RuntimeWarning, match="mine' was never awaited"):
        solution.call_maybe(lambda: mine()) and None
        gc.collect()


async def test_as_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        await solution.forgets()
