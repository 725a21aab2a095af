# tries: configuration for pytest, for Python and for a virtual environment, with a plugin of its own
# proof: report test_answer test_double
# verdicts: failed
def answer():
    return 0


def double(value):
    return 0
