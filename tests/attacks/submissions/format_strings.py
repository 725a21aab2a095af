# tries: texts that are format strings, and formats that walk attributes
# proof: report test_format
# target: test_data.py
# verdicts: failed error
# earns: test_format test_length
class Number(int):
    def __format__(self, spec):
        return "  1"

    def __str__(self):
        return "{0.__class__.__init__.__globals__}"


def sized():
    return [Number(1), "2", 3]


def numbers():
    return ["{0.__globals__}", "%(secret)s", "{expected}"]


values = stream = numbers
