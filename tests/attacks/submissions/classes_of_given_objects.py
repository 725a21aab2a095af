# tries: changes the suite's own classes through the objects that it gave: checks that no longer check
# proof: report test_object TestCase::test_method
# target: test_given.py
# verdicts: failed error protocol deadlocked
# prints: refused
def use(what, given):
    for change in (
        lambda: setattr(type(given), "verify", lambda self: None),
        lambda: setattr(given, "verify", lambda: None),
        lambda: setattr(given, "__class__", type("Oven", (), {"verify": lambda self: None})),
        lambda: setattr(given, "dishes", Anything()),
        lambda: setattr(given.__self__, "assertEqual", lambda *_: None),
        lambda: setattr(type(given.__self__), "assertEqual", lambda *_: None),
        lambda: type.__setattr__(type(given), "verify", lambda self: None),
        lambda: given.__init__(),
        lambda: given.__dict__.update(verify=lambda: None),
    ):
        try:
            change()
        except BaseException as error:
            print("refused", type(error).__name__)


class Anything:
    def __eq__(self, other):
        return True
