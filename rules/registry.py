"""The table of rules: every code, its name, and the words it can need.

This is data that all others build on: settings check codes against it, the catalogs hold one text for
each `CODE.variant`, fixtures and pages exist for every code in it, and the engine finds a rule's logic by
its room and file name. It imports no rule and no parser, so that commands can ask it at start-up.

A variant names one way in which a rule speaks, with the parameters that its text may use. Common parameters:
`name` is the thing as the source spells it (`self.session.get`), `target` its canonical name
(`requests.sessions.Session.get`), `function` the function around it, `advice` a key of the catalog's
advice texts (or the words of the user's own settings).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

FixKind = Literal["none", "safe", "unsafe"]


class Rule(NamedTuple):
    """One rule, as everybody but its own logic needs to know it."""

    code: str
    name: str
    room: str  # the package under `rules` that holds its file
    file: str  # the module in that package
    default: bool  # on without being selected
    fixable: FixKind
    variants: dict[str, tuple[str, ...]]  # variant -> parameters of its text


def _rule(
    code: str,
    name: str,
    place: str,
    fixable: FixKind,
    variants: dict[str, tuple[str, ...]],
    *,
    default: bool = True,
) -> Rule:
    room, _, file = place.partition(".")
    return Rule(code, name, room, file, default, fixable, variants)


_CALL = ("name", "target", "advice")

RULES: Final[tuple[Rule, ...]] = (
    # -- the event loop is blocked
    _rule("LOOP101", "blocking-sleep", "blocking.sleep", "safe", {"call": _CALL}),
    _rule("LOOP102", "blocking-http", "blocking.http", "unsafe", {"call": _CALL}),
    _rule("LOOP103", "blocking-subprocess", "blocking.subprocess", "unsafe", {"call": _CALL}),
    _rule(
        "LOOP104",
        "blocking-file-io",
        "blocking.file_io",
        "unsafe",
        {"call": _CALL, "iterate": ("name", "target", "advice")},
    ),
    _rule("LOOP105", "blocking-socket", "blocking.socket", "unsafe", {"call": _CALL}),
    _rule("LOOP106", "blocking-database", "blocking.database", "unsafe", {"call": _CALL}),
    _rule(
        "LOOP107",
        "blocking-wait",
        "blocking.wait",
        "unsafe",
        {
            "call": _CALL,
            "configured": _CALL,  # a name that the project's settings list
            "executor-exit": ("name", "target", "advice"),
        },
    ),
    _rule("LOOP108", "blocking-input", "blocking.input", "unsafe", {"call": _CALL}),
    _rule("LOOP109", "nested-event-loop", "blocking.nested_loop", "none", {"call": _CALL}),
    _rule(
        "LOOP110",
        "blocking-call-chain",
        "blocking.call_chain",
        "unsafe",
        {
            # `steps` is the whole way as text: "load() -> util.read() -> requests.get()"
            "chain": ("name", "target", "code", "steps"),
            "callback": ("name", "callback", "target", "code", "steps"),
            "property": ("name", "target", "code", "steps"),
            "consumed": ("name", "target", "code", "steps"),  # a generator that is iterated here
        },
    ),
    _rule("LOOP111", "busy-wait", "blocking.busy_wait", "none", {"loop": ("condition",)}),
    _rule("LOOP112", "blocking-metadata", "blocking.metadata", "unsafe", {"call": _CALL}, default=False),
    _rule(
        "LOOP113",
        "blocking-lock",
        "blocking.lock",
        "none",
        {"with": ("name", "target", "advice"), "acquire": ("name", "target", "advice")},
        default=False,
    ),
    # -- a coroutine is never awaited
    _rule(
        "AWAIT201",
        "unawaited-coroutine",
        "unawaited.statement",
        "safe",
        {
            "call": ("name", "target"),  # inside an async function: an `await` is missing
            "call-in-sync": ("name", "target", "function"),  # `function` is a plain def ("" = module level)
            "async-generator": ("name", "target"),
        },
    ),
    _rule(
        "AWAIT202",
        "coroutine-lost",
        "unawaited.lost",
        "none",
        {
            "unused": ("variable", "name"),
            "some-path": ("variable", "name", "line"),  # the path that leaves at `line`
            "overwritten": ("variable", "name", "line"),
            "discarded": ("variable", "name"),  # `_ = f()`
        },
    ),
    _rule(
        "AWAIT203",
        "coroutine-as-value",
        "unawaited.as_value",
        "unsafe",
        {
            "truth": ("name",),
            "compare": ("name",),
            "identity": ("name",),  # a fresh call in `f() is None`
            "arithmetic": ("name", "operator"),
            "attribute": ("name", "attribute"),
            "index": ("name",),
            "format": ("name",),
            "iterate": ("name",),
            "call": ("name",),
            "with": ("name",),
            "argument": ("name", "callee"),  # print, json.dumps, len, ...
            "parameter": ("name", "callee", "parameter"),  # a first-party parameter that is never awaited
            "awaitable": ("name",),  # no coroutine, but only what awaiting it gives is of use
        },
    ),
    _rule(
        "AWAIT204",
        "coroutines-collected",
        "unawaited.collected",
        "none",
        {
            "variable": ("variable", "name", "kind"),  # kind: list, dict, set, tuple
            "statement": ("name", "kind"),
            "appended": ("variable", "name"),
        },
    ),
    _rule(
        "AWAIT205",
        "unawaited-awaitable",
        "unawaited.awaitable",
        "safe",
        {
            "call": ("name", "target"),
            "returns-awaitable": ("name", "target"),  # a plain function that returns a coroutine
            "callable": ("name",),  # a parameter, field or alias typed Callable[..., Awaitable]
        },
    ),
    _rule("AWAIT206", "coroutine-returned", "unawaited.returned", "safe", {"return": ("name", "function")}),
    _rule("AWAIT207", "sync-with-over-async", "unawaited.sync_with", "unsafe", {"with": ("name",)}),
    _rule(
        "AWAIT208",
        "await-outside-async",
        "unawaited.outside",
        "none",
        {
            "function": ("keyword", "function"),  # keyword: await, async for, async with
            "lambda": ("keyword",),
            "module": ("keyword",),
        },
    ),
    _rule(
        "AWAIT209",
        "coroutine-function-not-called",
        "unawaited.not_called",
        "unsafe",
        {
            "argument": ("name", "callee"),
            "await": ("name",),
            "async-generator": ("name",),  # awaited
            "manager": ("name",),  # awaited
            "statement": ("name", "keyword"),  # `async for row in rows`
            "generator": ("name", "callee"),
            "tasks": ("name", "callee"),  # `asyncio.wait`
        },
    ),
    _rule("AWAIT210", "sync-for-over-async", "unawaited.sync_for", "unsafe", {"for": ("name",)}),
    _rule(
        "AWAIT211",
        "coroutine-function-as-callback",
        "unawaited.callback",
        "none",
        {
            "function": ("name", "callee"),
            "lambda": ("name", "callee"),
            "parameter": ("name", "callee", "parameter"),
            "value": ("name", "callee"),  # what calls it looks at the result: `sorted(key=...)`
            "special": ("name",),  # an async method that Python calls itself: `__init__`
            "method": ("name", "owner"),  # one that the class it overrides calls: `Thread.run`
            "test": ("name",),  # a test of a `unittest.TestCase`
        },
    ),
    _rule("AWAIT212", "cached-coroutine", "unawaited.cached", "none", {"cached": ("name", "decorator")}),
    # -- tasks and shared state
    _rule(
        "TASK301",
        "task-not-kept",
        "tasks.not_kept",
        "none",
        {"dropped": ("name",), "discarded": ("variable", "name")},
    ),
    _rule(
        "TASK302",
        "sequential-awaits",
        "tasks.sequential",
        "none",
        {"row": ("first", "second"), "loop": ("name",)},
        default=False,
    ),
    _rule(
        "TASK303", "lost-update", "tasks.lost_update", "none", {"write": ("target", "line")}, default=False
    ),
    _rule(
        "TASK304",
        "cancellation-swallowed",
        "tasks.cancellation",
        "none",
        {"named": ("exception",), "bare": ()},
        default=False,
    ),
    _rule("TASK305", "lock-held-across-await", "tasks.lock_held", "none", {"with": ("name",)}),
    _rule(
        "TASK306",
        "async-without-await",
        "tasks.without_await",
        "none",
        {"function": ("function",)},
        default=False,
    ),
    _rule(
        "TASK307", "sleep-polling", "tasks.polling", "none", {"loop": ("condition", "name")}, default=False
    ),
    # -- about the file itself
    _rule(
        "SYNTAX",
        "syntax-error",
        "",
        "none",
        {
            "parse": ("detail",),
            "encoding": ("detail",),
            "too-deep": ("limit",),
            "too-large": ("limit",),
            "null-byte": (),
            "unreadable": ("detail",),
            "crashed": ("detail",),  # the parser itself failed: our limitation, said as such
        },
    ),
    _rule("NOQA", "unused-noqa", "", "safe", {"unused": ("codes",), "bare": ()}, default=False),
)

BY_CODE: Final[dict[str, Rule]] = {rule.code: rule for rule in RULES}

# What the course's lesson wants on top of the defaults.
PRESETS: Final[dict[str, tuple[str, ...]]] = {
    "course": ("LOOP", "AWAIT", "TASK301", "TASK302", "TASK303", "TASK304", "TASK305", "TASK306"),
}

# The words of fixes, `FIX.<key>` in the catalogs, with their parameters.
FIXES: Final[dict[str, tuple[str, ...]]] = {
    "insert-await": ("name",),
    "async-sleep": ("name", "replacement"),
    "to-thread": ("name", "replacement"),
    "call-function": ("name",),
    "async-with": ("name",),
    "async-for": ("name",),
    "remove-noqa": (),
}


def expand(selector: str) -> tuple[str, ...]:
    """The codes that `selector` names: a code, a prefix of codes (`LOOP`, `AWAIT2`), a name, or `ALL`.

    Empty when it names nothing.
    """
    if selector == "ALL":
        return tuple(BY_CODE)
    found = tuple(rule.code for rule in RULES if rule.code.startswith(selector) or rule.name == selector)
    return found if selector else ()


def default_codes() -> frozenset[str]:
    """The codes that are on when nothing is selected."""
    return frozenset(rule.code for rule in RULES if rule.default)
