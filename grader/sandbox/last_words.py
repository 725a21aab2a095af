"""Where a process was, from what `faulthandler` wrote when it was asked or when it crashed.

That one answers from C, so a loop inside of C code answers, too. All of it is the submission's own word: it may say
where it was, and nothing else.
"""

from __future__ import annotations

import re

_THREAD = re.compile(
    rb"^(?:(?:Current t|T)hread 0x[0-9a-f]+.*|Stack) \(most recent call first\):$", re.MULTILINE
)
_LINE = re.compile(rb'^  File "([^"\n]{1,1000})", line (\d{1,7}) in ([^\n]{1,240})$', re.MULTILINE)


def innermost(words: bytes, root: str) -> tuple[str, int, str] | None:
    """File (relative to `root`, the folder of the submission), line and function of the submission's innermost line.

    Of several threads the one that is in such a line itself, not in what it called and waits for.
    """
    folder = root.rstrip("/") + "/"
    found: tuple[str, int, str] | None = None
    for thread in _THREAD.split(words)[1:]:
        for depth, (file, line, function) in enumerate(_LINE.findall(thread.split(b"\n\n")[0])):
            name = file.decode("utf-8", "replace")
            if not name.startswith(folder):
                continue
            place = name.removeprefix(folder), int(line), function.decode("utf-8", "replace")
            if depth == 0:
                return place
            found = found or place
            break
    return found
