# tries: takes the interpreter down from inside: memory that is not there, a stack without an end
# proof: code -11
# prints: signal SIGSEGV
# prints: line 11, in answer
# verdicts: crashed
import ctypes


def answer():
    # where a report is to point
    return ctypes.string_at(8)


def double(value):
    ctypes.CDLL(None).raise_ = None
    return ctypes.CFUNCTYPE(ctypes.c_int)(16)()
