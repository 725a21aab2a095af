"""Attacks as data, and what they are run against: a plain grader, our judge, and a machine to harm.

An attack is a file in `submissions/`, or a folder with its `solution.py`. It says in its first lines what it is; see
README.md for the words.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import GraderError
from grader.judge import client
from grader.judge.client import WarmJudge
from grader.sandbox.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SUITE = HERE / "suite"
CANARY = "CANARY"
collect_ignore = ["submissions", "suite", "reference", "prover.py"]

LIMITS = Limits(cpu=0.4, wall=1.5, virtual=3_600.0, memory=256 << 20, output=4_000, threads=16)
_WORDS = frozenset({"tries", "target", "proof", "verdicts", "earns", "prints", "refused", "level"})


@dataclass(frozen=True)
class Attack:
    """One submission that cheats or harms, and what it says of itself."""

    name: str
    files: dict[str, bytes] = field(repr=False)
    tries: str
    proofs: tuple[tuple[str, ...], ...]
    verdicts: frozenset[str]
    """Kinds that each test of `target` may have."""
    target: str = "test_plain.py"
    earns: frozenset[str] = frozenset()
    """Tests of `target` that it solves in earnest."""
    prints: tuple[str, ...] = ()
    """What it prints when it has got as far as it gets: it did run."""
    refused: tuple[str, ...] = ()
    """What the judge says that it does not take: it did get there."""
    level: str = "strong"
    """The isolation that it takes to stop it."""

    @property
    def suite(self) -> Path:
        """The folder of its target, which is a suite of its own."""
        return SUITE / self.target.removeprefix("test_").removesuffix(".py")

    @classmethod
    def load(cls, path: Path) -> Attack:
        main = path / "solution.py" if path.is_dir() else path
        words: dict[str, list[str]] = {}
        for line in main.read_text().splitlines():
            if not (found := re.match(r"# (\w+): (.+)", line)):
                break
            words.setdefault(found[1], []).append(found[2].strip())
        if unknown := words.keys() - _WORDS:
            raise ValueError(f"{main}: unknown {sorted(unknown)}")
        files = (
            {f.relative_to(path).as_posix(): f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file()}
            if path.is_dir()
            else {"solution.py": main.read_bytes()}
        )
        return cls(
            name=path.stem,
            files={name: content for name, content in files.items() if "__pycache__" not in name},
            tries=words["tries"][0],
            proofs=tuple(tuple(line.split()) for line in words["proof"]),
            verdicts=frozenset(words["verdicts"][0].split()),
            target=words.get("target", ["test_plain.py"])[0],
            earns=frozenset(words.get("earns", [""])[0].split()),
            prints=tuple(words.get("prints", [])),
            refused=tuple(words.get("refused", [])),
            level=words.get("level", ["strong"])[0],
        )

    def against(self, machine: Machine) -> dict[str, bytes]:
        """Its files, with the places and numbers of what it is to harm."""
        return {name: machine.fill(content) for name, content in self.files.items()}


def attacks() -> list[Attack]:
    found = sorted(
        path
        for path in (HERE / "submissions").iterdir()
        if path.suffix == ".py" or (path / "solution.py").is_file()
    )
    return sorted((Attack.load(path) for path in found), key=lambda attack: (attack.target, attack.name))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "attack" in metafunc.fixturenames:
        metafunc.parametrize("attack", attacks(), ids=lambda attack: attack.name)


class Machine:
    """Things of this machine that an attack can try to touch, and whether it did."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = folder / "mark"
        self.private = folder / "private.txt"
        self.private.write_text("CANARY-in-a-private-file")
        self.private.chmod(0o600)
        self.socket = Path(f"/tmp/attack-{os.getpid()}-{id(self)}.sock")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.unix.bind(str(self.socket))
        self.victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"], stdin=subprocess.DEVNULL
        )
        for each in (self.listener, self.datagrams, self.unix):
            each.settimeout(0)

    def fill(self, content: bytes) -> bytes:
        for word, value in (
            ("MARK", self.mark),
            ("PRIVATE", self.private),
            ("SUITE", SUITE),
            ("TCP", self.listener.getsockname()[1]),
            ("UDP", self.datagrams.getsockname()[1]),
            ("UNIX", self.socket),
            ("VICTIM", self.victim.pid),
        ):
            content = content.replace(f"@{word}@".encode(), str(value).encode())
        return content

    def harm(self) -> list[str]:
        """What was done to it."""
        done = [f"wrote {path.name}" for path in sorted(self.folder.glob("mark*"))]
        with suppress(BlockingIOError):
            self.listener.accept()[0].close()
            done.append("connected over TCP")
        for name, receiver in (("UDP", self.datagrams), ("a unix socket", self.unix)):
            with suppress(BlockingIOError):
                done.append(f"sent {receiver.recv(100)!r} over {name}")
        if self.victim.poll() is not None:
            done.append(f"ended a process: {self.victim.returncode}")
        return done

    def close(self) -> None:
        self.victim.kill()
        self.victim.wait()
        for each in (self.listener, self.datagrams, self.unix):
            each.close()
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.close()


