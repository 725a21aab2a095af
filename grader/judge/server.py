"""The start of a judge's process: `python -m grader.judge.server ORDERS ANSWERS NOTES`, three descriptors.

The virtual world comes first, before pytest and everything else that makes locks or takes the clock's
functions by name.
"""

from __future__ import annotations

import sys

from grader.bridge import virtual

if __name__ == "__main__":
    virtual.install(outside=True)
    from grader.judge.serving import main

    main(sys.argv[1:])
