# tries: bytes that are no frame, in the middle of a call
# proof: bridge
# verdicts: protocol
# refused: not a frame
import gc


def answer(*_):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    bridge.channel._socket.sendall(b"\x05\x00\x00\x00hello" * 3)
    return 42


double = answer
