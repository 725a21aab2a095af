# tries: asks the judge for what it does not serve: eval, imports, private attributes, objects never given
# proof: bridge
# target: test_given.py
# verdicts: protocol failed error
# prints: refused AttributeError
# earns: test_error
# refused: 'eval' is not served
import gc


def use(what, given):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    got = []
    private = ("__globals__", "__closure__", "__code__", "__self__", "__dict__", "_expected", "__class__", "__init__",
               "__reduce_ex__", "__defaults__", "__wrapped__", "__traceback__")
    for name in private:
        try:
            got.append(bridge.ask("getattr", given, name))
        except AttributeError as error:
            got.append(f"refused {type(error).__name__}")
    print(got)
    for operation in ("eval", "import", "raw", "list", "define", "patch", "seed"):
        bridge.ask(operation, given, "x")
