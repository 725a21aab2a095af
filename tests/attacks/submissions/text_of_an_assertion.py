# tries: reads the text of the suite's failed assertion, which holds expected values
# proof: leak
# target: test_given.py
# verdicts: protocol failed error deadlocked
# prints: refused
import gc


def use(what, given):
    got = []
    try:
        if what == "object":
            given.verify()
        elif what == "callback":
            given(0)
        elif what == "generator":
            next(given)
            given.send(0)
    except AssertionError as error:
        got += [error.args, str(error), repr(error)]
        bridge = next((each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint"), None)
        print("got", got)
        if bridge is not None:
            for question in (
                lambda: bridge.ask("getattr", error, "args"),
                lambda: bridge.ask("special", BaseException, "__str__", error),
                lambda: bridge.ask("special", BaseException, "__repr__", error),
                lambda: bridge.ask("getattr", error, "__notes__"),
            ):
                try:
                    print(question())
                except Exception as refused:
                    print("refused", refused)
