"""Whoever leaves, the stove is turned off: by success, by error, by patience that ends, by being called off.

What counts is the diary of the stove and what the caller gets; how cooking is stopped is up to the solution.
"""

import asyncio
import random
import time

import pytest
from service import cook_on, first_ready, serve

DISHES = ["egg", "goose", "soup", "pancake", "carp", "豆腐", "烤鸭", "risotto"]


class Stove:
    """Remembers what is on it, and everything that was."""

    def __init__(self):
        self.burning = []
        self.diary = []

    def on(self, dish):
        self.burning.append(dish)
        self.diary.append(f"{dish} on")

    def off(self, dish):
        self.burning.remove(dish)
        self.diary.append(f"{dish} off")


class Kitchen:
    """Cooks each dish for its time; remembers which were finished and which were called off."""

    def __init__(self, seconds=0.02, by_dish=None, cleaning=0.0):
        self.seconds = seconds
        self.by_dish = by_dish or {}
        self.cleaning = cleaning
        self.finished = []
        self.called_off = []

    async def cook(self, dish):
        try:
            await asyncio.sleep(self.by_dish.get(dish, self.seconds))
        except asyncio.CancelledError:
            await asyncio.sleep(self.cleaning)
            self.called_off.append(dish)
            raise
        self.finished.append(dish)
        return f"a plate of {dish}"


@pytest.fixture
def stove():
    return Stove()


@pytest.fixture
def dishes():
    return [f"{dish} {random.randrange(100)}" for dish in random.sample(DISHES, 3)]


@pytest.fixture
def dish(dishes):
    return dishes[0]


async def burn(dish):
    await asyncio.sleep(0.005)
    raise RuntimeError(f"{dish} is black")


@pytest.mark.title(zh="做菜时炉子是开着的")
@pytest.mark.hint(
    en="On, cook, off: and the plate goes to whoever waits.",
    zh="开火、做菜、关火，然后把盘子交给等的人。",
)
async def test_a_dish_is_cooked_with_the_stove_on(stove, dish):
    async def cook(what):
        stove.diary.append("cooking")
        return f"a plate of {what}"

    assert await cook_on(stove, dish, cook) == f"a plate of {dish}"
    assert stove.diary == [f"{dish} on", "cooking", f"{dish} off"]


@pytest.mark.title(zh="菜烧焦了，炉子要关")
@pytest.mark.hint(
    en="The dish burnt and the fire was left on. Which part of `try` runs whatever happens?",
    zh="菜烧糊了，火却还开着。`try` 的哪一部分无论如何都会执行？",
)
async def test_a_burnt_dish_turns_the_stove_off(stove, dish):
    with pytest.raises(RuntimeError, match="is black"):
        await cook_on(stove, dish, burn)
    assert stove.diary == [f"{dish} on", f"{dish} off"]


@pytest.mark.title(zh="单子取消了，炉子要关")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The order was called off while it cooked. The fire has to go out, and the news has to travel on.",
    zh="菜还在做，订单就取消了。火要关，取消的消息还要继续往外传。",
)
@pytest.mark.parametrize("how", ["cook_on", "serve", "first_ready"])
async def test_an_order_that_is_called_off_turns_the_stove_off(how, stove, dish):
    kitchen = Kitchen(0.5)
    job = {
        "cook_on": lambda: cook_on(stove, dish, kitchen.cook),
        "serve": lambda: serve(stove, dish, kitchen.cook, 5),
        "first_ready": lambda: first_ready(stove, [dish], kitchen.cook),
    }[how]()
    order = asyncio.create_task(job)
    await asyncio.sleep(0.01)
    assert stove.burning == [dish]
    order.cancel()
    with pytest.raises(asyncio.CancelledError):
        await order
    assert stove.diary == [f"{dish} on", f"{dish} off"]
    assert kitchen.called_off == [dish]


@pytest.mark.title(zh="有耐心的客人吃到了菜")
@pytest.mark.hint(
    en="It was ready in time: the guest gets the plate.",
    zh="菜按时好了：客人应当拿到盘子。",
)
async def test_a_patient_guest_is_served(stove, dish):
    assert await serve(stove, dish, Kitchen(0.01).cook, 5) == f"a plate of {dish}"
    assert stove.diary == [f"{dish} on", f"{dish} off"]


@pytest.mark.title(zh="没耐心的客人什么也没有")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The guest had long gone when the answer came. What limits a wait?",
    zh="答复出来的时候，客人早就走了。用什么来限制等待？",
)
async def test_an_impatient_guest_gets_none(stove, dish):
    kitchen = Kitchen(0.3)
    heard = []

    async def guest():
        heard.append(await serve(stove, dish, kitchen.cook, 0.01))

    async def next_guest():
        await asyncio.sleep(0.06)
        for _ in range(20):
            await asyncio.sleep(0)
        heard.append("next")

    await asyncio.gather(guest(), next_guest())
    assert heard == [None, "next"]


