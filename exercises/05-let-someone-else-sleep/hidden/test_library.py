"""A blocking call belongs to somebody else: who calls it, what goes on meanwhile, what becomes of its result.

`read` blocks its thread, as a file or an old database would. Order is proved by events that one side
waits for and the other sets; only a wrong solution waits until their time is up.
"""

import asyncio
import random
import threading
import time

import pytest
from library import read_all, read_or_improvise, read_recipe

TITLES = ["noodles", "rice", "dumplings", "羊肉泡馍", "duck", "tofu", "pancakes", "小笼包"]


@pytest.fixture
def titles():
    return [f"{title} {random.randrange(100)}" for title in random.sample(TITLES, random.randint(3, 5))]


@pytest.fixture
def title(titles):
    return titles[0]


class Library:
    """Blocks its reader for some time, and remembers who read."""

    def __init__(self, seconds=0.03, by_title=None):
        self.seconds = seconds
        self.by_title = by_title or {}
        self.readers = []

    def read(self, title):
        self.readers.append(threading.current_thread())
        time.sleep(self.by_title.get(title, self.seconds))
        return self.text(title)

    @staticmethod
    def text(title):
        return f"take {len(title)} eggs for {title}"


def ignore(_title, _count):
    pass


@pytest.mark.title(zh="菜谱的正文拿回来了")
@pytest.mark.hint(
    en="read_recipe() has to give back what read() gave.",
    zh="read_recipe() 应当把 read() 给的东西交回来。",
)
async def test_the_text_of_a_recipe_comes_back(title):
    assert await read_recipe(title, Library().read) == Library.text(title)


@pytest.mark.title(zh="读书的是别人")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="read() ran on the thread of the event loop. asyncio can call a function in another thread.",
    zh="read() 是在事件循环的线程上运行的。asyncio 有一个函数，可以在别的线程里调用函数。",
)
async def test_somebody_else_reads(title):
    library = Library()
    await read_recipe(title, library.read)
    assert len(library.readers) == 1
    assert library.readers[0] is not threading.current_thread()


@pytest.mark.title(zh="别人读书时，厨房照常运转")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="While the recipe was being read, the kitchen stood still.",
    zh="读菜谱的时候，整个厨房都停了。",
)
async def test_the_kitchen_goes_on_while_somebody_reads(title):
    served = threading.Event()

    def read(what):
        return f"{what}: {'served' if served.wait(1) else 'nobody served'}"

    async def guest():
        await asyncio.sleep(0.005)
        served.set()

    asking = asyncio.create_task(guest())
    assert await read_recipe(title, read) == f"{title}: served"
    await asking


@pytest.mark.title(zh="找不到书就是错误")
@pytest.mark.hint(
    en="When the book is missing, whoever asked for it has to hear so. Do not hide the error.",
    zh="书不见了，要书的人应当知道。别把错误藏起来。",
)
async def test_a_missing_book_is_an_error(title):
    def read(what):
        raise LookupError(f"no book with {what}")

    with pytest.raises(LookupError, match="no book"):
        await read_recipe(title, read)
    with pytest.raises(LookupError, match="no book"):
        await read_or_improvise(title, read, 5)


@pytest.mark.title(zh="正文的顺序就是书名的顺序")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The texts come in the order of the titles, whoever is fastest.",
    zh="无论谁读得快，文本都按书名的顺序排列。",
)
async def test_the_texts_are_in_the_order_of_the_titles(titles):
    slowest_first = {title: 0.08 - 0.015 * place for place, title in enumerate(titles)}
    library = Library(by_title=slowest_first)
    assert await read_all(titles, library.read, ignore) == [Library.text(title) for title in titles]


@pytest.mark.title(zh="所有菜谱同时有人读")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="One reader after another went to the library. Send them all before you wait for the first.",
    zh="去图书馆的人一个接一个。先把人都派出去，再等第一个回来。",
)
async def test_all_recipes_are_read_at_the_same_time(titles):
    readers = []
    all_there = threading.Barrier(len(titles), timeout=1)

    def read(title):
        readers.append(threading.current_thread())
        try:
            all_there.wait()
        except threading.BrokenBarrierError:
            return "alone"
        return "together"

    assert await read_all(titles, read, ignore) == ["together"] * len(titles)
    assert threading.current_thread() not in readers


