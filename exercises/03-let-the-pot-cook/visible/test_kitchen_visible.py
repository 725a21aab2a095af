"""What you can try before handing in. The hidden suite asks more, with other dishes and other times."""

import asyncio

from kitchen import simmer, stew


async def test_the_soup_is_ready():
    assert await simmer("soup", 0.01) == "soup is ready"


async def test_a_guest_is_answered_while_the_soup_cooks():
    heard = []

    async def guest():
        await asyncio.sleep(0.02)
        heard.append("here is your table")

    asking = asyncio.create_task(guest())
    heard.append(await simmer("soup", 0.06))
    await asking
    assert heard == ["here is your table", "soup is ready"]


async def test_the_goulash_is_stirred_twice():
    stirred = []
    said = await stew("goulash", 0.03, 2, lambda dish, turn: stirred.append((dish, turn)))
    assert stirred == [("goulash", 1), ("goulash", 2)]
    assert said == "goulash is ready, stirred 2 times"
