# tries: keys that all have one hash, in a set and a dict of the suite
# proof: hang
# target: test_data.py
# verdicts: failed error cpu_limit wall_limit crashed
class Key:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.number == other.number


def values():
    return [number * (2**61 - 1) for number in range(20_000)]


def numbers():
    return {Key(number): number for number in range(1500)}


def sized():
    return {number * (2**61 - 1) for number in range(6_000)}


def stream():
    yield {number * (2**61 - 1): 1 for number in range(6_000)}
