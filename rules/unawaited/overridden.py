"""AWAIT211 coroutine-function-as-callback, where nothing is handed over: async methods that others call by name.

What Python itself calls (`__init__`, `__del__`), what a base class of the standard library calls (`Thread.run`,
`Protocol.data_received`) and the tests of a `unittest.TestCase`. None of them awaits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.analysis import tree
from rules.analysis.definitions import ClassDefinition
from rules.analysis.values import ClassValue, FunctionValue, Instance

if TYPE_CHECKING:
    from rules.analysis.definitions import Definition
    from rules.analysis.report import Reporter
    from rules.analysis.units import Unit

CODE = "AWAIT211"
_SPECIAL: Final = frozenset(
    {"__del__", "__str__", "__repr__", "__len__", "__bool__", "__hash__", "__setitem__", "__delitem__",
     "__setattr__", "__delattr__", "__post_init__"}
)  # fmt: skip
# Classes that call methods of their subclasses on other threads or on the loop, and drop what they return.
_CALLED: Final = {
    "threading.Thread": ("run",),
    "threading.Timer": ("run",),
    "multiprocessing.Process": ("run",),
    "http.server.BaseHTTPRequestHandler": ("do_",),
    "socketserver.BaseRequestHandler": ("setup", "handle", "finish"),
    "logging.Handler": ("emit", "handle"),
    "asyncio.BaseProtocol": ("connection_made", "connection_lost", "pause_writing", "resume_writing"),
    "asyncio.Protocol": ("data_received", "eof_received"),
    "asyncio.DatagramProtocol": ("datagram_received", "error_received"),
    "asyncio.SubprocessProtocol": ("pipe_data_received", "pipe_connection_lost", "process_exited"),
}
_PROTOCOLS: Final = ("asyncio.Protocol", "asyncio.DatagramProtocol", "asyncio.SubprocessProtocol")
# A class that takes one of these into its own hands may await what it calls.
_DRIVERS: Final = frozenset(
    {"start", "run", "debug", "handle", "handle_one_request", "__call__", "__getattribute__", "__init_subclass__"}
)  # fmt: skip
_TESTS: Final = frozenset({"setUp", "tearDown", "setUpClass", "tearDownClass", "runTest"})
_HARMLESS: Final = ("typing.", "abc.", "builtins.object")


def check(unit: Unit, report: Reporter) -> None:
    """Report an async method whose callers never await it; for `callback.py`."""
    definition = unit.definition
    if definition is None or not definition.is_async or definition.cls is None or not definition.is_method:
        return
    name, node = definition.name, definition.node
    if definition.is_generator or not isinstance(node, tree.Function) or node.decorators:
        return
    if name in _SPECIAL or (name == "__init__" and _is_made_plainly(unit, definition.cls)):
        report.add(unit.module, node, CODE, "special", name=name)
        return
    outside = _bases(unit, definition)
    if outside == {"unittest.TestCase"} and (name.startswith("test") or name in _TESTS):
        report.add(unit.module, node, CODE, "test", name=name)
    elif len(outside) == 1:
        (owner,) = outside
        if any(
            name == called or (called[-1] == "_" and name.startswith(called)) for called in _called(owner)
        ):
            report.add(unit.module, node, CODE, "method", name=name, owner=owner)


def _called(owner: str) -> tuple[str, ...]:
    more = _CALLED["asyncio.BaseProtocol"] if owner in _PROTOCOLS else ()
    return (*_CALLED.get(owner, ()), *more)


def _bases(unit: Unit, definition: Definition) -> set[str]:
    """What a class inherits from outside of the project; nothing when not all of it is known, or when a class of
    the project takes the calling into its own hands.
    """
    found: set[str] = set()
    assert definition.cls is not None
    for cls in unit.world.inference.linear(definition.cls):
        if cls is None:
            return set()
        if isinstance(cls, ClassDefinition):
            own = {s.name for s in cls.node.body if isinstance(s, tree.Function)} - {definition.name}
            if cls.node.decorators or not own.isdisjoint(_DRIVERS):
                return set()
        elif not cls.startswith(_HARMLESS):
            found.add(cls)
    return found


def _is_made_plainly(unit: Unit, cls: ClassDefinition) -> bool:
    """Is nothing known that would await `__init__` by hand: no `__new__`, no metaclass, no foreign base?"""
    inference = unit.world.inference
    for base in inference.linear(cls):
        if isinstance(base, ClassDefinition):
            if base.node.keywords:
                return False
        elif base is None or not base.startswith(_HARMLESS):
            return False
    return not isinstance(inference.member(cls, "__new__", Instance(cls)), FunctionValue | ClassValue)
