# tries: a list that grows while the suite goes through it, sorts it, formats it, copies it
# proof: hang
# target: test_data.py
# verdicts: failed error crashed cpu_limit wall_limit
shared = []


class Item:
    def __str__(self):
        shared.append(Item())
        return "1"

    __repr__ = __str__

    def __format__(self, spec):
        shared.extend([Item()] * 100)
        return "1"

    def __lt__(self, other):
        shared.append(Item())
        return True

    def __eq__(self, other):
        shared.append(Item())
        return True

    def __hash__(self):
        shared.append(Item())
        return 1

    def __index__(self):
        return 3


shared += [Item(), Item(), Item()]


def numbers():
    def more():
        for item in shared:
            shared.append(item)
            yield item

    return more()


def values():
    return shared


def sized():
    return shared[:2]


def stream():
    for item in shared:
        shared.append(item)
        yield item
