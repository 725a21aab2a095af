# tries: waits for real, where no virtual clock sees it
# proof: hang
# verdicts: wall_limit failed error
import ctypes


def answer(*_):
    ctypes.CDLL(None).sleep(600)
    return 0


double = answer
