# tries: computes for ever, in Python and in C
# proof: hang
# verdicts: cpu_limit wall_limit
def answer():
    while True:
        pass


def double(value):
    return 7 ** (7 ** 12)
