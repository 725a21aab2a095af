"""A promise is not a result: what a call gives, what an await gives, what becomes of promises."""

import asyncio
import inspect
import random
import time

import pytest
from counter import collect, order, show, tear_up

DISHES = ["soup", "goulash", "beans", "congee", "noodles", "红烧肉", "馄饨", "stew"]


@pytest.fixture
def dish():
    return f"{random.choice(DISHES)} no. {random.randrange(1000)}"


@pytest.mark.title(zh="调用只给出一个承诺")
@pytest.mark.hint(
    en="order() has to give a coroutine object. Which word in front of `def` makes that happen?",
    zh="order() 应当给出一个协程对象。`def` 前面的哪个词能做到这一点？",
)
async def test_a_call_gives_a_promise(dish):
    promise = order(dish)
    try:
        assert inspect.iscoroutine(promise)
    finally:
        if inspect.iscoroutine(promise):
            promise.close()


@pytest.mark.title(zh="等承诺兑现，就得到那一碗")
@pytest.mark.hint(
    en="The bowl is what you get by waiting for the promise. Printing is not returning.",
    zh="等到承诺兑现，拿到的才是那碗菜。打印不等于返回。",
)
async def test_waiting_for_the_promise_gives_the_bowl(dish):
    assert await order(dish) == f"a bowl of {dish}"


@pytest.mark.title(zh="兑现承诺要花该花的时间")
@pytest.mark.hint(
    en="minutes are minutes: how many seconds are they?",
    zh="minutes 的单位是分钟：合多少秒？",
)
async def test_keeping_the_promise_takes_its_time(dish):
    begin = time.perf_counter()
    assert await order(dish, 0.05 / 60) == f"a bowl of {dish}"
    assert time.perf_counter() - begin >= 0.05 * 0.995


@pytest.mark.title(zh="没有写时间的单子马上就好")
@pytest.mark.hint(
    en="An order without a time is ready at once, and nobody else has to wait for it.",
    zh="没写时间的订单应当马上就好，也不该让别人等。",
)
async def test_an_order_without_a_time_is_ready_at_once(dish):
    ready = []

    async def other(seconds):
        await asyncio.sleep(seconds)
        ready.append("other")

    async def mine(*minutes):
        ready.append(await order(dish, *minutes))

    await asyncio.gather(mine(), other(0.05))
    await asyncio.gather(other(0.02), mine(0.06 / 60))
    assert ready == [f"a bowl of {dish}", "other", "other", f"a bowl of {dish}"]


@pytest.mark.title(zh="单子可以取消")
@pytest.mark.hint(
    en="An order that is called off must not be served after all.",
    zh="已经取消的订单，不该再端上来。",
)
async def test_an_order_can_be_called_off(dish):
    waiting = asyncio.create_task(order(dish, 0.5 / 60))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.title(zh="show 打印出类型和那一碗")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="Two lines: the name of the promise's type, and the bowl itself. Which of them needs `await`?",
    zh="两行：承诺的类型名，和那碗菜本身。哪一行需要 `await`？",
)
async def test_show_prints_the_type_and_the_bowl(dish, capsys):
    await show(dish)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"ordering {dish} gives a coroutine", f"waiting for it gives a bowl of {dish}"]


@pytest.mark.title(zh="托盘上的承诺都变成了碗")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="On the tray were promises. Each has to be waited for, and its bowl takes its place.",
    zh="托盘上放的是承诺。每个都要等到兑现，用那碗菜顶替它的位置。",
)
async def test_promises_on_a_tray_become_bowls():
    dishes = random.sample(DISHES, 4)
    assert await collect([order(dish) for dish in dishes]) == [f"a bowl of {dish}" for dish in dishes]


@pytest.mark.title(zh="不是承诺的东西原样不动")
@pytest.mark.hint(
    en="Not everything on the tray is a promise: bread, a number and None stay as they are.",
    zh="托盘上不全是承诺：面包、数字、None 都应当原样留下。",
)
async def test_what_is_no_promise_stays_as_it_is(dish):
    number = random.randrange(1000)
    assert await collect([order(dish), "bread", number, None]) == [f"a bowl of {dish}", "bread", number, None]


@pytest.mark.title(zh="别人的承诺一个接一个地兑现")
@pytest.mark.hint(
    en="Others make promises as well: not only those of your own order() have to be kept.",
    zh="别人也会作出承诺：要兑现的不只是你自己 order() 给的那些。",
)
async def test_promises_of_others_are_kept_one_after_another():
    diary = []

    async def bake(bread, seconds):
        diary.append(f"{bread} goes in")
        await asyncio.sleep(seconds)
        diary.append(f"{bread} comes out")
        return bread

    assert await collect([bake("baguette", 0.03), "butter", bake("rye", 0.01)]) == [
        "baguette",
        "butter",
        "rye",
    ]
    assert diary == ["baguette goes in", "baguette comes out", "rye goes in", "rye comes out"]


@pytest.mark.title(zh="空托盘")
@pytest.mark.hint(
    en="An empty tray gives an empty list, and nothing to tear up.",
    zh="空托盘：得到空列表，也没有什么可撕的。",
)
async def test_an_empty_tray():
    assert await collect([]) == []
    assert tear_up([]) == 0


@pytest.mark.title(zh="托盘本身没有被改动")
@pytest.mark.hint(
    en="collect() gives a new list; the guest's tray stays as it was.",
    zh="collect() 给出一个新列表；客人的托盘保持原样。",
)
async def test_the_tray_is_not_changed(dish):
    promise = order(dish)
    tray = ["bread", promise]
    await collect(tray)
    assert len(tray) == 2
    assert tray[1] is promise


@pytest.mark.title(zh="tear_up 数出撕掉了几个承诺")
@pytest.mark.hint(
    en="How many promises were on the tray? Bread does not count.",
    zh="托盘上一共有几个承诺？面包不算。",
)
async def test_tear_up_counts_the_promises(dish):
    tray = [order(dish) for _ in range(random.randint(2, 5))]
    assert tear_up(["bread", *tray, 3]) == len(tray)
    assert tear_up(["bread", "butter"]) == 0


@pytest.mark.title(zh="撕掉的承诺不能再兑现")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="A promise that was torn up can't be kept any more. A coroutine object has a method that ends it.",
    zh="撕掉的承诺就不能再兑现了。协程对象有一个方法，可以让它就此结束。",
)
async def test_a_torn_promise_cannot_be_kept(dish):
    first, second = order(dish), order(dish)
    tear_up([first, "bread", second])
    for promise in (first, second):
        with pytest.raises(RuntimeError):
            await promise


@pytest.mark.title(zh="十分钟就是十分钟")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="Ten minutes are ten minutes, to the second.",
    zh="说好十分钟，就是十分钟，一秒不差。",
)
async def test_ten_minutes_are_ten_minutes(dish):
    begin = time.monotonic()
    await order(dish, 10)
    assert time.monotonic() - begin == pytest.approx(600)


@pytest.mark.title(zh="没有一个承诺被随手丢掉")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="A promise was thrown away without being kept or torn up: Python says `was never awaited`.",
    zh="有个承诺既没兑现也没撕掉就被扔了：Python 会说 `was never awaited`。",
)
async def test_no_promise_is_thrown_away(dish, submission):
    await show(dish)
    tear_up([order(dish)])
    await collect([order(dish)])
    assert submission.never_awaited() == []
