import time

import pytest

import solution as kitchen


async def test_pending(submission):
    await kitchen.leaves()
    assert submission.pending_tasks() == ["pot"]


@pytest.mark.needs_bridge
async def test_never_awaited(submission):
    with pytest.warns(RuntimeWarning):
        await kitchen.forgets()
    assert submission.never_awaited() == ["soup"]


@pytest.mark.needs_bridge
async def test_never_retrieved(submission):
    await kitchen.drops()
    assert submission.never_retrieved() == ["fails: ValueError"]


@pytest.mark.needs_bridge
async def test_blocking(submission):
    began = time.monotonic()
    await kitchen.blocks(lambda: time.sleep(0.5))
    ((start, end),) = submission.blocking()
    assert (round(start - began, 6), round(end - began, 6)) == (0.01, 0.76)


@pytest.mark.needs_bridge
async def test_threads(submission):
    seen = []

    def cook():
        time.sleep(1)
        seen.append(submission.on_loop_thread())

    await kitchen.in_thread(cook)
    assert submission.blocking() == []
    await kitchen.blocks(cook)
    assert seen == [False, True]


@pytest.mark.needs_bridge
def test_printed(submission):
    kitchen.talks()
    assert submission.printed == "hello\n" and submission.bridged
