"""When a sandbox has had enough: limits of processor time and wall clock, armed anew for each test.

Pure arithmetic on clock readings, so that it can be tested without waiting. The zygote owns the clocks and
does the killing: it is a process of its own, so neither a judge that is busy nor the judge's virtual time can
delay it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CPU: Final = "cpu"
WALL: Final = "wall"
THREADS: Final = "threads"

_SHORTEST: Final = 0.005
"""Seconds between two looks at the processor clock at the least."""
_LONGEST: Final = 0.25
"""Seconds between two looks while armed, for what is not counted by a clock (threads)."""


@dataclass(slots=True)
class Watch:
    """Limits on one sandbox. Seconds; `used` is its processor time so far, `now` a monotonic clock."""

    cores: int = 1
    """On how many cores it can run at once."""
    _cpu_until: float | None = None
    _wall_until: float | None = None

    def arm(self, now: float, used: float, cpu: float | None, wall: float | None) -> None:
        """From now on at most `cpu` and `wall` more; None lifts that limit."""
        self._cpu_until = None if cpu is None else used + cpu
        self._wall_until = None if wall is None else now + wall

    @property
    def armed(self) -> bool:
        """Whether there is anything to watch."""
        return self._cpu_until is not None or self._wall_until is not None

    def exceeded(self, now: float, used: float) -> str | None:
        """CPU or WALL when that limit is reached."""
        if self._cpu_until is not None and used >= self._cpu_until:
            return CPU
        if self._wall_until is not None and now >= self._wall_until:
            return WALL
        return None

    def next_look(self, now: float, used: float) -> float | None:
        """Seconds until a limit can be reached at the earliest; None when nothing is armed."""
        waits = []
        if self._wall_until is not None:
            waits.append(self._wall_until - now)
        if self._cpu_until is not None:
            waits.append(max(_SHORTEST, (self._cpu_until - used) / self.cores))
        return max(0.0, min([_LONGEST, *waits])) if waits else None