class Prover:
    """A plain grader, warm."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(HERE / "prover.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __call__(
        self,
        folder: Path,
        attack: Attack,
        files: dict[str, bytes],
        *,
        cold: bool = False,
        hangs: bool = False,
    ) -> dict[str, Any]:
        folder.mkdir()
        shutil.copy(attack.suite / attack.target, folder)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"folder": str(folder), "target": attack.target, "cold": cold, "hangs": hangs}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)


@pytest.fixture(scope="session")
def prover() -> Iterator[Prover]:
    made = Prover()
    yield made
    made.close()


class Judges:
    """A warm judge for the suite that is asked for, as well confined as this machine can. One at a time: the attacks
    come in the order of their targets."""

    def __init__(self) -> None:
        self._suite: Path | None = None
        self._judge: WarmJudge | None = None

    def __call__(self, suite: Path) -> WarmJudge:
        if suite != self._suite or self._judge is None:
            self.close()
            self._judge, self._suite = _best(suite), suite
        return self._judge

    def close(self) -> None:
        if self._judge is not None:
            self._judge.__exit__(None, None, None)
            self._judge = None


def _best(suite: Path, limits: Limits = LIMITS) -> WarmJudge:
    reason = ""
    for level in ("full", "strong"):
        try:
            return WarmJudge(suite, "solution", limits, isolation=level).__enter__()
        except GraderError as error:
            reason = str(error)
    pytest.skip(f"this machine confines nothing: {reason}")


@pytest.fixture(scope="session")
def judges() -> Iterator[Judges]:
    made = Judges()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "SPARE", 2.0)
        yield made
        made.close()


@pytest.fixture
def patient_judge() -> Iterator[Any]:
    """Call with a suite: a judge that lets a submission compute for a while."""
    started: list[WarmJudge] = []

    def start(suite: Path) -> WarmJudge:
        started.append(_best(suite, Limits(cpu=30, wall=60)))
        return started[0]

    yield start
    for judge in started:
        judge.__exit__(None, None, None)


@pytest.fixture(scope="session")
def reference() -> dict[str, bytes]:
    return {"solution.py": (HERE / "reference" / "solution.py").read_bytes()}


def descendants(pid: int) -> list[int]:
    """The processes that descend from `pid`, dead ones that nobody waited for included."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, left = [], [pid]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return sorted(found)


@pytest.fixture
def below() -> Any:
    """Call with a judge: the processes below its own."""
    return lambda judge: descendants(judge._process.pid)


class Memory:
    """The most memory that any process below `pid` had while somebody watched."""

    def __init__(self) -> None:
        self.peak = 0

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(0.05):
                for each in descendants(pid):
                    with suppress(OSError, IndexError):
                        pages = int(Path(f"/proc/{each}/statm").read_text().split()[1])
                        self.peak = max(self.peak, pages * os.sysconf("SC_PAGE_SIZE"))

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def left_over() -> Any:
    """Call with the judge: the processes below it that should not be there any more."""

    def look(judge: WarmJudge) -> list[int]:
        process = judge._process
        assert process is not None
        until = time.monotonic() + 5
        lasting = 1 + judge.early  # what starts sandboxes, and what collects once
        while len(found := descendants(process.pid)) > lasting and time.monotonic() < until:
            time.sleep(0.01)
        return found[lasting:]

    return look
