"""One cook, many dishes: what happens at once, what happens in order, and what comes out.

Most tests do not look at a clock but at who was on the stove together. Where time counts, a rival in the
same loop takes it, so that a busy machine slows both.
"""

import asyncio
import random
import time

import pytest
from banquet import cook_all, dinner, meat_and_vegetables


class Stove:
    """Cooks for a random time each, and remembers who was on it together."""

    def __init__(self, burns=(), seconds=None):
        self.burns = set(burns)
        self.seconds = seconds or {}
        self.on_it = 0
        self.peak = 0
        self.begun = []
        self.done = []

    async def cook(self, dish):
        self.begun.append(dish)
        self.on_it += 1
        self.peak = max(self.peak, self.on_it)
        await asyncio.sleep(self.seconds.get(dish) or random.uniform(0.01, 0.05))
        self.on_it -= 1
        self.done.append(dish)
        if dish in self.burns:
            raise RuntimeError(f"{dish} is black")
        return self.plate(dish)

    @staticmethod
    def plate(dish):
        return f"a plate of {dish}"


def slowest_first(menu):
    """Times that make the first dish of the menu the last to be ready."""
    return {dish: 0.06 - 0.05 * place / len(menu) for place, dish in enumerate(menu)}


@pytest.fixture
def menu():
    names = ["duck", "rice", "soup", "carp", "tofu", "noodles", "豆角", "dumplings", "leek", "萝卜"]
    return [f"{name} {random.randrange(100)}" for name in random.sample(names, random.randint(4, 7))]


@pytest.mark.title(zh="上菜的顺序就是菜单的顺序")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The first dish ready is not the first on the menu. Whose order do the results of gather() have?",
    zh="最先做好的不一定是菜单上的第一道。gather() 的结果按谁的顺序排列？",
)
async def test_the_plates_come_in_the_order_of_the_menu(menu):
    stove = Stove(seconds=slowest_first(menu))
    assert await cook_all(menu, stove.cook) == [Stove.plate(dish) for dish in menu]


@pytest.mark.title(zh="菜单上的菜同时在炉子上")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="Only a part of the menu was ever on the stove. Start every dish before you wait for the first.",
    zh="炉子上始终只有菜单的一部分。先让每道菜都下锅，再去等第一道。",
)
async def test_all_dishes_of_the_menu_are_on_the_stove_together(menu):
    stove = Stove()
    await cook_all(menu, stove.cook)
    assert stove.peak == len(menu)


@pytest.mark.title(zh="整份菜单只花最慢那道菜的时间")
@pytest.mark.hint(
    en="The whole menu should take as long as its slowest dish, not as long as all of them together.",
    zh="整份菜单所花的时间应当等于最慢的那道菜，而不是所有菜的总和。",
)
async def test_the_menu_takes_as_long_as_its_slowest_dish(menu):
    longest = 0.05
    stove = Stove(seconds=dict.fromkeys(menu, longest))
    finished = []

    async def slow_rival():
        for _ in range(20):
            await asyncio.sleep(0)  # so that all the pots are on the stove before
        await asyncio.sleep(longest * 1.6)
        for _ in range(20):
            await asyncio.sleep(0)  # so that whoever is ready can say so
        finished.append("rival")

    async def kitchen():
        await cook_all(menu, stove.cook)
        finished.append("kitchen")

    async with asyncio.timeout(5):
        begin = time.perf_counter()
        await asyncio.gather(kitchen(), slow_rival())
        assert time.perf_counter() - begin >= longest
    assert finished == ["kitchen", "rival"]
    assert sorted(stove.done) == sorted(menu)


@pytest.mark.title(zh="点了两份的菜做两份")
@pytest.mark.hint(
    en="Two guests may order the same dish, and each of them wants a plate.",
    zh="两位客人可以点同一道菜，而且每人都要有一盘。",
)
async def test_a_dish_that_is_ordered_twice_is_cooked_twice(menu):
    doubled = [*menu, menu[0], menu[-1]]
    stove = Stove(seconds=slowest_first(menu))
    assert await cook_all(doubled, stove.cook) == [Stove.plate(dish) for dish in doubled]
    assert sorted(stove.begun) == sorted(doubled)


@pytest.mark.title(zh="空菜单没有盘子")
@pytest.mark.hint(
    en="Nothing on the menu means no plates: an empty list.",
    zh="菜单上什么都没有，就没有盘子：空列表。",
)
async def test_an_empty_menu_gives_no_plates():
    assert await cook_all([], Stove().cook) == []


