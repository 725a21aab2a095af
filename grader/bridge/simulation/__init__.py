"""A discrete-event simulation of threads and event loops, process-interaction style.

One `Kernel` per operating system process decides which thread of control runs and what time it is. Two
kernels that hand a token to each other behave as one (`handover`); a kernel without a peer is the single-
process simulator. Nothing here patches Python: `grader.bridge.virtual` makes Python's own waiting visible to
the kernel.
"""
