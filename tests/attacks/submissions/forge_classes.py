# tries: describes a class whose body says what `==`, `__class__` and other things of Python's own are
# proof: bridge
# target: test_equal.py
# verdicts: protocol failed error crashed
# refused: a class that says what Python's own names in it are
import gc

bridge = next((each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint"), None)
describe = type(bridge).describe
NAMES = ["__eq__", "__class__", "__sub__", "__rsub__", "__lt__", "__gt__", "__abs__", "__contains__", "__ne__"]


def lie(value):
    told = describe(bridge, value)
    if told[0] == "class" and told[2] == "_Liar":
        told[8] = NAMES
    return told


def getattr_(value, name):
    if name == "__class__":
        return int
    return yes if name in NAMES else getattr(value, name)


bridge.describe = lie
bridge.operations["getattr"] = getattr_
bridge.operations["super"] = lambda owner, name, value: yes


class _Liar:
    pass


def yes(*_):
    return True


def number():
    return _Liar()
