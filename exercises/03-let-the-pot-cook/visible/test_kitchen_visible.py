"""What you can try before handing in. The hidden suite asks more, with other dishes and other times."""

import asyncio

import pytest
from kitchen import simmer, stew


@pytest.mark.title(zh="汤好了")
@pytest.mark.hint(
    en="What does `await simmer(...)` give back to whoever waits? Printing is not returning.",
    zh="`await simmer(...)` 把什么交还给等的人？打印出来并不等于返回。",
)
async def test_the_soup_is_ready():
    assert await simmer("soup", 0.01) == "soup is ready"


@pytest.mark.title(zh="汤在煮的时候，客人有人应")
@pytest.mark.hint(
    en="The guest came first and was heard last. Who was in the way, and which kind of sleep lets others work?",
    zh="客人先来，却最后才有人理。是谁挡了路？哪一种 sleep 会让别人趁这段时间干活？",
)
async def test_a_guest_is_answered_while_the_soup_cooks():
    heard = []

    async def guest():
        await asyncio.sleep(0.02)
        heard.append("here is your table")

    asking = asyncio.create_task(guest())
    heard.append(await simmer("soup", 0.06))
    await asking
    assert heard == ["here is your table", "soup is ready"]


@pytest.mark.title(zh="炖牛肉搅了两次")
@pytest.mark.hint(
    en="Look at what stir() is told, how often, and at the words that stew() returns.",
    zh="看看 stir() 收到了什么、被调用了几次，再看 stew() 返回的原话。",
)
async def test_the_goulash_is_stirred_twice():
    stirred = []
    said = await stew("goulash", 0.03, 2, lambda dish, turn: stirred.append((dish, turn)))
    assert stirred == [("goulash", 1), ("goulash", 2)]
    assert said == "goulash is ready, stirred 2 times"
