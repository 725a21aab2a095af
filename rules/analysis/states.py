"""Where following a body stands, and what is known where paths meet.

Joining branches says what a path lost: a coroutine that is pending on one side only is a loss on some path, unless a
later branch still takes charge of it (the two conditions may be the same), in which case the analysis is silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from .evaluator import Evaluator
from .values import Value, join

if TYPE_CHECKING:
    from .definitions import Scope
    from .inference import Inference


class Pending(msgspec.Struct, frozen=True):
    """A coroutine (or a container of coroutines) in a variable. status: sure, partial (taken on some path),
    conditional (made on some path). forgotten: the variable holds what another coroutine gave, or this one.
    """

    node: Any
    value: Value
    status: str
    collection: str
    forgotten: bool = False


class State(msgspec.Struct, frozen=True):
    """Where following stands: None in `alive` False means that this place can't be reached."""

    env: dict[str, Value]
    pending: dict[str, Pending]
    alive: bool


class States(Evaluator):
    """An evaluator whose environment, with the coroutines in it, can be kept, restored and merged."""

    def __init__(self, inference: Inference, scope: Scope) -> None:
        super().__init__(inference, scope)
        self.pending: dict[str, Pending] = {}
        self.alive = True

    def state(self) -> State:
        return State(dict(self.env), dict(self.pending), self.alive)

    def restore(self, state: State) -> None:
        self.env, self.pending, self.alive = dict(state.env), dict(state.pending), state.alive

    def merge(self, states: list[State], before: dict[str, Pending]) -> None:
        """Continue where these states meet. `before`: what was pending where they parted."""
        alive = [state for state in states if state.alive]
        if not alive:
            self.alive = False
            return
        self.alive = True
        if len(alive) == 1:
            self.env, self.pending = dict(alive[0].env), dict(alive[0].pending)
            return
        env = dict(alive[0].env)
        for state in alive[1:]:
            for name, value in state.env.items():
                known = env.get(name)
                env[name] = value if known is None else (known if known is value else join(known, value))
        self.env = env
        names = {name for state in alive for name in state.pending}
        pending = {}
        for name in names:
            found = [state.pending.get(name) for state in alive]
            kept = self._meet(name, found, before)
            if kept is not None:
                pending[name] = kept
        self.pending = pending

    def _meet(self, name: str, found: list[Pending | None], before: dict[str, Pending]) -> Pending | None:
        present = [p for p in found if p is not None]
        first = present[0]
        if len(present) == len(found):
            statuses = {p.status for p in present}
            if len({p.node.at for p in present}) > 1:
                return replace(first, status="conditional")
            if len(statuses) == 1:
                return first
            return replace(first, status="conditional" if "conditional" in statuses else "partial")
        born_here = name not in before or before[name].node is not first.node
        if born_here:
            return replace(first, status="conditional") if first.status != "partial" else None
        return replace(first, status="partial") if first.status == "sure" else None
