"""Is this call one that blocks? The knowledge files' entries with their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .evaluator import names
from .events import Call
from .values import Constant, Instance, Outside, Value, members

if TYPE_CHECKING:
    from rules.knowledge import Blocking, Condition, Knowledge

    from .inference import Inference

Arguments = tuple[tuple[Value, ...], dict[str, Value]]


def blocking(inference: Inference, call: Call) -> tuple[str, Blocking] | None:
    """The canonical name and the knowledge's entry when a call blocks; None when it does not, or not surely."""
    found = [_blocking(inference, call, callee) for callee in members(call.callee)]
    return found[0] if all(found) else None


def _blocking(inference: Inference, call: Call, callee: Value) -> tuple[str, Blocking] | None:
    if not isinstance(callee, Outside):
        return None
    knowledge = inference.knowledge
    entry = knowledge.find(knowledge.blocking, callee.name)
    if entry is None or (entry.lazy and call.kind == "call"):
        return None
    given: Arguments = (call.arguments, call.keywords)
    if call.kind == "call":
        if any(holds(inference, condition, given) for condition in entry.silent):
            return None
        if entry.needs and not any(holds(inference, condition, given) for condition in entry.needs):
            return None
    if not _receiver_blocks(inference, entry, callee.receiver):
        return None
    return callee.name, entry


def _receiver_blocks(inference: Inference, entry: Blocking, receiver: Value | None) -> bool:
    """Is the instance one on which the method blocks?"""
    if not isinstance(receiver, Instance):
        return not entry.made
    made = receiver.made
    if made is None:
        return not entry.made
    name, arguments, keywords = made
    given: Arguments = (arguments, dict(keywords))
    if any(holds(inference, condition, given) for condition in entry.made):
        return False
    maker = inference.knowledge.find(inference.knowledge.blocking, name)
    return maker is None or not any(holds(inference, condition, given) for condition in maker.silent)


def holds(inference: Inference, condition: Condition, given: Arguments) -> bool:
    """Does the condition hold for the arguments of a call?"""
    arguments, keywords = given
    chosen = [value for index, value in enumerate(arguments) if names(condition.argument, index, None)]
    chosen += [value for key, value in keywords.items() if names(condition.argument, None, key)]
    if not chosen:
        return "absent" in condition.values
    return any(_fulfils(inference.knowledge, condition, member) for value in chosen for member in members(value))


def _fulfils(knowledge: Knowledge, condition: Condition, value: Value) -> bool:
    if isinstance(value, Constant):
        if value.kind == "str":
            return repr(value.value) in condition.values or f'"{value.value}"' in condition.values
        return repr(value.value) in condition.values
    if isinstance(value, Outside):
        return value.name in condition.values
    if isinstance(value, Instance) and isinstance(value.cls, str) and condition.types:
        return any(base in condition.types for base in knowledge.mro(value.cls))
    return False


