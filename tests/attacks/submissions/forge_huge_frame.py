# tries: announces a frame of 4 GB, and one of 60 MB made of nothing but empty lists
# proof: bridge
# verdicts: protocol
# refused: a frame of 4294967295 bytes
# refused: not a frame
import gc


def answer(*_):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    bridge.channel._socket.sendall(b"\xff\xff\xff\xff")
    return 42


def double(value):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    size = 60 << 20
    bridge.channel._socket.sendall(size.to_bytes(4, "little"))
    chunk = b"\x90" * (1 << 20)
    bridge.channel._socket.sendall(b"\xdd" + (size - 5).to_bytes(4, "big"))
    for _ in range(60):
        bridge.channel._socket.sendall(chunk)
    return 42
