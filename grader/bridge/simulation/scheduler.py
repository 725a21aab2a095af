"""Processes, and how they wait: who holds the baton, and how it goes from thread to thread.

A process gives the baton up in `wait` or `turn`. Who gets it is decided by `Kernel`, of which this is the
lower half.
"""

from __future__ import annotations

from _thread import get_ident
from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, NoReturn

from grader.bridge.simulation.clock import FOREVER, Budget, Clock
from grader.bridge.simulation.errors import Endless, SimulationError, dismissal
from grader.bridge.simulation.outside import Outside
from grader.bridge.simulation.process import Process, start_real_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.bridge.simulation.peer import Peer
    from grader.bridge.simulation.process import Place
    from grader.bridge.simulation.tracer import Tracer

FRONT: Place = (0, 0, 0)
"""The place of what goes on at once."""
POLL_EVERY = 64
"""Turns between two looks at descriptors of other processes, so that a spinning loop does not starve them."""


class Scheduler(ABC):
    """The processes of one side. The thread that makes it becomes the main process, "M"."""

    def __init__(self, side: str, budget: Budget) -> None:
        self.side = side
        self.budget = budget
        self.clock = Clock(budget)
        self.stamp = 0
        """The last stamp given to a callback, a timer or a wait: both sides draw from one counter."""
        self.peer: Peer | None = None
        self.outside = Outside(self)
        self.direct: str | None = None
        """The thread that must go on at once on the other side."""
        self.failure: BaseException | None = None
        """What ended the simulation; what still runs afterwards is cleanup."""
        self.tracer: Tracer | None = None
        self.postponed: deque[Callable[[], object]] = deque()
        """What whoever runs next does first."""
        self._ready: list[Process] = []
        self.stepped = 0
        """The last stamp when the clock moved."""
        self._threads_made = 0
        self._closed = False
        main = Process("M", "main")
        main.ident = get_ident()
        self.main = main
        self.processes: dict[int, Process] = {main.ident: main}
        """By the identifier of the OS thread."""
        self.by_thread: dict[str, Process] = {"M": main}

    @property
    def now(self) -> int:
        """Virtual nanoseconds since the kernel began."""
        return self.clock.now

    @abstractmethod
    def _next(self) -> Process:
        """The process that runs now. Until there is one, the other side runs, or the clock moves."""

    @abstractmethod
    def _fail(self, error: BaseException) -> None:
        """Raise `error` out of the main process's wait."""

    @abstractmethod
    def _end_endlessly(self, error: Endless) -> NoReturn:
        """The current process has used up the budget of turns: end the test, and never go on here."""

    # Processes

    def may_ask(self) -> bool:
        """Is the calling thread a process that runs, and that could ask the other side something?"""
        process = self.current()
        return process is not None and not process.queued and self.peer is not None and not self._closed

    def current(self) -> Process | None:
        """The process that the calling thread is, None for a thread outside the simulation."""
        return self.processes.get(get_ident())

    def spawn(self, body: Callable[[], object], name: str = "thread") -> Process:
        """Start a thread of this side. Raises RuntimeError when the budget of threads is used up."""
        if self._closed or sum(not p.twin for p in self.by_thread.values()) >= self.budget.threads:
            raise RuntimeError("can't start new thread")
        self._threads_made += 1
        return self._start(Process(f"{self.side}{self._threads_made}", name), body)

    def _start(self, process: Process, body: Callable[[], object]) -> Process:
        registered = process.baton

        def boot() -> None:
            process.ident = get_ident()
            registered.acquire()
            process.resting = False
            self.processes[process.ident] = process
            if self.tracer is not None:
                self.tracer.thread_started(process)
            try:
                if not self._closed:
                    body()
            except SystemExit:
                pass
            except SimulationError as error:
                self._fail(error)
            finally:
                self._exit(process)

        self.by_thread[process.thread] = process
        process.ident = start_real_thread(boot, ())
        self.wake(process)
        return process

    def _exit(self, process: Process) -> None:
        for callback in process.on_exit:
            callback()
        process.alive = False
        self.processes.pop(process.ident, None)
        self.by_thread.pop(process.thread, None)
        if self.tracer is not None:
            self.tracer.thread_ended(process)
        peer = self.peer
        if peer is not None and not process.twin and process.thread in peer.linked:
            peer.ended.append(process.thread)
            self._queue_peer()
        self._next().baton.release()

    # Waiting and waking

    def wake(self, process: Process, *, front: bool = False, place: Place | None = None) -> None:
        """Let it run when its turn comes: behind everything that is ready, unless it has a `place`."""
        if front:
            place = FRONT
        elif process.queued:
            return
        elif place is None:
            self.stamp += 1
            place = (self.stamp, 0, 0)
        process.place = place
        if not process.queued:
            process.queued = True
            self._ready.append(process)

    def wake_from_outside(self, process: Process) -> None:
        """Wake from a thread that is no process, or from a signal handler."""
        self.outside.wake(process)

    def wait(
        self, deadline: int | None = None, *, resting: bool = False, order: int | None = None, where: str = ""
    ) -> bool:
        """Block the current process. True: woken (perhaps for nothing: every wait must loop). False:
        `deadline` came.

        `deadline` is in nanoseconds of `now`; `order` is its stamp, a new one by default. `resting`: the
        process can be given work meanwhile; otherwise it freezes its other half.
        """
        process = self._current()
        if self._closed:
            raise dismissal()
        if deadline is not None:
            deadline = None if deadline >= FOREVER else max(deadline, self.clock.now)
        if order is None:
            self.stamp += 1
            order = self.stamp
        process.reads = 0
        process.resting, process.deadline, process.order = resting, deadline, order
        process.timed_out, process.where = False, where
        if self.tracer is not None:
            self.tracer.process_waits(process)
        self._block(process)
        if self.tracer is not None:
            self.tracer.process_resumed(process)
        process.resting, process.deadline, process.where = False, None, ""
        self._raise_pending(process)
        self._catch_up(process)
        return not process.timed_out

    def turn(self, *, resting: bool = True, counted: bool = True) -> None:
        """Let everything else that is ready have one turn: the end of a loop's iteration, `time.sleep(0)`.

        `counted`: it counts against the budget of turns.
        """
        process = self._current()
        if self._closed:
            self._turn_at_the_end()
            return
        if counted:
            try:
                self.clock.turn()
            except Endless as error:
                self._end_endlessly(error)
            if self.clock.turns % POLL_EVERY == 0:
                self.outside.look()
        if self.direct is None and not self._others_ready():
            return
        process.resting, process.deadline = resting, None
        self.wake(process)
        self._block(process)
        process.resting = False
        self._raise_pending(process)
        self._catch_up(process)

    def give_control(self) -> None:
        """Let the other half of the current process go on, and rest until it, or anything else, wakes us."""
        self.direct = self._current().thread
        self.wait(resting=True)

    def read_clock(self) -> int:
        """The time, for code that asks for it (or asks a lock whether it is held).

        A process that only ever asks is spinning: after `clock_reads` its asking takes time.
        """
        process = self.processes.get(get_ident())
        if process is not None:
            process.reads += 1
            if process.reads > self.budget.clock_reads:
                reads = process.reads
                self.sleep(self.budget.reading_cost, where="")
                process.reads = reads
        return self.clock.now

    def sleep(self, duration: int, where: str = "time.sleep") -> None:
        """Block the current process for `duration` nanoseconds."""
        if duration <= 0:
            self.turn(resting=False)
            return
        end = self.clock.now + duration
        self.stamp += 1
        order = self.stamp
        while self.clock.now < end:
            self.wait(end, order=order, where=where)

    def _catch_up(self, process: Process) -> None:
        """Do what a frame asked for beside its messages, now that somebody runs who may ask back."""
        if self.postponed:
            timed_out = process.timed_out
            while self.postponed:
                self.postponed.popleft()()
            process.timed_out = timed_out

    def _others_ready(self) -> bool:
        """Is anything ready but the current process?"""
        peer = self.peer
        if self._ready or peer is None:
            return bool(self._ready)
        return bool(peer.place or peer.due or peer.ready)

    def _current(self) -> Process:
        process = self.processes.get(get_ident())
        if process is None:
            raise RuntimeError("this thread is no process of the simulation")
        return process

    def _block(self, process: Process) -> None:
        following = self._next()
        if following is process:
            return
        following.baton.release()
        process.baton.acquire()

    def _raise_pending(self, process: Process) -> None:
        if process.exception is not None:
            exception, process.exception = process.exception, None
            raise exception
        if self._closed:
            raise dismissal()

    def _queue_peer(self) -> None:
        peer = self.peer
        if peer is not None and peer.place is None:
            self.stamp += 1
            peer.place = (self.stamp, 0, 0)

    def _turn_at_the_end(self) -> None:
        """In a closed kernel nobody waits, but a loop may run what is ready: its cancelled tasks end."""
        try:
            self.clock.turn()
        except Endless:
            raise dismissal() from None
