# tries: ends the process by a signal, behind the back of Python
# proof: code -9
# verdicts: crashed error
import os
import signal


def answer():
    os.kill(os.getpid(), signal.SIGKILL)


double = answer
