# tries: modules with the names of the standard library and of the test framework
# proof: cold report test_answer test_double
# verdicts: failed
def answer():
    return 0


def double(value):
    return 0
