# tries: reaches the suite's event loop by its futures, and starts a program with it
# proof: harm
# target: test_given.py
# verdicts: failed error deadlocked protocol
import asyncio


def use(what, given):
    if what not in ("future", "task"):
        return
    loop = given.get_loop()
    command = "echo here > @MARK@"
    for start in (
        lambda: loop.run_in_executor(None, __import__("os").system, command),
        lambda: loop.create_task(loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("127.0.0.1", @UDP@))),
        lambda: loop.call_soon(__import__("os").system, command),
    ):
        try:
            start()
        except BaseException as error:
            print("refused", repr(error)[:100])
    if what == "future":
        loop.call_later(0.1, given.cancel)
