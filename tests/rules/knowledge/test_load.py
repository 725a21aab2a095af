"""The knowledge files: notation, lookups, the compiled form, mistakes that are refused with their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules import knowledge
from rules.knowledge import Argument, Blocking, Condition, Handler, Knowledge, load
from rules.knowledge.toml import KnowledgeError, expand, parse_argument, parse_condition, read, sources
from rules.registry import BY_CODE

if TYPE_CHECKING:
    from pathlib import Path


def given(text: str) -> Knowledge:
    return read([("given.toml", text.encode())])


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("a.b", ["a.b"]),
        ("a.{b,c}", ["a.b", "a.c"]),
        ("{a,b}.{c, d}", ["a.c", "a.d", "b.c", "b.d"]),
        ("{a.b,c}.d", ["a.b.d", "c.d"]),
    ],
)
def test_braces_stand_for_several_names(pattern: str, names: list[str]) -> None:
    assert list(expand(pattern)) == names


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("0", Argument(0)),
        ("1:timeout", Argument(1, "timeout")),
        (":key", Argument(None, "key")),
        ("*0", Argument(0, None, rest=True)),
        ("*", Argument(0, None, rest=True)),
    ],
)
def test_an_argument_is_a_position_a_keyword_or_both(text: str, argument: Argument) -> None:
    assert parse_argument(text) == argument


@pytest.mark.parametrize("text", ["", "x", "0:", "-1", ":a b"])
def test_what_names_no_argument_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError, match="names no argument"):
        parse_argument(text)


def test_conditions_are_about_values_or_types() -> None:
    assert parse_condition("1:timeout = 0|None") == Condition(Argument(1, "timeout"), ("0", "None"))
    assert parse_condition("0 is io.StringIO|io.BytesIO") == Condition(
        Argument(0), (), ("io.StringIO", "io.BytesIO")
    )
    with pytest.raises(KnowledgeError, match="is no condition"):
        parse_condition("timeout")


def test_an_alias_of_a_module_speaks_for_what_is_in_it() -> None:
    known = given('[aliases]\n"requests" = ["requests.api", "requests.sessions"]')
    assert [
        known.canonical(name) for name in ("requests.api.get", "requests.sessions.Session.get", "other.x")
    ] == [
        "requests.get",
        "requests.Session.get",
        "other.x",
    ]


def test_braces_on_both_sides_of_an_alias_go_together() -> None:
    assert given('[aliases]\n"a.{x,y}" = ["b.{x,y}"]').aliases == {"b.x": "a.x", "b.y": "a.y"}


KNOWN = given(
    """
