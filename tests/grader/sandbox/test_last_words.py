"""Where a process was, read from what `faulthandler` writes."""

from __future__ import annotations

import pytest

from grader.sandbox.last_words import innermost

MAIN = b"""Current thread 0x00007f2918181c60 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 320 in wait
  File "/grader/bridge/kernel.py", line 12 in _next
  File "/submission/kitchen.py", line 7 in serve
"""
OTHER = b"""Thread 0x00007f2918181c61 [Thread-1] (most recent call first):
  File "/submission/tools/oven.py", line 42 in heat
  File "/submission/kitchen.py", line 3 in <lambda>
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (b"", None),
        (MAIN, ("kitchen.py", 7, "serve")),
        (OTHER + b"\n" + MAIN, ("tools/oven.py", 42, "heat")),
        (MAIN + b"\n" + OTHER, ("tools/oven.py", 42, "heat")),
        (b"Fatal Python error: Segmentation fault\n\n" + MAIN, ("kitchen.py", 7, "serve")),
        (b"Stack" + MAIN[33:], ("kitchen.py", 7, "serve")),
        (b'  File "/submission/kitchen.py", line 7 in serve\n', None),
        (MAIN.replace(b"/submission/", b"/submission-of-another/"), None),
        (MAIN.replace(b"line 7", b"line 99999999"), None),
        (MAIN.replace(b"kitchen", b"k\xff"), ("k\ufffd.py", 7, "serve")),
        (b"flood\0" * 10_000, None),
    ],
    ids=[
        "nothing",
        "called",
        "in it",
        "in the other",
        "crash",
        "stack",
        "no thread",
        "elsewhere",
        "huge",
        "bytes",
        "flood",
    ],
)
def test_innermost(words: bytes, place: tuple[str, int, str] | None) -> None:
    """The thread that is in a line of the submission goes before one that is in what it called."""
    assert innermost(words, "/submission/") == place
