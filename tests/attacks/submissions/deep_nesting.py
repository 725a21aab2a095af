# tries: lists, tuples, dicts, subclasses of tuple nested a hundred thousand deep
# proof: bridge
# prints: made
# target: test_data.py
# verdicts: failed error crashed protocol
# earns: test_some
class Pair(tuple):
    pass


def deep(make, depth):
    value = make(())
    for _ in range(depth):
        value = make((value,))
    print("made", depth)
    return value


def numbers():
    return deep(list, 3_000)


def values():
    return [deep(list, 3_000), deep(tuple, 300)]


def sized():
    return [deep(lambda value: {"a": value}, 2_000), deep(Pair, 1_000), deep(frozenset, 100)]


def stream():
    for number in range(10):
        yield number
        deep(list, 100)
