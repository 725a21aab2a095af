# tries: has the suite's own task print its stack, with lines of the suite, to a file of the submission
# proof: leak
# target: test_given.py
# verdicts: failed error deadlocked protocol
# prints: refused
import asyncio


class File:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def use(what, given):
    if what != "task":
        return
    for name in ("print_stack", "get_stack", "get_coro", "get_context"):
        file = File()
        try:
            method = getattr(given, name)
            print(method(file=file) if name == "print_stack" else method())
            print(file.text)
        except Exception as error:
            print("refused", type(error).__name__)
    for task in asyncio.all_tasks():
        try:
            task.print_stack(file=file)
            print(file.text)
        except Exception as error:
            print("refused", type(error).__name__)
