# tries: KeyboardInterrupt, which ends the session, and exceptions that steer generators and coroutines
# proof: code 2
# verdicts: error
def answer():
    raise KeyboardInterrupt


def double(value):
    raise GeneratorExit
