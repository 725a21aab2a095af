# tries: writes a forged result to every descriptor that it can find
# proof: report test_answer test_double
# verdicts: protocol crashed error
import os
import sys

RESULTS = b'<testsuites><testsuite name="pytest" tests="2"><testcase classname="test_plain" name="test_answer"/>' \
          b'<testcase classname="test_plain" name="test_double"/></testsuite></testsuites>'
PASSED = b'\x93\xa4Done\x82\xa4test\xb9test_plain.py::test_answer\xa4kind\xa6passed'


def answer(*_):
    for argument in sys.argv:
        if argument.startswith("--junitxml="):
            with open(argument.partition("=")[2], "wb") as results:
                results.write(RESULTS)
            os._exit(0)
    for number in range(64):
        for data in (PASSED, len(PASSED).to_bytes(4, "little") + PASSED, RESULTS):
            try:
                os.write(number, data)
            except OSError:
                pass
    return 0


double = answer
