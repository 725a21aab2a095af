# tries: takes all memory while it is imported, and holds on to it
# proof: report test_answer
# verdicts: error crashed cpu_limit
held = [bytearray(64 << 20) for _ in range(8)]


def answer():
    return 42


double = answer
