"""While the pot cooks, everybody else goes on.

Nothing here measures how fast the machine is: waits are compared with lower bounds, or with a slower rival
that waits in the same loop and therefore suffers from the same load.
"""

import asyncio
import random
import time

import pytest
from kitchen import simmer, stew

DISHES = ["soup", "goulash", "red-braised pork", "beans", "羊肉", "五香豆腐", "congee", "ramen broth"]


@pytest.fixture
def dish():
    return f"{random.choice(DISHES)} no. {random.randrange(1000)}"


@pytest.fixture
def seconds():
    return random.uniform(0.05, 0.09)


async def answer(heard, word, after):
    """A guest who is served `after` seconds, if the kitchen goes on."""
    await asyncio.sleep(after)
    heard.append(word)


async def all_done(guests):
    async with asyncio.timeout(5):
        await asyncio.gather(*guests)


@pytest.mark.title(zh="simmer 说菜好了")
@pytest.mark.hint(
    en="What does `await simmer(...)` give back to whoever waits for the dish? Printing is not returning.",
    zh="`await simmer(...)` 把什么交还给等菜的人？打印出来并不等于返回。",
)
async def test_simmer_says_that_the_dish_is_ready(dish):
    assert await simmer(dish, 0) == f"{dish} is ready"


@pytest.mark.title(zh="simmer 煮够该煮的时间")
@pytest.mark.hint(
    en="The soup came out too early. Calling a coroutine function does not run it yet: who waits for it?",
    zh="汤出锅太早了。调用协程函数并不会让它运行：是谁在等它？",
)
async def test_simmer_lasts_as_long_as_it_should(dish, seconds):
    begin = time.perf_counter()
    await simmer(dish, seconds)
    assert time.perf_counter() - begin >= seconds * 0.95


@pytest.mark.title(zh="锅在煮的时候，客人有人应")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="Nobody could move until the pot was done. Which kind of sleep lets others work meanwhile?",
    zh="锅没煮好之前，厨房里谁都动不了。哪一种 sleep 会让别人趁这段时间干活？",
)
async def test_guests_are_answered_while_the_pot_simmers(dish, seconds):
    heard = []
    words = [f"guest {number}" for number in range(1, 5)]
    guests = [
        asyncio.create_task(answer(heard, word, seconds * number / 8)) for number, word in enumerate(words, 1)
    ]
    await asyncio.sleep(0)  # the guests are at the counter before the pot is on the stove
    heard.append(await simmer(dish, seconds))
    await all_done(guests)
    assert heard == [*words, f"{dish} is ready"]


@pytest.mark.title(zh="时间短的那口锅先好")
@pytest.mark.hint(
    en="Two pots stood on the stove at once, yet one of them had to wait for the other.",
    zh="两口锅同时放在炉子上，其中一口却不得不等另一口。",
)
async def test_the_pot_with_less_time_is_ready_first(dish, seconds):
    ready = []

    async def pot(name, time_needed):
        ready.append(await simmer(name, time_needed))

    async with asyncio.timeout(5):
        await asyncio.gather(pot(f"slow {dish}", seconds), pot(f"quick {dish}", seconds / 3))
    assert ready == [f"quick {dish} is ready", f"slow {dish} is ready"]


@pytest.mark.title(zh="要搅几次，stew 就搅几次")
@pytest.mark.hint(
    en="Look at the numbers that stir() gets, and how many times it is called.",
    zh="看看 stir() 收到的编号，以及它一共被调用了几次。",
)
@pytest.mark.parametrize("stirs", [0, 1, 2, 5])
async def test_stew_stirs_as_often_as_asked(dish, stirs):
    stirred = []
    await stew(dish, 0.01, stirs, lambda *what: stirred.append(what))
    assert stirred == [(dish, turn) for turn in range(1, stirs + 1)]


@pytest.mark.title(zh="stew 说出一共搅了几次")
@pytest.mark.hint(
    en="The task tells the exact words that stew() returns.",
    zh="题目里写明了 stew() 应当返回的原话。",
)
async def test_stew_says_how_often_it_stirred(dish):
    stirs = random.randint(1, 6)
    said = await stew(dish, 0, stirs, lambda _dish, _turn: None)
    assert said == f"{dish} is ready, stirred {stirs} times"


@pytest.mark.title(zh="几次搅拌把时间分成相等的几段")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="Two stirs make three equal waits: before the first stir, between the two, and after the last.",
    zh="搅两次，就有三段相等的等待：第一次之前、两次之间、最后一次之后。",
)
async def test_the_stirs_divide_the_time_into_equal_parts(dish, seconds):
    stirs = random.randint(2, 3)
    begin = time.perf_counter()
    moments = []
    await stew(dish, seconds, stirs, lambda _dish, _turn: moments.append(time.perf_counter() - begin))
    moments.append(time.perf_counter() - begin)
    earliest = [0.95 * seconds * part / (stirs + 1) for part in range(1, stirs + 2)]
    assert len(moments) == len(earliest)
    assert all(moment >= least for moment, least in zip(moments, earliest, strict=True))


