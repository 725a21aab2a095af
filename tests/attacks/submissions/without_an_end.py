# tries: computes for ever, in Python and in C
# proof: hang
# prints: line 7, in answer
# prints: line 12, in double
# verdicts: cpu_limit wall_limit
def answer():
    while True:
        pass


def double(value):
    return 7 ** (7 ** 12)
