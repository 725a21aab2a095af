# tries: closes its end of the line and lives on; sends half of a frame and then nothing
# proof: bridge
# prints: It was not done after
# verdicts: protocol wall_limit
import ctypes
import gc
import os


def bridge():
    return next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")


def answer():
    os.close(bridge().channel._socket.fileno())
    while True:
        ctypes.CDLL(None).pause()


def double(value):
    bridge().channel._socket.sendall(b"\x40\x00\x00\x00\x98")
    while True:
        ctypes.CDLL(None).pause()