@pytest.mark.title(zh="炖菜不会比慢锅更慢")
@pytest.mark.hint(
    en="The stew takes longer than it was told to. Stirring takes no time: what do all the waits add up to?",
    zh="炖的时间比规定的长。搅拌不花时间：所有等待加起来是多少？",
)
async def test_the_stew_does_not_take_longer_than_a_slow_pot(dish, seconds):
    stirs = 2
    ready = []

    async def slow_pot():
        for _ in range(stirs + 1):
            await asyncio.sleep(1.4 * seconds / (stirs + 1))
            await asyncio.sleep(0)
        ready.append("slow pot")

    async def stew_pot():
        await stew(dish, seconds, stirs, lambda _dish, _turn: None)
        ready.append("stew")

    async with asyncio.timeout(5):
        await asyncio.gather(stew_pot(), slow_pot())
    assert ready == ["stew", "slow pot"]


@pytest.mark.title(zh="两次搅拌之间，客人有人应")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="Somebody came to the counter between two stirs and was not heard. Look at every wait of the stew.",
    zh="两次搅拌之间有人来到柜台，却没有人理他。炖菜时的每一次等待都要让别人能干活。",
)
@pytest.mark.parametrize("turn", [0, 1, 2], ids=["before-the-first", "between-the-two", "after-the-last"])
async def test_guests_are_answered_between_the_stirs(dish, turn):
    """The guest comes at the moment of a stir, so only that one wait is in question."""
    heard = []

    def guest_comes(number):
        if number == turn:
            asyncio.get_running_loop().call_later(0.005, heard.append, "guest")

    def stir(_dish, number):
        heard.append(number)
        guest_comes(number)

    guest_comes(0)
    await stew(dish, 0.15, 2, stir)
    heard.append("ready")
    await asyncio.sleep(0.02)
    expected = [1, 2, "ready"]
    expected.insert(turn, "guest")
    assert heard == expected


@pytest.mark.title(zh="取消了的锅会停下来")
@pytest.mark.hint(
    en="The guest left and the soup was called off, but the pot went on. Who kept the news from it?",
    zh="客人走了，汤也不要了，锅却还在煮。是谁把这个消息扣下了？",
)
async def test_a_pot_that_is_called_off_stops(dish, seconds):
    pot = asyncio.create_task(simmer(dish, seconds))
    asyncio.get_running_loop().call_later(0.005, pot.cancel)
    with pytest.raises(asyncio.CancelledError):
        await pot


@pytest.mark.title(zh="取消了的炖菜不再搅")
@pytest.mark.hint(
    en="A stew that is called off is not stirred any more, whichever wait it was in.",
    zh="炖菜一旦取消，无论正在哪一段等待里，都不该再搅了。",
)
@pytest.mark.parametrize("turn", [0, 1, 2], ids=["before-the-first", "between-the-two", "after-the-last"])
async def test_a_stew_that_is_called_off_is_not_stirred_any_more(dish, turn):
    stirred = []

    def call_off(number):
        if number == turn:
            asyncio.get_running_loop().call_later(0.005, pot.cancel)

    def stir(_dish, number):
        stirred.append(number)
        call_off(number)

    pot = asyncio.create_task(stew(dish, 0.15, 2, stir))
    call_off(0)
    with pytest.raises(asyncio.CancelledError):
        await pot
    assert stirred == list(range(1, turn + 1))


@pytest.mark.title(zh="一小时里每分钟的铃都照常响")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="A soup may take an hour, and the bell must ring every minute of it.",
    zh="一锅汤可以煮一个小时，这一小时里每分钟的铃都要照常响。",
)
async def test_the_bell_rings_every_minute_of_an_hour():
    rung = 0

    async def bell():
        nonlocal rung
        while True:
            await asyncio.sleep(60)
            rung += 1

    ringing = asyncio.create_task(bell())
    begin = time.monotonic()
    await simmer("stock", 3601)
    assert time.monotonic() - begin == pytest.approx(3601)
    assert rung == 60
    ringing.cancel()


@pytest.mark.title(zh="搅拌的时刻一秒不差")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="Three stirs in an hour: after 15, 30 and 45 minutes; and the stew is ready after 60.",
    zh="一小时搅三次：第 15、30、45 分钟各一次，第 60 分钟出锅。",
)
async def test_the_stew_is_stirred_to_the_second():
    begin = time.monotonic()
    moments = []
    await stew("oxtail", 3600, 3, lambda _dish, _turn: moments.append(time.monotonic() - begin))
    moments.append(time.monotonic() - begin)
    assert moments == pytest.approx([900, 1800, 2700, 3600])
