# tries: a syntax error whose marks under the line are four thousand million characters long
# proof: code 3
# verdicts: error
def answer():
    raise SyntaxError("no", ("solution.py", 1, 1, "abc", 1, 4_000_000_000))


def double(value):
    raise SyntaxError("no", (["solution.py"], {}, "x", 7, -1, 1 << 62))
