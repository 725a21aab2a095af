"""Ways to break an async program, one file for each family; all of them, those made for this course first.

The order counts: when two operators give the same program, it is described in the words of the first.
"""

from __future__ import annotations

from grader.audit.operators import awaits, cancellation, classic, concurrency, guards, queues, timeouts
from grader.audit.operators.base import Operator

OPERATORS: tuple[Operator, ...] = (
    *awaits.OPERATORS,
    *concurrency.OPERATORS,
    *guards.OPERATORS,
    *cancellation.OPERATORS,
    *queues.OPERATORS,
    *timeouts.OPERATORS,
    *classic.OPERATORS,
)

__all__ = ["OPERATORS", "Operator"]
