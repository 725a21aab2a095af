"""Findings do not depend on how many processes look for them, nor on processes that die."""

from __future__ import annotations

import io
import subprocess
import threading
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules import engine
from rules.analysis import facts, pipe, pool, worker
from rules.analysis.cache import Cache
from rules.analysis.store import FactStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILES = {
    "app.py": "import time\nimport util\nfrom pkg.base import Base\n\n\nclass App(Base):\n"
    "    async def run(self):\n        self.slow()\n        util.load()\n        open('菜')\n",
    "broken.py": "async def f(:\n",
    "pkg/__init__.py": "",
    "pkg/base.py": "import time\n\n\nclass Base:\n    def slow(self):\n        time.sleep(1)  # noqa: LOOP102\n",
    "util.py": "import requests\n\n\ndef load():\n    return requests.get('x')\n",
    "z.py": "import app\n\n\nasync def g():\n    app.App().run()\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use processes even for little work, and several batches."""
    monkeypatch.setattr(pool, "ENOUGH", 1)
    monkeypatch.setattr(pool, "_LEAST_BATCH", 1)
    monkeypatch.setattr(pool, "processes", lambda: 2)


def run(root: Path, *names: str, cache: bool = False) -> list[rules.Finding]:
    paths = [root / name for name in names] or [root]
    return rules.lint(paths, rules.Settings(cache=cache), root=root)


@pytest.fixture
def alone(project: Path) -> list[rules.Finding]:
    """What one process finds."""
    found = run(project)
    assert [(f.path, f.code) for f in found] == [
        ("app.py", "LOOP110"), ("app.py", "LOOP110"), ("app.py", "LOOP104"), ("broken.py", "SYNTAX"),
        ("z.py", "AWAIT201"),
    ]  # fmt: skip
    return found


@pytest.mark.usefixtures("two_workers")
class TestWorkers:
    """With two processes."""

    def test_find_what_one_process_finds(self, alone: list[rules.Finding], project: Path) -> None:
        assert run(project) == alone

    def test_fill_the_cache_and_use_it(self, alone: list[rules.Finding], project: Path) -> None:
        assert run(project, cache=True) == alone == run(project, cache=True)
        (project / "z.py").write_text("import app\n\n\nasync def g():\n    await app.App().run()\n", "utf-8")
        assert run(project, cache=True) == alone[:-1]

    def test_read_files_that_were_not_named(self, alone: list[rules.Finding], project: Path) -> None:
        for cache in (False, True):
            assert run(project, "app.py", cache=cache) == alone[:3]
        (project / "util.py").write_text("def load(): pass\n", encoding="utf-8")
        assert [f.line for f in run(project, "app.py", cache=True)] == [8, 10]

    def test_make_damaged_facts_anew(
        self, alone: list[rules.Finding], project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def damaged(_cache: Cache, contents: Iterable[bytes]) -> dict[bytes, bytes]:
            return dict.fromkeys(contents, b"\xc1")

        monkeypatch.setattr(Cache, "facts", damaged)
        assert run(project, cache=True) == alone

    @pytest.mark.parametrize("dies_at", [pipe.FACTS, pipe.FINDINGS])
    def test_that_die_take_one_file_with_them(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, dies_at: bytes
    ) -> None:
        """The file that kills is told from those that were in its company."""
        code = (
            "import os, sys; sys.path[:] = sys.argv[1:]; from rules.analysis import pipe, worker\n"
            "real = pipe.Pipe.receive\n"
            "def receive(pipe):\n"
            "    kind, content = real(pipe)\n"
            f"    if kind == {dies_at!r} and b'util' in content and b'requests' not in content: os._exit(9)\n"
            "    return kind, content\n"
            "pipe.Pipe.receive = receive\n"
            "worker.serve(sys.stdin.buffer, sys.stdout.buffer)"
        )
        monkeypatch.setattr(pipe, "CODE", code)
        monkeypatch.setattr(pool, "_LEAST_BATCH", 1_000_000)
        found = run(project)
        dead = "app.py" if dies_at == pipe.FACTS else "util.py"
        problems = [(f.path, f.message) for f in found if f.code == "SYNTAX" and f.path != "broken.py"]
        assert [path for path, _ in problems] == [dead]
        assert "process died" in problems[0][1]
        assert ("z.py", "AWAIT201") in [(f.path, f.code) for f in found] or dead == "app.py"

    def test_that_fail_say_how(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        code = pipe.CODE.replace(
            "serve(sys",
            "import rules.engine as e; e.Engine.findings = lambda *_: 1 // 0; serve(sys",
        )
        monkeypatch.setattr(pipe, "CODE", code)
        with pytest.raises(pool.WorkerFailed, match="ZeroDivisionError"):
            run(project)

    def test_that_can_not_start_are_done_without(
        self, alone: list[rules.Finding], project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise BlockingIOError("no more processes")

        monkeypatch.setattr(subprocess, "Popen", refuse)
        assert run(project) == alone

    def test_end_when_the_run_is_interrupted(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[subprocess.Popen[bytes]] = []
        some = threading.Event()
        real = pool.Pool._start

        def start(self: pool.Pool) -> subprocess.Popen[bytes]:
            process = real(self)
            started.append(process)
            some.set()
            return process

        monkeypatch.setattr(pool.Pool, "_start", start)

        def interrupted(*_: object) -> None:
            assert some.wait(60)
            raise KeyboardInterrupt

        monkeypatch.setattr(pool.Pool, "findings", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(project)
        assert all(process.returncode is not None for process in started)


def test_each_process_has_neighbours_in_ever_smaller_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_LEAST_BATCH", 1)
    assert pool.stretches("abcdefghi", [1] * 9, 1) == [
        [["a", "b", "c"], ["d", "e"], ["f", "g"], ["h"], ["i"]]
    ]
    halves = [[["a", "b"], ["c"], ["d"]], [["e", "f"], ["g"], ["h"]]]
    assert pool.stretches("abcdefgh", [1] * 8, 2) == halves
    assert pool.stretches("ab", [100, 1], 2) == [[["a"]], [["b"]]]
    assert pool.stretches("abc", [2, 3, 9], 1) == [[["c"], ["a", "b"]]]  # what is large comes first
    assert pool.stretches("a", [0], 2) == [[["a"]], []]
    assert pool.stretches("", [], 2) == [[], []]
    monkeypatch.setattr(pool, "_LEAST_BATCH", 4)
    assert pool.stretches("abcdefgh", [1] * 8, 1) == [[["a", "b", "c", "d"], ["e", "f", "g", "h"]]]


@given(st.lists(st.integers(0, 300_000), max_size=40), st.integers(1, 5))
def test_every_file_is_in_one_batch_with_its_neighbours(sizes: list[int], count: int) -> None:
    paths = [str(number) for number in range(len(sizes))]
    found = pool.stretches(paths, sizes, count)
    assert len(found) == count
    batches = sorted((batch for stretch in found for batch in stretch), key=lambda batch: int(batch[0]))
    assert [path for batch in batches for path in batch] == paths
    assert all(batches)
    for stretch in found:
        held = [sum(sizes[int(path)] for path in batch) for batch in stretch]
        assert held == sorted(held, reverse=True)


def test_a_large_project_is_forgotten_on_the_way(
    alone: list[rules.Finding], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beginning anew after every module changes nothing but the time."""
    begun: list[bool] = []
    real = engine.Engine._begin

    def begin(self: engine.Engine) -> None:
        begun.append(True)
        real(self)

    monkeypatch.setattr(engine.Engine, "_begin", begin)
    monkeypatch.setattr(engine, "MOST_TOKENS", 0)
    assert run(project) == alone
    assert len(begun) > 2


def conversation(*messages: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """What a worker answers to these messages."""
    said, answers = io.BytesIO(), io.BytesIO()
    sender = pipe.Pipe(io.BytesIO(), said)
    for kind, content in messages:
        sender.send(kind, content)
    worker.answer(pipe.Pipe(io.BytesIO(said.getvalue()), answers))
    heard = pipe.Pipe(io.BytesIO(answers.getvalue()), io.BytesIO())
    found = []
    while True:
        try:
            found.append(heard.receive())
        except pipe.Gone:
            return found


def test_a_worker_makes_facts() -> None:
    source = b"async def f(): pass\n"
    assert conversation((pipe.FACTS, source), (b"?", b"")) == [(pipe.MADE, facts.encode(facts.build(source)))]


def test_a_worker_asks_for_what_it_needs(tmp_path: Path) -> None:
    path = str(tmp_path / "a.py")
    source = b"import time\nasync def f():\n    time.sleep(1)\n"
    known = facts.encode(facts.build(source))
    messages = [
        (pipe.JOB, pipe.encode((str(tmp_path), rules.Settings(), []))),
        (pipe.FINDINGS, pipe.encode([path])),
        (pipe.KNOWN, known),
        (pipe.SOURCE, source),
    ]
    *asked, (kind, result) = conversation(*messages)
    assert asked == [(pipe.LOAD, path.encode()), (pipe.TEXT, path.encode())]
    assert kind == pipe.RESULT
    found = msgspec.msgpack.decode(result, type=pool._Found)[0]
    assert [(raw.path, raw.line, raw.code) for raw in found] == [("a.py", 3, "LOOP101")]
    messages[2:3] = [(pipe.KNOWN, b"\xc1"), (pipe.SOURCE, source)]
    assert [kind for kind, _ in conversation(*messages)] == [
        pipe.LOAD, pipe.ANEW, pipe.MADE, pipe.TEXT, pipe.RESULT,
    ]  # fmt: skip
    messages[2:] = [(pipe.NOTHING, b""), (pipe.NOTHING, b"")]
    assert msgspec.msgpack.decode(conversation(*messages)[-1][1], type=pool._Found)[0] == []


def test_a_worker_says_how_the_analysis_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.Engine, "findings", lambda *_: 1 // 0)
    job = pipe.encode((str(tmp_path), rules.Settings(), []))
    ((kind, content),) = conversation((pipe.JOB, job), (pipe.FINDINGS, pipe.encode(["a.py"])))
    assert kind == pipe.FAILED
    assert b"ZeroDivisionError" in content


@pytest.mark.parametrize("cut", [b"p\1\0", b"p\5\0\0\0abc", b""])
def test_a_message_that_is_cut_short_ends_the_conversation(cut: bytes) -> None:
    with pytest.raises(pipe.Gone):
        pipe.Pipe(io.BytesIO(cut), io.BytesIO()).receive()


def test_a_closed_pipe_ends_the_conversation() -> None:
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(pipe.Gone):
        pipe.Pipe(closed, closed).send(pipe.FACTS)
    with pytest.raises(pipe.Gone):
        pipe.Pipe(closed, closed).receive()


def test_facts_of_one_content_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[bytes] = []
    real = facts.build

    def build(content: bytes) -> facts.Facts:
        built.append(content)
        return real(content)

    monkeypatch.setattr(facts, "build", build)
    contents: dict[str, bytes | None] = {"a": b"x = 1\n", "b": b"x = 1\n", "c": None}
    cache = Cache(tmp_path / "cache.sqlite")
    store = FactStore(contents.get, cache)
    assert [store.get(name) is not None for name in "abc"] == [True, True, False]
    assert built == [b"x = 1\n"]
    store.remember()
    again = FactStore(contents.get, cache)
    assert again.missing("abc") == {}
    assert again.encoded("a") == store.encoded("a")
    assert again.used == {"a"}
    cache.close()