@pytest.mark.title(zh="一道菜烧焦，不连累别的菜")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="One burnt dish must not spoil the others. gather() can hand you an error as if it were a result.",
    zh="一道菜烧糊了，不该连累别的菜。gather() 可以把错误当作一个结果交给你。",
)
async def test_a_burnt_dish_does_not_spoil_the_others(menu):
    burnt = random.choice(menu)
    stove = Stove(burns={burnt}, seconds=slowest_first(menu))
    plates = await cook_all(menu, stove.cook)
    assert plates == [f"no {dish} today" if dish == burnt else Stove.plate(dish) for dish in menu]
    assert sorted(stove.done) == sorted(menu)


@pytest.mark.title(zh="厨房被取消，就真的停下")
@pytest.mark.hint(
    en="Somebody stopped the cooking. That is not a burnt dish: it has to reach whoever waits for you.",
    zh="有人从外面叫停了。这不是烧糊的菜：取消必须传到等你的人那里。",
)
async def test_a_cancelled_kitchen_is_cancelled(menu):
    stove = Stove(seconds=dict.fromkeys(menu, 0.5))
    kitchen = asyncio.create_task(cook_all(menu, stove.cook))
    await asyncio.sleep(0.01)
    kitchen.cancel()
    with pytest.raises(asyncio.CancelledError):
        await kitchen


@pytest.mark.title(zh="上完一道，才开始下一道")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="First cook a whole course, then serve it, and when it has been served begin with the next.",
    zh="先把一整道做完，再上菜；上完了，才开始做下一道。",
)
async def test_one_course_is_served_before_the_next_is_begun(menu):
    courses = [menu[:2], menu[2:]]
    stove = Stove()
    diary = []

    async def cook(dish):
        diary.append("cook")
        return await stove.cook(dish)

    async def serve(number, plates):
        diary.append(f"serve {number}")
        await asyncio.sleep(0.02)
        diary.append(f"{len(plates)} served")

    await dinner(courses, cook, serve)
    assert diary == [
        *["cook"] * 2,
        "serve 1",
        "2 served",
        *["cook"] * len(courses[1]),
        "serve 2",
        f"{len(courses[1])} served",
    ]


@pytest.mark.title(zh="取消了的晚餐会结束")
@pytest.mark.hint(
    en="The party was called off while a course was being served: nothing more is cooked.",
    zh="正在上菜的时候宴席取消了：后面的菜不该再做。",
)
async def test_a_dinner_that_is_called_off_ends(menu):
    stove = Stove()

    async def serve(_number, _plates):
        asyncio.get_running_loop().call_soon(party.cancel)
        await asyncio.sleep(0.1)

    party = asyncio.create_task(dinner([menu[:2], menu[2:]], stove.cook, serve))
    with pytest.raises(asyncio.CancelledError):
        await party
    assert sorted(stove.begun) == sorted(menu[:2])


@pytest.mark.title(zh="每一道都带着序号和盘子端上")
@pytest.mark.hint(
    en="serve() gets the number of the course, from 1, and its plates in the order of the menu.",
    zh="serve() 收到的是第几道（从 1 数起），以及按菜单顺序排好的盘子。",
)
async def test_every_course_is_served_with_its_number_and_its_plates(menu):
    courses = [menu[:1], menu[1:3], menu[3:]]
    served = []

    async def serve(number, plates):
        served.append((number, plates))

    await dinner(courses, Stove(seconds=slowest_first(menu)).cook, serve)
    assert served == [
        (number, [Stove.plate(dish) for dish in course]) for number, course in enumerate(courses, 1)
    ]


@pytest.mark.title(zh="dinner 数出一共几盘")
@pytest.mark.hint(
    en="dinner() returns how many plates went out, in all courses together.",
    zh="dinner() 返回一共上了多少盘，各道加在一起。",
)
@pytest.mark.parametrize("courses", [0, 1, 3])
async def test_dinner_counts_the_plates(courses, menu):
    async def serve(_number, _plates):
        await asyncio.sleep(0)

    assert await dinner([menu] * courses, Stove().cook, serve) == courses * len(menu)


@pytest.mark.title(zh="同一道里的菜一起做")
@pytest.mark.hint(
    en="Within a course nobody waits: all of its dishes cook together.",
    zh="同一道之内谁也不等谁：所有的菜一起做。",
)
async def test_the_dishes_of_a_course_cook_together(menu):
    stove = Stove()

    async def serve(_number, _plates):
        stove.peak = 0 if stove.peak == len(menu) else 1000

    await dinner([menu, menu], stove.cook, serve)
    assert stove.peak == 0


