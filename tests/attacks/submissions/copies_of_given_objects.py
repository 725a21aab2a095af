# tries: copies, pickles and members of what the suite gave, with what it keeps for itself
# proof: leak
# target: test_given.py
# verdicts: failed error protocol
# earns: test_error
# prints: found []
import copy
import gc
import inspect
import pickle
import pprint
import reprlib
import weakref


def use(what, given):
    found = []
    for look in (
        lambda: copy.copy(given).__dict__,
        lambda: copy.deepcopy(given)._expected,
        lambda: vars(copy.deepcopy(given)),
        lambda: pickle.dumps(given),
        lambda: given.__reduce_ex__(2),
        lambda: given.__getstate__(),
        lambda: inspect.getmembers(given),
        lambda: dir(given),
        lambda: inspect.getsource(type(given)),
        lambda: inspect.getsource(given),
        lambda: inspect.getclosurevars(given),
        lambda: inspect.unwrap(given).__code__.co_consts,
        lambda: gc.get_referents(given),
        lambda: [vars(each) for each in gc.get_referrers(type(given))],
        lambda: pprint.pformat(given),
        lambda: reprlib.repr(given),
        lambda: weakref.ref(given)().__dict__,
        lambda: object.__getattribute__(given, "_expected"),
        lambda: type(given).__dict__["verify"].__code__.co_consts,
        lambda: "{0._expected} {0.__init__.__globals__}".format(given),
        lambda: given.__class__.__subclasses__()[0].__init__.__globals__,
    ):
        try:
            text = str(look())
        except BaseException:
            continue
        if "CANARY-in" in text or "_expected" in text:
            found.append(text)
    print("found", found)
    if what == "error":
        given()