[classes."lib.Base"]
methods = { "{open,reopen}" = "self", item = "lib.Item" }
attributes = { inner = "lib.Item", me = "self" }
protocols = ["with"]
[classes."lib.Child"]
bases = ["lib.Base", "lib.Child"]
protocols = ["async-with"]
[blocking.LOOP104]
"lib.Base.read" = "x"
[blocking.LOOP104."lib.Base.*"]
instead = "y"
silent = ["0:w = False"]
needs = ["1 is lib.Item"]
made = ["0 = 1"]
lazy = true
[exceptions]
names = ["lib.Base.close"]
[consumers.awaitable]
"lib.take" = "0"
[consumers.function]
"lib.take" = "1:func"
[nonblocking]
"lib.Base.fast" = "0:on = True"
[handlers]
"lib.{serve,listen}" = { argument = "1:handler", gives = ["lib.Item"] }
"lib.Base.on" = { events = "lib.Base" }
[events]
"lib.Base.{opened,closed}" = ["lib.Item", "builtins.str"]
"""
)


def test_a_method_is_found_in_the_bases_of_its_class() -> None:
    found = {
        name: KNOWN.find(KNOWN.blocking, f"lib.Child.{name}")
        for name in ("read", "write", "close", "__iter__")
    }
    every = Blocking(
        "LOOP104",
        "y",
        (Condition(Argument(0, "w"), ("False",)),),
        (Condition(Argument(1), (), ("lib.Item",)),),
        lazy=True,
        made=(Condition(Argument(0), ("1",)),),
    )
    assert found == {"read": Blocking("LOOP104", "x"), "write": every, "close": None, "__iter__": None}
    assert KNOWN.find(KNOWN.blocking, "lib.Other.read") is None
    assert KNOWN.find(KNOWN.blocking, "read") is None


def test_types_of_methods_and_attributes_are_inherited_and_self_is_the_asking_class() -> None:
    assert [KNOWN.method_type("lib.Child", name) for name in ("open", "item", "close")] == [
        "lib.Child",
        "lib.Item",
        None,
    ]
    assert [KNOWN.attribute_type("lib.Child", name) for name in ("inner", "me", "other")] == [
        "lib.Item",
        "lib.Child",
        None,
    ]
    assert KNOWN.protocols("lib.Child") == {"with", "async-with"}
    assert KNOWN.protocols("lib.Unknown") == frozenset()


def test_one_name_may_consume_in_several_ways() -> None:
    assert [(c.argument, c.takes) for c in KNOWN.consumers["lib.take"]] == [
        (Argument(0), "awaitable"),
        (Argument(1, "func"), "function"),
    ]


def test_a_framework_hands_types_to_what_it_is_given_or_decorates() -> None:
    served = Handler(Argument(1, "handler"), ("lib.Item",))
    assert KNOWN.handlers == {
        "lib.serve": served,
        "lib.listen": served,
        "lib.Base.on": Handler(events="lib.Base"),
    }
    assert KNOWN.find(KNOWN.events, "lib.Child.closed") == ("lib.Item", "builtins.str")


def test_a_project_adds_its_own_names() -> None:
    more = KNOWN.extended({"mylib.fetch": "use mylib.afetch"}, ["mylib.run"], ["mylib.start"])
    assert more.blocking["mylib.fetch"] == Blocking("LOOP107", "use mylib.afetch", configured=True)
    assert more.offloads["mylib.run"] == Argument(0, None, rest=True)
    assert more.awaitables["mylib.start"] == "coroutine"
    assert KNOWN.extended() == KNOWN


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[blokcing.LOOP101]\n", r"given.toml \[blokcing\]: no such section; there are aliases"),
        ("[blocking.LOOP]\n", '"LOOP" is no code of a rule'),
        ('[blocking.LOOP101]\n"a" = { silent = [] }', "given.toml .*instead"),
        ('[blocking.LOOP101]\n"a" = { instead = "x", slient = [] }', "given.toml .*slient"),
        ('[blocking.LOOP101]\n"a" = { instead = "x", silent = ["no"] }', '"no" is no condition'),
        ('[blocking.LOOP101]\n"a.b" = "x"\n[blocking.LOOP102]\n"a.{b,c}" = "x"', 'says two things of "a.b"'),
        ('[awaitables]\nprimise = ["a"]', '"primise" is no kind of awaitable'),
        ('[consumers.things]\n"a" = "0"', '"things" is nothing that a consumer takes'),
        ('[classes."a"]\nbase = []', '"a" has base; it may have'),
        ('[classes."a"]\nprotocols = 1', "given.toml"),
        ('[eager]\n"a" = 1', "given.toml"),
        ('[handlers]\n"a" = { gvies = ["b"] }', "given.toml .*gvies"),
        ('[events]\n"a.b" = "c"', "given.toml"),
        ("[x", "given.toml: "),
    ],
)
def test_a_mistake_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(KnowledgeError, match=problem):
        given(text)


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(KnowledgeError, match=r"bad\.toml"):
        read([("bad.toml", b"\xff")])


def test_the_compiled_file_is_current() -> None:
    """After an edit of a knowledge file: `python -m rules.knowledge`."""
    assert knowledge.COMPILED.read_bytes()[:16] == knowledge.digest()


def test_the_compiled_form_says_what_the_files_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "compiled.msgpack"
    written = knowledge.compile_to(target)
    monkeypatch.setattr(knowledge, "COMPILED", target)
    assert load.__wrapped__() == written == read(sources(knowledge.FOLDER))


@pytest.mark.parametrize("content", [None, b"", b"0123456789abcdef not msgpack"])
def test_a_stale_or_missing_compiled_file_is_not_believed(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "compiled.msgpack"
    if content is not None:
        target.write_bytes(content)
    monkeypatch.setattr(knowledge, "COMPILED", target)
    assert load.__wrapped__() == read(sources(knowledge.FOLDER))


def test_every_key_is_canonical() -> None:
    known = load()
    tables = (
        known.functions,
        known.classes,
        known.values,
        known.blocking,
        known.awaitables,
        known.offloads,
        known.schedulers,
        known.callers,
        known.lazy_callers,
        known.consumers,
        known.eager,
        known.lazy,
        known.uses,
        known.inspects,
        known.nonblocking,
        known.async_aware,
        known.transparent,
        known.caches,
        known.async_caches,
        known.exceptions,
        known.registers,
        known.handlers,
        known.events,
        known.aliases.values(),
    )
    strange = {
        name: known.canonical(name) for table in tables for name in table if known.canonical(name) != name
    }
    assert strange == {}


def test_every_code_is_a_rule() -> None:
    assert {blocking.code for blocking in load().blocking.values()} <= BY_CODE.keys()


def test_nothing_both_blocks_and_must_be_awaited() -> None:
    known = load()
    assert known.blocking.keys() & known.awaitables.keys() == set()


def test_bases_are_known_or_outside() -> None:
    known = load()
    assert [name for name, cls in known.classes.items() if name in cls.bases] == []
