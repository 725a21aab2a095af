# tries: takes all memory: bytes, a 4 GB string, a 4 GB integer, endless lists
# proof: report test_answer
# verdicts: failed error crashed cpu_limit wall_limit
def answer(*_):
    try:
        held = [bytearray(64 << 20) for _ in range(6)]
        return 42 if held else 0
    finally:
        held = None


def double(value):
    held = "x" * (4 << 30)
    held += str(1 << (32 << 30))
    return len(held)