@pytest.mark.title(zh="炒菜的时候，肉在锅里煮")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The pot needs nobody. Put the meat in before you touch the wok, and do not wait for it yet.",
    zh="锅不需要人看着。碰炒锅之前先把肉下锅，而且先别等它。",
)
async def test_the_meat_boils_while_the_vegetables_fry(menu):
    meat, *vegetables = menu
    wok = Stove(seconds=dict.fromkeys(vegetables, 0.01))
    in_the_pot = []
    seen = []

    async def boil(what):
        in_the_pot.append(what)
        for _ in range(60):
            if wok.done == vegetables:
                break
            await asyncio.sleep(0.005)
        seen.append(f"{len(wok.done)} vegetables ready with the meat")
        return Stove.plate(what)

    async def fry(vegetable):
        plate = await wok.cook(vegetable)
        if len(wok.done) == 1:
            seen.append(f"{len(in_the_pot)} in the pot with the first vegetable")
        return plate

    plates = await meat_and_vegetables(meat, vegetables, boil, fry)
    assert plates == [Stove.plate(dish) for dish in menu]
    assert seen == [
        "1 in the pot with the first vegetable",
        f"{len(vegetables)} vegetables ready with the meat",
    ]


@pytest.mark.title(zh="炒锅只有一口")
@pytest.mark.hint(
    en="There is one wok. Two vegetables were in it at the same time, or not in the order of the list.",
    zh="炒锅只有一口。有两样菜同时进了锅，或者没有按清单的顺序。",
)
async def test_there_is_only_one_wok(menu):
    meat, *vegetables = menu
    wok = Stove()
    await meat_and_vegetables(meat, vegetables, Stove(seconds={meat: 0.01}).cook, wok.cook)
    assert wok.peak == 1
    assert wok.done == vegetables


@pytest.mark.title(zh="肉煮得慢，也要等它")
@pytest.mark.hint(
    en="However long it takes, nobody goes home before the meat is done. Who waits for the pot?",
    zh="不管要多久，肉没好谁也不能走。是谁在等那口锅？",
)
@pytest.mark.parametrize("vegetables", [0, 2])
async def test_slow_meat_is_waited_for(vegetables, menu):
    meat = menu[0]
    chosen = menu[1 : 1 + vegetables]
    pot = Stove(seconds={meat: 0.09})
    wok = Stove(seconds=dict.fromkeys(chosen, 0.01))
    plates = await meat_and_vegetables(meat, chosen, pot.cook, wok.cook)
    assert plates == [Stove.plate(dish) for dish in [meat, *chosen]]
    assert pot.done == [meat]


@pytest.mark.title(zh="很长的菜单，正好花最久那道菜的时间")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="A menu of hours takes as long as its slowest dish, to the second.",
    zh="以小时计的菜单，所花时间恰好等于最慢的那道，一秒不差。",
)
async def test_a_long_menu_takes_exactly_its_longest_dish(menu):
    hours = {dish: 60.0 * random.randint(1, 180) for dish in menu}
    begin = time.monotonic()
    await cook_all(menu, Stove(seconds=hours).cook)
    assert time.monotonic() - begin == pytest.approx(max(hours.values()))


@pytest.mark.title(zh="一顿长宴，花的是每道里最慢的时间之和")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="A dinner takes the slowest dish of each course and the serving of each course: nothing else adds up.",
    zh="一顿饭的时间 = 每道里最慢的菜 + 每道上菜的时间，此外什么都不该累加。",
)
async def test_a_long_dinner_takes_the_slowest_of_every_course(menu):
    minutes = {dish: 60.0 * random.randint(1, 90) for dish in menu}
    courses = [menu[:2], menu[2:]]

    async def serve(_number, _plates):
        await asyncio.sleep(300)

    begin = time.monotonic()
    await dinner(courses, Stove(seconds=minutes).cook, serve)
    expected = sum(max(minutes[dish] for dish in course) + 300 for course in courses)
    assert time.monotonic() - begin == pytest.approx(expected)


@pytest.mark.title(zh="肉和菜一共花较长的那段时间")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="Two hours of meat hide an hour of frying; an afternoon of frying hides two hours of meat.",
    zh="煮两小时肉，足以盖过一小时的炒菜；炒一下午的菜，也足以盖过两小时的肉。",
)
@pytest.mark.parametrize("each", [600, 7200])
async def test_meat_and_vegetables_take_the_longer_of_the_two(each, menu):
    meat, *vegetables = menu
    wok = Stove(seconds=dict.fromkeys(vegetables, each))
    begin = time.monotonic()
    await meat_and_vegetables(meat, vegetables, Stove(seconds={meat: 7200}).cook, wok.cook)
    assert time.monotonic() - begin == pytest.approx(max(7200, each * len(vegetables)))
