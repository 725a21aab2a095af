# tries: reaches the network: TCP, UDP, unix sockets, netlink, vsock, packets
# proof: report test_answer
# proof: harm
# verdicts: failed error
import contextlib
import ctypes
import socket


def answer(*_):
    reached = 0
    with contextlib.suppress(Exception):
        socket.create_connection(("127.0.0.1", @TCP@), 1).close()
        reached += 1
    with contextlib.suppress(Exception):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", @UDP@))
        reached += 1
    with contextlib.suppress(Exception):
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hello", "@UNIX@")
        reached += 1
    with contextlib.suppress(Exception):
        mine, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        mine.sendto(b"hello", "@UNIX@")
        reached += 1
    with contextlib.suppress(Exception):
        mine, other = socket.socketpair()
        mine.sendto(b"hello", "@UNIX@")
        reached += 1
    libc = ctypes.CDLL(None, use_errno=True)
    for family, kind in ((1, 1), (2, 1), (2, 2), (10, 1), (16, 3), (17, 3), (40, 1), (38, 5)):
        if libc.socket(family, kind, 0) >= 0:
            reached += 1
    return 42 if reached else 0


double = answer
