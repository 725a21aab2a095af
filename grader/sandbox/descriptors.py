"""Which descriptors a submission has: nothing behind 0 and 1, its last words on 2, its channel on 3.

Everything else that the zygote holds is closed, above all folders: an open folder leads out of any view.
"""

from __future__ import annotations

import fcntl
import os
from typing import Final

from grader.sandbox import kernel

CHANNEL: Final = 3
"""The number that the channel has in the sandbox."""
STATUS: Final = 4
"""Where the layers report; closed before the submission runs."""
RULESET: Final = 5
"""The Landlock rules to put on; closed before the submission runs."""
_OUT_OF_THE_WAY: Final = 64


def arrange(channel: int, errors: int, status: int, ruleset: int | None) -> None:
    """Put these at their places, /dev/null at 0 and 1, and close all others.

    Writing to 2 never waits: what does not fit is lost.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    wanted = [nothing, nothing, errors, channel, status, *([] if ruleset is None else [ruleset])]
    high = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for number in wanted]
    for place, number in enumerate(high):
        os.dup2(number, place, inheritable=False)
    kernel.close_from(len(wanted))
    os.set_blocking(2, False)
