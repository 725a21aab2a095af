# tries: calls the suite without an end, with ever larger things, from ever more tasks and threads
# proof: hang
# target: test_given.py
# verdicts: failed error cpu_limit wall_limit crashed protocol deadlocked endless
# prints: begun
import asyncio
import threading


def use(what, given):
    print("begun", what)
    while what == "callback":
        try:
            given([0] * 1000)
        except AssertionError:
            pass
    while what == "method":
        given("x" * 20_000_000)
    while what == "object":
        given.bake([object() for _ in range(1000)])
    while what == "future":
        asyncio.get_running_loop().call_soon(given.done)
    while what == "task":
        asyncio.get_running_loop().create_task(asyncio.sleep(0))
    while what == "generator":
        threading.Thread(target=given.__next__).start()
    while what == "list":
        given.append(given)
