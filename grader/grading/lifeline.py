"""A process that does not outlive the one that started it, also when that one is killed with -9."""

from __future__ import annotations

import os
import select
import signal
import sys


def end_with_parent(stdin: int = 0) -> None:
    """Be killed when the parent dies; end now when it has died already.

    Args:
        stdin: A pipe whose other end only the parent has: it is hung up when the parent died before this call.
    """
    if sys.platform != "linux":
        return
    from grader.sandbox import kernel

    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    poll = select.poll()
    poll.register(stdin, 0)
    if any(event & select.POLLHUP for _descriptor, event in poll.poll(0)):
        os._exit(1)
