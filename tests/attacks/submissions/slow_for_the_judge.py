# tries: results that take the judge long to compare, to show and to explain, so that its time runs out
# proof: bridge
# target: test_data.py
# verdicts: failed error wall_limit cpu_limit crashed
# prints: made
import random

draw = random.Random(1)


def lines(count, long):
    return ["".join(draw.choices("ab ", k=long)) for _ in range(count)]


def numbers():
    print("made")
    return lines(3_000, 60)


def stream():
    print("made")
    yield from (lines(1, 200_000)[0] for _ in range(3))


def values():
    print("made")
    return {tuple(lines(3, 200)): lines(30, 200) for _ in range(30)}


def sized():
    print("made")
    return "\n".join(lines(3_000, 100))
