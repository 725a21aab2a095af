"""The shape of a function, and stand-in functions of that shape.

A stand-in takes the parameters of its original: names, kinds, which of them have defaults. So a wrong call is refused
here with Python's own words, and `inspect`, `__code__` and `__defaults__` say what they say of the original. What was
given is passed on; a parameter that holds its default is left out, for the original has the default itself.

No name of the other side becomes source text: templates are made from counts alone, and get the names afterwards.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import msgspec

from grader.bridge.protocol import ProtocolError

MOST = 200
"""Parameters of one function."""

_FLAGS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Shape(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a function's code says of its parameters. `names`: positional, keyword-only, `*args`, `**kwargs`."""

    names: tuple[str, ...]
    positional_only: int
    positional: int
    """Those that can be given by place, the positional-only ones included."""
    keyword_only: int
    takes_args: bool
    takes_kwargs: bool
    defaults: int
    """How many of the last positional ones have defaults."""


def shape_of(function: types.FunctionType) -> Shape:
    code = function.__code__
    args, kwargs = bool(code.co_flags & inspect.CO_VARARGS), bool(code.co_flags & inspect.CO_VARKEYWORDS)
    count = code.co_argcount + code.co_kwonlyargcount + args + kwargs
    return Shape(code.co_varnames[:count], code.co_posonlyargcount, code.co_argcount, code.co_kwonlyargcount, args,
                 kwargs, len(function.__defaults__ or ()))  # fmt: skip


def check(shape: Shape) -> None:
    """Raises ProtocolError for a shape that no function has."""
    count = shape.positional + shape.keyword_only + shape.takes_args + shape.takes_kwargs
    if (
        not 0 <= shape.positional_only <= shape.positional
        or not 0 <= shape.defaults <= shape.positional
        or shape.keyword_only < 0
        or len(shape.names) != count
        or count > MOST
        or len(set(shape.names)) != count
        or not all(name.isidentifier() or name.startswith(".") for name in shape.names)
    ):
        raise ProtocolError("a function of no shape")


Forward = Callable[[dict[str, Any]], Any]


def make(shape: Shape, forward: Forward) -> types.FunctionType:
    """A function of this shape, without name and defaults, that calls `forward` with what each parameter holds."""
    code = _template(
        shape.positional_only, shape.positional, shape.keyword_only, shape.takes_args, shape.takes_kwargs
    )
    code = code.replace(co_varnames=shape.names)
    return types.FunctionType(code, {"_forward": forward, "__tracebackhide__": True})


def is_stand_in(frame: types.FrameType) -> bool:
    """Does a function of `make` run there? It bears the file and line of what it stands for."""
    return "_forward" in frame.f_globals


ANY = Shape(("args", "kwargs"), 0, 0, 0, takes_args=True, takes_kwargs=True, defaults=0)
"""Whatever is given is passed on."""


class Untold:
    """The default of a parameter, where the other side keeps it to itself."""

    def __repr__(self) -> str:
        return "..."


@functools.lru_cache(maxsize=1024)
def _template(
    positional_only: int, positional: int, keyword_only: int, args: bool, kwargs: bool
) -> types.CodeType:
    parameters = [f"p{i}" for i in range(positional)]
    if positional_only:
        parameters.insert(positional_only, "/")
    if args:
        parameters.append("*args")
    elif keyword_only:
        parameters.append("*")
    parameters += [f"k{i}" for i in range(keyword_only)]
    if kwargs:
        parameters.append("**kwargs")
    scope: dict[str, Any] = {}
    source = f"def template({', '.join(parameters)}):\n return _forward(locals())"
    exec(compile(source, __file__, "exec"), scope)  # noqa: S102 - made of counts alone
    code: types.CodeType = scope["template"].__code__
    return code


def given(shape: Shape, values: dict[str, Any], defaults: tuple[Any, ...], keyword_defaults: dict[str, Any]) -> tuple[
    list[Any], dict[str, Any]
]:  # fmt: skip
    """How to call the original with `values`: positional and keyword arguments, without what is a default anyway."""
    names = shape.names
    if len(names) == shape.positional and not defaults:  # the usual case
        return list(values.values()), {}
    last = shape.positional + shape.keyword_only
    extra = values[names[last]] if shape.takes_args else ()
    first_default = shape.positional - len(defaults)
    omitted = [
        index >= first_default and values[names[index]] is defaults[index - first_default]
        for index in range(shape.positional)
    ]
    if extra:
        omitted = [False] * shape.positional
    by_place = next((i for i in range(shape.positional) if omitted[i]), shape.positional)
    if not all(omitted[by_place : shape.positional_only]):
        by_place = shape.positional_only
    arguments = [values[name] for name in names[:by_place]] + list(extra)
    keywords = {names[i]: values[names[i]] for i in range(by_place, shape.positional) if not omitted[i]}
    for name in names[shape.positional : last]:
        value = values[name]
        if name not in keyword_defaults or value is not keyword_defaults[name]:
            keywords[name] = value
    if shape.takes_kwargs:
        keywords |= values[names[-1]]
    return arguments, keywords
