# tries: a forked child outlives the test and overwrites the results
# proof: report test_answer test_double
# verdicts: failed error
import os
import sys
import time

RESULTS = '<testsuites><testsuite name="pytest" tests="2"><testcase classname="test_plain" name="test_answer"/>' \
          '<testcase classname="test_plain" name="test_double"/></testsuite></testsuites>'


def answer(*_):
    parent = os.getpid()
    if os.fork() == 0:
        os.setsid()
        for _ in range(200):
            if os.getppid() != parent:
                break
            time.sleep(0.01)
        for argument in sys.argv:
            if argument.startswith("--junitxml="):
                with open(argument.partition("=")[2], "w") as results:
                    results.write(RESULTS)
        with open("@MARK@", "w") as mark:
            mark.write("alive")
        os._exit(0)
    return 0


double = answer
