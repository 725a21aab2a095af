import asyncio
import contextvars

import solution

MINE = contextvars.ContextVar("mine", default="unset")


async def test_a_variable_of_the_submission_lasts_between_awaits():
    assert await solution.set_user("ada") == "ada"
    assert await solution.get_user() == "ada"
    assert solution.plain_user() == "ada"


async def test_plain_calls_share_the_context_of_the_task():
    solution.plain_user("bob")
    assert await solution.get_user() == "bob"


async def test_tasks_have_contexts_of_their_own():
    solution.plain_user("outer")
    seen = await asyncio.gather(solution.set_user("a"), solution.set_user("b"))
    assert seen == ["a", "b"] and await solution.get_user() == "outer"
    task = asyncio.create_task(solution.get_user())
    assert await task == "outer"


async def test_a_task_copies_its_maker():
    solution.plain_user("before")
    task = asyncio.create_task(solution.get_user())
    solution.plain_user("after")
    assert await task == "before"


async def test_tasks_of_the_submission():
    solution.plain_user("me")
    assert await solution.users_of(["x", "y"]) == (["x", "y"], "me")


async def test_a_variable_of_the_suite_in_callbacks():
    async def read():
        await asyncio.sleep(0)
        return MINE.get()

    MINE.set("here")
    assert await solution.call(read) == "here"
    assert await solution.call_plain(MINE.get) == "here"


async def test_a_callback_sets_a_variable_of_the_suite():
    async def write():
        MINE.set("written")

    await solution.call(write)
    assert MINE.get() == "written"


async def test_other_tests_do_not_see_it():
    assert MINE.get() == "unset" and solution.plain_user() == "nobody"

