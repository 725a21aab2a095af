# tries: values that compute while they are read: fractions, views, ranges, hashes, properties of its own objects
# proof: bridge
# verdicts: protocol error crashed
# refused: a fraction of what is no number
# refused: cannot be asked while a frame is made or read
import gc

bridge = next((each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint"), None)
encode = bridge.codec.encode


class Evil:
    def __index__(self):
        return 1

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return True

    def keys(self):
        return ["a"]

    numerator = denominator = 1


class Key(Evil):
    pass


def lie(value, in_key=False):
    if type(value) is Evil:
        name = "fractions.Fraction"
        return [16 if False else 17, name, "1e999999999"]
    if type(value) is Key:
        return [4, encode(object.__new__(type("Plain", (), {"__hash__": lambda self: 1}))), encode(Evil.keys)]
    return encode(value, in_key)


def answer():
    bridge.codec.encode = lie
    return Evil()


def double(value):
    bridge.codec.encode = lie
    return Key()
