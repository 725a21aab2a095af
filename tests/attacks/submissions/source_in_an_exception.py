# tries: puts the text of the hidden suite into the text of its exception
# proof: leak
# verdicts: error
import linecache
import sys


def answer(*_):
    text = "nothing"
    frame = sys._getframe(1)
    while frame is not None:
        if "test_plain" in frame.f_code.co_filename:
            text = "".join(linecache.getlines(frame.f_code.co_filename))
        frame = frame.f_back
    raise ValueError(text)


double = answer
