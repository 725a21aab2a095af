# tries: a sitecustomize.py that every Python process runs before everything else
# proof: cold code
# verdicts: failed
def answer():
    return 0


def double(value):
    return 0
