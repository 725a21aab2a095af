# tries: asks for special methods that read any attribute, and for objects by guessed numbers
# proof: bridge
# target: test_given.py
# verdicts: protocol error
# refused: '__getattribute__' is not served
# refused: '__subclasshook__' is not served
# refused: 'call' on an object that was not given
import gc


def use(what, given):
    bridge = next(each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint")
    if what in ("object", "list"):
        bridge.ask("special", object, "__getattribute__", given, "_expected")
    if what in ("callback", "task"):
        bridge.ask("special", type(given), "__subclasshook__", given, "__globals__")
    if what in ("error", "future"):
        bridge.ask("call", eval, "1 + 1")
    encode = bridge.codec.encode
    bridge.codec.encode = lambda value, in_key=False: [10, 1] if value is given else encode(value, in_key)
    for number in range(1, 50):
        bridge.codec.encode = lambda value, in_key=False: [11, number] if value is use else encode(value, in_key)
        print(bridge.ask("call", use))
