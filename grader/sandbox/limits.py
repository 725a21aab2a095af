"""What one submission may use, as plain data that judge and sandbox share.

`exercise.toml` is where teachers write these (`grader.course` checks what they wrote); here they are facts.
Kept free of pydantic because the process that a submission runs in must stay small: the cost of its fork
follows its memory.
"""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one submission. Times are seconds and count per test, the rest counts per submission."""

    cpu: float = 10.0
    """Processor time."""
    wall: float = 30.0
    """Real time, whatever happens."""
    virtual: float = 86_400.0
    """Virtual time."""
    total_cpu: float = 600.0
    """Processor time of all tests together: the backstop that the kernel itself enforces."""
    memory: int = 512 * MEBIBYTE
    """Bytes of address space beyond what the sandbox needs. A thread takes 4 MB of it, from the 33rd on."""
    output: int = 64 * 1024
    """Characters of printed text that are kept; the rest is counted and cut."""
    threads: int = 256
    """Threads alive at once."""
