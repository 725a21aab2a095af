"""What you can try before handing in. The hidden suite asks more, with other dishes."""

import inspect

from counter import collect, order, show, tear_up


async def test_an_order_is_a_promise():
    promise = order("soup")
    assert inspect.iscoroutine(promise)
    assert await promise == "a bowl of soup"


async def test_show_prints_the_promise_and_the_bowl(capsys):
    await show("beans")
    assert capsys.readouterr().out == (
        "ordering beans gives a coroutine\nwaiting for it gives a bowl of beans\n"
    )


async def test_a_tray_of_both():
    assert await collect([order("soup"), "a slice of bread"]) == ["a bowl of soup", "a slice of bread"]


def test_promises_are_torn_up():
    assert tear_up([order("soup"), "a slice of bread", order("rice")]) == 2
