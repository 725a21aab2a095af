"""Which statements an object works in: what the rules about `with` and `for` over async objects ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.analysis.values import Awaitable, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from rules.analysis.inference import Inference


def only_async(inference: Inference, value: Value, plain: str, special: tuple[str, str]) -> bool:
    """Is it surely an object that works in the async statement and not in the plain one?

    plain: the protocol of the knowledge files (`with`, `for`). special: the methods (`__enter__`,
    `__aenter__`).
    """
    if isinstance(value, Awaitable) and value.kind == "awaitable" and isinstance(value.source, Instance):
        value = value.source
    if not isinstance(value, Instance):
        return False
    if isinstance(value.cls, str):
        protocols = inference.knowledge.protocols(value.cls)
        return f"async-{plain}" in protocols and plain not in protocols
    order = inference.linear(value.cls)
    if any(cls is None for cls in order):
        return False
    known = [name for name in order if isinstance(name, str)]
    if any(not inference.knowledge.protocols(name) for name in known):
        return False
    if any(plain in inference.knowledge.protocols(name) for name in known):
        return False
    synchronous, asynchronous = special
    own = inference.member(value.cls, asynchronous, value)
    inherits = any(f"async-{plain}" in inference.knowledge.protocols(name) for name in known)
    if not (isinstance(own, FunctionValue) or inherits):
        return False
    dynamic = any(
        isinstance(inference.member(value.cls, name, value), FunctionValue) for name in ("__getattr__",)
    )
    return not dynamic and not isinstance(inference.member(value.cls, synchronous, value), FunctionValue)
