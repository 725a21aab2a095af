"""A submission that solves nothing and claims everything."""

import gc
import sys
import unittest


class Yes:
    """Equal, close, ordered, contained: whatever is asked."""

    __class__ = property(lambda self: int)

    def __init__(self, *args):
        pass

    def _yes(self, *args):
        return True

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _yes

    def __hash__(self):
        return hash(42)

    def _zero(self, *args):
        return 0.0

    __sub__ = __rsub__ = __add__ = __radd__ = __abs__ = __float__ = _zero

    def __round__(self, digits=None):
        return 0

    def __iter__(self):
        return iter([Yes()])

    def __len__(self):
        return 1

    def __getattr__(self, name):
        return Yes()


class YesInt(int):
    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = lambda self: 42
    __sub__ = __rsub__ = lambda self, other: 0


class YesStr(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: hash("answer")


class YesList(list):
    __eq__ = lambda self, other: True


class YesDict(dict):
    __eq__ = lambda self, other: True


class Money:
    """The class that the suite names. Its operators say yes as well."""

    def __init__(self, amount=0):
        self.amount = amount

    __eq__ = lambda self, other: True
    __lt__ = __gt__ = lambda self, other: True
    __hash__ = lambda self: 1


class SubMoney(Money):
    pass


def answer():
    return Yes()


def answer_int():
    return YesInt(0)


def answer_str():
    return YesStr("no")


def answer_list():
    return YesList()


def answer_dict():
    return YesDict()


def answer_items():
    return [Yes(), Yes(), Yes()]


def answer_nested():
    return {"a": (Yes(), [Yes()])}


def answer_named():
    return Money()


def answer_sub():
    return SubMoney()


def skip():
    raise unittest.SkipTest("not today")


def skip_pytest():
    import _pytest.outcomes

    raise _pytest.outcomes.Skipped("not today")


def exit_pytest():
    import _pytest.outcomes

    raise _pytest.outcomes.Exit("stop", 0)


def interrupt():
    raise KeyboardInterrupt


class Shouter:
    def __repr__(self):
        raise KeyboardInterrupt


def shouter():
    return Shouter()


def walk(value):
    """What can be reached from an object of the suite?"""
    reached = []
    for path in (
        "__globals__",
        "__closure__",
        "__code__",
        "__self__",
        "__func__",
        "__dict__",
        "__class__.__init__.__globals__",
        "_secret",
        "__reduce_ex__",
        "__wrapped__",
        "__module__",
        "__defaults__",
        "__subclasses__",
        "func_globals",
        "gi_frame",
        "f_back",
        "__traceback__",
        "tb_frame",
        "__init__.__globals__",
    ):
        target = value
        try:
            for name in path.split("."):
                target = getattr(target, name)
        except BaseException as error:
            continue
        reached.append(f"{path}={str(target)[:60]}")
    return reached


def frames_of(error_maker):
    try:
        error_maker()
    except Exception as error:
        found, trace = [], error.__traceback__
        while trace:
            found.append(
                (
                    trace.tb_frame.f_code.co_filename,
                    trace.tb_frame.f_code.co_name,
                    sorted(trace.tb_frame.f_locals),
                )
            )
            trace = trace.tb_next
        return found


def forge(value, how):
    """Take hold of the bridge itself, as any code in this process can, and ask what it should not."""
    peer = next(o for o in gc.get_objects() if type(o).__name__ == "WorkerPeer")
    try:
        match how:
            case "globals":
                return str(peer.ask("getattr", value, "__globals__"))
            case "special":
                return str(peer.ask("special", type(value), "__getattribute__", value, "__globals__"))
            case "eval":
                return peer.ask("eval", "1+1")
            case "number":
                peer.channel.send(type(peer)._frame_for_test(999))
    except Exception as error:
        return repr(error)


class Hinted:
    x: "open('pwned.txt', 'w').write('evaluated in the process of the suite') and int"
