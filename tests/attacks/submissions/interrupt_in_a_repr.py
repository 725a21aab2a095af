# tries: a representation that interrupts, exits, never ends
# proof: code -2
# verdicts: failed error crashed cpu_limit wall_limit
class Shouter:
    def __repr__(self):
        raise KeyboardInterrupt


class Leaver:
    def __repr__(self):
        raise SystemExit(0)

    __str__ = __format__ = __repr__


def answer():
    return Shouter()


def double(value):
    return Leaver()