@pytest.mark.title(zh="客人走了，就不再为他做菜")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The guest left, his dish went on cooking. To stop waiting is one thing, to stop the cook another.",
    zh="客人走了，他的菜却还在做。不再等是一回事，让厨师停手是另一回事。",
)
async def test_nothing_cooks_for_a_guest_who_has_left(stove, dish, submission):
    kitchen = Kitchen(0.3)
    assert await serve(stove, dish, kitchen.cook, 0.01) is None
    assert stove.diary == [f"{dish} on", f"{dish} off"]
    assert kitchen.called_off == [dish]
    assert submission.pending_tasks() == []


@pytest.mark.title(zh="菜烧焦不等于客人走了")
@pytest.mark.hint(
    en="A burnt dish is not a guest who left: the error has to come out.",
    zh="菜糊了和客人走了不是一回事：错误要让人看到。",
)
async def test_a_burnt_dish_is_not_a_guest_who_left(stove, dish):
    with pytest.raises(RuntimeError, match="is black"):
        await serve(stove, dish, burn, 5)
    with pytest.raises(RuntimeError, match="is black"):
        await first_ready(stove, [dish], burn)
    assert stove.burning == []


@pytest.mark.title(zh="先好的那道菜端上桌")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="All dishes start at the same time; the one that is ready first is served.",
    zh="所有的菜同时开始，谁先好就上谁。",
)
async def test_the_first_dish_that_is_ready_is_served(stove, dishes):
    quick = random.choice(dishes)
    kitchen = Kitchen(0.5, by_dish={quick: 0.02})
    assert await first_ready(stove, dishes, kitchen.cook) == f"a plate of {quick}"
    assert stove.diary[: len(dishes)] == [f"{dish} on" for dish in dishes]
    assert kitchen.finished == [quick]


@pytest.mark.title(zh="其余的菜都取消")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="One dish was served, and the others are still on the stove. Call them off, and wait until they are.",
    zh="上了一道菜，别的却还在炉子上。把它们取消掉，并且等它们真的停下。",
)
async def test_the_other_dishes_are_called_off(stove, dishes):
    kitchen = Kitchen(0.5, by_dish={dishes[1]: 0.01}, cleaning=0.01)
    await first_ready(stove, dishes, kitchen.cook)
    assert stove.burning == []
    assert sorted(kitchen.called_off) == sorted([dishes[0], dishes[2]])


@pytest.mark.title(zh="挑菜被取消时，炉子也清空")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="Nobody wants any of the dishes any more. All of them have to be off the stove when you leave.",
    zh="这几道菜谁也不要了。你离开的时候，炉子上应当一道不剩。",
)
async def test_a_choice_that_is_called_off_clears_the_stove(stove, dishes):
    kitchen = Kitchen(0.5, cleaning=0.01)
    order = asyncio.create_task(first_ready(stove, dishes, kitchen.cook))
    await asyncio.sleep(0.01)
    assert sorted(stove.burning) == sorted(dishes)
    order.cancel()
    with pytest.raises(asyncio.CancelledError):
        await order
    assert stove.burning == []
    assert sorted(kitchen.called_off) == sorted(dishes)


@pytest.mark.title(zh="收拾的时候被取消也算数")
@pytest.mark.hint(
    en="The order was called off while the other dishes were being cleared away: that news counts, too.",
    zh="正在撤掉其他菜的时候，订单被取消了：这个消息同样算数。",
)
async def test_being_called_off_while_clearing_away_counts(stove, dishes):
    kitchen = Kitchen(0.5, by_dish={dishes[1]: 0.01}, cleaning=0.3)
    order = asyncio.create_task(first_ready(stove, dishes, kitchen.cook))
    while not kitchen.finished:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.01)
    order.cancel()
    with pytest.raises(asyncio.CancelledError):
        await order


@pytest.mark.title(zh="不留下任何任务")
@pytest.mark.hint(
    en="Tasks were left behind that nobody waits for.",
    zh="留下了没人等的任务。",
)
async def test_no_task_is_left_behind(stove, dishes, submission):
    kitchen = Kitchen(0.5, by_dish={dishes[2]: 0.01})
    await first_ready(stove, dishes, kitchen.cook)
    await serve(stove, dishes[0], kitchen.cook, 0.01)
    assert submission.pending_tasks() == []


@pytest.mark.title(zh="耐心一秒不差")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="A guest with ten minutes of patience leaves after ten minutes, to the second.",
    zh="客人愿意等十分钟，就在第十分钟离开，一秒不差。",
)
async def test_patience_is_kept_to_the_second(stove):
    begin = time.monotonic()
    assert await serve(stove, "goose", Kitchen(3600).cook, 600) is None
    assert await serve(stove, "soup", Kitchen(300).cook, 600) == "a plate of soup"
    assert time.monotonic() - begin == pytest.approx(900)


@pytest.mark.title(zh="打烊时厨房是空的")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="After the guests have gone, nothing of the submission may go on.",
    zh="客人都走了之后，提交的代码里不该还有东西在运行。",
)
async def test_the_kitchen_is_empty_at_closing_time(stove, submission):
    kitchen = Kitchen(3600, by_dish={"soup": 60})
    assert await first_ready(stove, ["goose", "soup"], kitchen.cook) == "a plate of soup"
    assert await serve(stove, "goose", kitchen.cook, 60) is None
    assert submission.pending_tasks() == []
