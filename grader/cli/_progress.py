"""How far a run is: how many, how many passed, how fast, how long still."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grader.cli._console import say
from grader.locale import _

if TYPE_CHECKING:
    from typing import Self

    from rich.console import Console

    from grader.grading.run import Progress

_PLAIN_STEPS = 20
"""How many lines of progress a pipe gets."""


class ProgressLine:
    """Progress for a pipe: a plain line now and then."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._said = 0
        self._first: tuple[float, int] | None = None
        """When the first were graded in this run, and how many: what starting takes says nothing of the rate."""
        self.done = self.graded = 0
        """Submissions, and how many of them have a Grade."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Nothing is left on the screen."""

    def __call__(self, progress: Progress) -> None:
        self.done, self.graded = progress.done, progress.done - progress.failed
        step = progress.done * _PLAIN_STEPS // max(1, self._total)
        if step > self._said or progress.done == self._total:
            self._said = step
            words = [f"{progress.done}/{progress.total}", *self._words(progress)]
            say(self._console, ", ".join(words))

    def _words(self, progress: Progress) -> list[str]:
        """How many passed everything, how many did not, where the grader failed, and how fast it goes."""
        failed = progress.failed
        words = [
            _("passed: {n}").format(n=progress.passed),
            _("not passed: {n}").format(n=progress.done - progress.passed - failed),
        ]
        if failed:
            words.append(_("grader failed: {n}").format(n=failed))
        done = progress.done - progress.reused
        if self._first is None and done > 0:
            self._first = time.monotonic(), done
        began, before = self._first or (0.0, 0)
        seconds, fresh = time.monotonic() - began, done - before
        if fresh > 0 and seconds > 0:
            words.append(_("{n} per second").format(n=f"{fresh / seconds:.1f}"))
            left = (progress.total - progress.done) * seconds / fresh
            if left >= 1:
                words.append(_("{time} left").format(time=_clock(left)))
        return words


class ProgressBar(ProgressLine):
    """Progress for a terminal: a bar, and under it what the plain lines say, so that a narrow one shows both."""

    def __init__(self, console: Console, total: int) -> None:
        from rich.console import Group
        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar
        from rich.text import Text

        super().__init__(console, total)
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(bar_width=None), MofNCompleteColumn(), expand=True
        )
        self._task = self._bar.add_task(_("Grading"), total=total)
        self._text = Text("", style="dim")
        self._live = Live(Group(self._bar, self._text), console=console)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def stop(self) -> None:
        """Let the last state of the bar stand."""
        self._live.stop()

    def __call__(self, progress: Progress) -> None:
        self.done, self.graded = progress.done, progress.done - progress.failed
        self._text.plain = ", ".join(self._words(progress)[0 if progress.done else 2 :])
        self._bar.update(self._task, completed=progress.done)


def make_progress(console: Console, total: int) -> ProgressLine:
    """A bar on a terminal, plain lines elsewhere."""
    return ProgressBar(console, total) if console.is_terminal else ProgressLine(console, total)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