@pytest.mark.title(zh="菜谱来一份，报一份")
@pytest.mark.hint(
    en="tell() is called when a recipe arrives, so the fastest comes first, with the number 1.",
    zh="菜谱一到就调用 tell()，所以最快的排第一，编号是 1。",
)
async def test_each_recipe_is_told_as_it_arrives(titles):
    """Each reader waits until the next title has been told, so they arrive from the last to the first."""
    has_been_told = {title: threading.Event() for title in titles}
    told = []

    def read(title):
        if title != titles[-1]:
            has_been_told[titles[titles.index(title) + 1]].wait(0.5)
        return title

    def tell(title, number):
        told.append((title, number))
        has_been_told[title].set()

    await read_all(titles, read, tell)
    assert told == [(title, number) for number, title in enumerate(reversed(titles), 1)]


@pytest.mark.title(zh="报菜谱的是厨房自己")
@pytest.mark.hint(
    en="tell() belongs to the kitchen: it has to be called on the event loop's thread, not by a reader.",
    zh="tell() 是厨房里的事：要在事件循环的线程上调用，而不是由读书的人去叫。",
)
async def test_the_kitchen_itself_tells(titles):
    tellers = []
    await read_all(
        titles, Library(0.001).read, lambda _title, _count: tellers.append(threading.current_thread())
    )
    assert tellers == [threading.current_thread()] * len(titles)


@pytest.mark.title(zh="没到的不提前报")
@pytest.mark.hint(
    en="tell() was called before the recipe was there.",
    zh="菜谱还没到，tell() 就被调用了。",
)
async def test_nothing_is_told_before_it_arrives(titles):
    arrived = []
    early = []

    def read(title):
        time.sleep(0.01)
        arrived.append(title)
        return title

    def tell(title, _count):
        if title not in arrived:
            early.append(title)

    await read_all(titles, read, tell)
    assert early == []


@pytest.mark.title(zh="没有书名，就没有正文")
@pytest.mark.hint(
    en="No titles, no texts, nothing to tell.",
    zh="没有书名，就没有文本，也没有什么可通知的。",
)
async def test_no_titles_give_no_texts():
    told = []
    assert await read_all([], Library().read, lambda *what: told.append(what)) == []
    assert told == []


@pytest.mark.title(zh="及时送到的菜谱就用它")
@pytest.mark.hint(
    en="The recipe came in time, so there is no need to improvise.",
    zh="菜谱按时到了，用不着临场发挥。",
)
async def test_a_recipe_in_time_is_used(title):
    assert await read_or_improvise(title, Library(0.01).read, 5) == Library.text(title)


@pytest.mark.title(zh="厨房不会等得太久")
@pytest.mark.points(2)
@pytest.mark.hint(
    en="The kitchen waited for the whole book. A thread can't be stopped, but you can stop waiting for it.",
    zh="厨房一直等到整本书读完。线程停不下来，但你可以不再等它。",
)
async def test_the_kitchen_does_not_wait_too_long(title):
    go_home = threading.Event()
    finished = []

    def read(what):
        go_home.wait(1)
        finished.append(what)
        return what

    assert await read_or_improvise(title, read, 0.01) == f"{title} as grandmother made it"
    assert finished == []
    go_home.set()


@pytest.mark.title(zh="厨房被取消，就真的停下")
@pytest.mark.hint(
    en="Somebody called it off. Being cancelled is not running out of patience: let it through.",
    zh="有人叫停了。被取消和等得不耐烦是两回事：让取消过去。",
)
@pytest.mark.parametrize("what", ["one", "all"])
async def test_a_cancelled_kitchen_is_cancelled(what, titles):
    go_home = threading.Event()

    def read(title):
        go_home.wait(1)
        return title

    job = read_or_improvise(titles[0], read, 5) if what == "one" else read_all(titles, read, ignore)
    reading = asyncio.create_task(job)
    await asyncio.sleep(0.005)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    go_home.set()


@pytest.mark.title(zh="几位各读一小时的人，一起只花一小时")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="Three readers who need an hour each bring all three recipes after an hour.",
    zh="三个人各读一小时，一小时后三份菜谱就都到了。",
)
async def test_readers_of_an_hour_take_an_hour_together():
    begin = time.monotonic()
    await read_all(["a", "b", "c"], Library(3600).read, ignore)
    assert time.monotonic() - begin == pytest.approx(3600)


@pytest.mark.title(zh="耐心一秒不差")
@pytest.mark.needs_bridge
@pytest.mark.hint(
    en="Patience of ten minutes is ten minutes, to the second.",
    zh="说好等十分钟，就是十分钟，一秒不差。",
)
async def test_patience_is_kept_to_the_second():
    begin = time.monotonic()
    assert await read_or_improvise("a", Library(3600).read, 600) == "a as grandmother made it"
    assert time.monotonic() - begin == pytest.approx(600)
