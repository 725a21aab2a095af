# tries: takes every descriptor and every buffer there is: pipes filled to the brim, sockets, duplicates
# proof: report test_answer
# verdicts: failed error crashed
# prints: at most 256
import contextlib
import os
import select
import socket

kept = []


def answer(*_):
    with contextlib.suppress(OSError):
        while len(kept) < 300:
            reading, writing = os.pipe()
            kept.extend((reading, writing))
            os.set_blocking(writing, False)
            with contextlib.suppress(BlockingIOError):
                while len(kept) < 40:
                    os.write(writing, bytes(65_536))
            kept.extend(socket.socketpair())
            kept.append(select.epoll())
            kept.append(os.dup(reading))
    print("at most 256" if len(kept) < 256 else "as many as it liked")
    return 42 if len(kept) >= 300 else 0


double = answer
