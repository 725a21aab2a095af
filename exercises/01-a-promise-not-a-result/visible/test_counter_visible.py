"""What you can try before handing in. The hidden suite asks more, with other dishes."""

import inspect

import pytest
from counter import collect, order, show, tear_up


@pytest.mark.title(zh="一张单子就是一个承诺")
@pytest.mark.hint(
    en="What does calling an `async def` function give you, before anybody awaits it?",
    zh="调用 `async def` 写的函数，在有人 await 之前，你拿到的是什么？",
)
async def test_an_order_is_a_promise():
    promise = order("soup")
    assert inspect.iscoroutine(promise)
    assert await promise == "a bowl of soup"


@pytest.mark.title(zh="show 打印出承诺和那一碗")
@pytest.mark.hint(
    en="Two lines: first the promise as it is, then what comes when it is kept.",
    zh="两行：先是承诺本身，再是兑现之后的东西。",
)
async def test_show_prints_the_promise_and_the_bowl(capsys):
    await show("beans")
    assert capsys.readouterr().out == (
        "ordering beans gives a coroutine\nwaiting for it gives a bowl of beans\n"
    )


@pytest.mark.title(zh="两样都有的托盘")
@pytest.mark.hint(
    en="Some things on the tray are promises, some are not. Only promises are waited for.",
    zh="托盘上有的是承诺，有的不是。要等的只有承诺。",
)
async def test_a_tray_of_both():
    assert await collect([order("soup"), "a slice of bread"]) == ["a bowl of soup", "a slice of bread"]


@pytest.mark.title(zh="承诺被撕掉")
@pytest.mark.hint(
    en="Nobody waits for these any more. How does a coroutine object learn that it is over?",
    zh="这些承诺不会再有人等了。怎样告诉一个协程对象：到此为止？",
)
def test_promises_are_torn_up():
    assert tear_up([order("soup"), "a slice of bread", order("rice")]) == 2
