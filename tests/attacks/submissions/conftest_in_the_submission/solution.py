# tries: brings a conftest.py, a pytest.ini and a plugin of its own
# proof: report test_answer test_double
# verdicts: failed
def answer():
    return 0


def double(value):
    return 0
