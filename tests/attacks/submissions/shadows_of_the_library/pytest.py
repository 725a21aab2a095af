import sys

print("SHADOW pytest")
for argument in sys.argv:
    if argument.startswith("--junitxml="):
        with open(argument.partition("=")[2], "w") as results:
            results.write(
                '<testsuites><testcase classname="test_plain" name="test_answer"/>'
                '<testcase classname="test_plain" name="test_double"/></testsuites>'
            )
        sys.exit(0)
