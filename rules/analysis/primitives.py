"""Is this call one that blocks? The knowledge files' entries with their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import tree
from .arguments import names
from .definitions import functions, spelled
from .nodes import nodes_in
from .values import Constant, FunctionValue, Instance, Outside, Value, members

if TYPE_CHECKING:
    from rules.knowledge import Blocking, Condition

    from .definitions import Definition
    from .events import Analysis, Call
    from .inference import Inference

_ON_DESCRIPTORS = frozenset({"os.read", "os.write", "os.readv", "os.writev"})
_READINESS = frozenset(
    {"wait_readable", "wait_writable", "wait_socket_readable", "wait_socket_writable", "sock_accept",
     "sock_connect", "sock_recv", "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into", "sock_sendall",
     "sock_sendto", "sock_sendfile", "add_reader", "add_writer"}
)  # fmt: skip
_MEMORY = "':memory:'"  # how SQLite calls a database that is no file
# What is in memory, or may be as far as its type says.
_STREAMS = frozenset(
    {"io.BytesIO", "io.StringIO", "tempfile.SpooledTemporaryFile", "typing.IO", "typing.TextIO",
     "typing.BinaryIO", "io.IOBase", "io.RawIOBase", "io.BufferedIOBase", "io.TextIOBase"}
)  # fmt: skip
# What writes to the disk wherever it reads from.
_UNPACKS = frozenset(
    {
        f"{name}.{method}"
        for name in ("zipfile.ZipFile", "tarfile.TarFile")
        for method in ("extract", "extractall")
    }
)
# What only passes on to the stream that it is given.
_WRAPPERS = frozenset(
    {"io.TextIOWrapper", "io.BufferedReader", "io.BufferedWriter", "io.BufferedRandom", "csv.writer",
     "csv.DictWriter"}
)  # fmt: skip
Arguments = tuple[tuple[Value, ...], dict[str, Value]]


def blocking(
    inference: Inference, call: Call, analysis: Analysis, home: Definition | None
) -> tuple[str, Blocking] | None:
    """The canonical name and the knowledge's entry when a call blocks; None when it does not, or not surely.

    analysis, home: of the function in which the call stands (None: a module's own statements).
    """
    found = [_blocking(inference, call, callee) for callee in members(call.callee)]
    if not all(found) or found[0] is None:
        return None
    name, entry = found[0]
    receiver = getattr(call.callee, "receiver", None)
    if call.use == "await" and isinstance(receiver, Instance) and receiver.made is None:
        return None  # what is awaited is no plain method: the object is of another kind than it is said to be
    if call.ready and (entry.code == "LOOP105" or name in _ON_DESCRIPTORS):
        return None
    if name.startswith("socket.socket.") and call.kind in ("callback", "scheduled"):
        if getattr(call.callee, "receiver", None) is None:
            return None  # of a socket that nobody knows
    if entry.code == "LOOP105" and _nonblocking(inference, call, analysis, home):
        return None
    return name, entry


def _nonblocking(inference: Inference, call: Call, analysis: Analysis, home: Definition | None) -> bool:
    """Has the socket been told not to block: in this function, in a method of its class, or in its module?"""
    func = call.node.func if isinstance(call.node, tree.Call) else None
    if not isinstance(func, tree.Attribute) or getattr(call.callee, "receiver", None) is None:
        return False
    asked = spelled(func.value)
    made_here = isinstance(call.callee, Outside) and getattr(call.callee.receiver, "made", None) is not None
    if home is not None and not made_here and _waits_for_readiness(home):
        return True
    places = [analysis]
    if home is not None:
        places.append(inference.analysis(FunctionValue(home)))  # around a lambda
        parameters = home.node.parameters
        root = asked.partition(".")[0]
        if home.cls is not None and parameters and root == parameters[0].name:
            for method in functions(home.cls.node.body):
                definition = home.module.definition(method, home.cls.scope)
                places.append(inference.analysis(FunctionValue(definition)))
        elif root not in home.scope.bound:
            places.append(inference.module_analysis(home.module))
    return any(_tells(inference, other, asked) for place in places for other in place.calls)


def _waits_for_readiness(home: Definition) -> bool:
    """Does a function, or one inside it, let the loop say when sockets are ready? Then those that it was
    given do not block.
    """
    return any(
        (item.id if isinstance(item, tree.Name) else item.name) in _READINESS
        for item in nodes_in(home.body())
        if isinstance(item, tree.Name | tree.Attribute)
    )


def _tells(inference: Inference, call: Call, asked: str) -> bool:
    node = call.node
    if not (isinstance(node, tree.Call) and isinstance(node.func, tree.Attribute) and call.kind == "call"):
        return False
    if not isinstance(call.callee, Outside) or spelled(node.func.value) != asked:
        return False
    condition = inference.outside.find(inference.knowledge.nonblocking, call.callee.name)
    return condition is not None and holds(inference, condition, (call.arguments, call.keywords))


def _blocking(inference: Inference, call: Call, callee: Value) -> tuple[str, Blocking] | None:
    if not isinstance(callee, Outside):
        return None
    knowledge = inference.knowledge
    entry = inference.outside.find(knowledge.blocking, callee.name)
    if entry is None or (entry.lazy and call.kind == "call"):
        return None
    given: Arguments = ((*call.kept, *call.arguments), call.keywords)
    if call.kind == "call":
        if any(holds(inference, condition, given) for condition in entry.silent):
            return None
        if entry.needs and not any(holds(inference, condition, given) for condition in entry.needs):
            return None
    elif entry.needs:
        return None  # handed to something that calls it: with what can't be seen
    if not _receiver_blocks(inference, entry, callee):
        return None
    return callee.name, entry


def _receiver_blocks(inference: Inference, entry: Blocking, method: Outside) -> bool:
    """Is the instance one on which the method blocks?"""
    receiver = method.receiver
    if not isinstance(receiver, Instance):
        return not entry.made
    made = receiver.made
    if made is None:
        return not entry.made
    name, arguments, keywords = made
    given: Arguments = (arguments, dict(keywords))
    if any(holds(inference, condition, given) for condition in entry.made):
        return False
    if name in _WRAPPERS and not any(_is_file(inference, value) for value in arguments[:1]):
        return False
    return method.name in _UNPACKS or not in_memory(inference, receiver)


def _is_file(inference: Inference, value: Value) -> bool:
    """Is it surely an open file of the disk?"""
    return (
        isinstance(value, Instance)
        and isinstance(value.cls, str)
        and (inference.outside.is_a(value.cls, "io.FileIO"))
        and not in_memory(inference, value)
    )


def in_memory(inference: Inference, value: Value | None) -> bool:
    """Is it, or what it was made of, something like an `io.BytesIO`, or may be?"""
    if not isinstance(value, Instance) or not isinstance(value.cls, str):
        return False
    if value.cls in _STREAMS:
        return True
    if value.made is None:
        return False
    name, arguments, keywords = value.made
    if name in _WRAPPERS:
        return any(in_memory(inference, item) for item in arguments[:1])
    maker = inference.outside.find(inference.knowledge.blocking, name)
    conditions = [c for c in maker.silent if c.types or _MEMORY in c.values] if maker is not None else []
    return any(holds(inference, condition, (arguments, dict(keywords))) for condition in conditions)


def holds(inference: Inference, condition: Condition, given: Arguments) -> bool:
    """Does the condition hold for the arguments of a call?"""
    arguments, keywords = given
    chosen = [value for index, value in enumerate(arguments) if names(condition.argument, index, None)]
    chosen += [value for key, value in keywords.items() if names(condition.argument, None, key)]
    if not chosen:
        return "absent" in condition.values
    return any(_fulfils(inference, condition, member) for value in chosen for member in members(value))


def _fulfils(inference: Inference, condition: Condition, value: Value) -> bool:
    if isinstance(value, Constant):
        if value.kind == "str":
            quoted = (repr(value.value), f'"{value.value}"')
            return "builtins.str" in condition.types or any(text in condition.values for text in quoted)
        known = value.value is not None or value.kind == "none"
        return known and repr(value.value) in condition.values
    if isinstance(value, Outside):
        return value.name in condition.values
    if isinstance(value, Instance) and isinstance(value.cls, str) and condition.types:
        if any(base in condition.types for base in inference.knowledge.mro(value.cls)):
            return True
        return "io.BytesIO" in condition.types and in_memory(inference, value)
    return False
