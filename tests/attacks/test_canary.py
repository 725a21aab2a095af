"""The hidden suite is nowhere in the submission's process: not in its memory, not in its files, not in its objects."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from grader.judge.verdicts import Kind

HELD = "the submission's own text"
NAMES = ("CANARY", "test_hold", "wrong while it runs")
"""Of the suite: words in constants, comments and messages, and the name of its test."""
SEARCH = f'''
import gc, re, sys, time

OWN = {HELD!r} * 3


def hold():
    """Look through every object of this process, then stand still for a while, for those who look from outside."""
    words = ["CANAR[Y]", "test_hol[d]", "wrong while it run[s]"]  # so that they are not here themselves
    found = [word for word in words if any(re.search(word, text) for text in texts())]
    print("found", found)
    until = time.process_time() + 0.35
    while time.process_time() < until:
        pass
    return 0


def texts():
    seen, left = set(), [*gc.get_objects(), sys.modules, sys._getframe()]
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if type(each) is str:
            yield each
        elif type(each) is bytes:
            yield each.decode("latin-1")
        else:
            left += gc.get_referents(each)
'''


def strings_in(process: int) -> bytes:
    """All memory of a process that can be read."""
    parts = []
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, permissions, *_ = line.split()
            if permissions.startswith("r") and "[v" not in line:
                start, end = (int(number, 16) for number in span.split("-"))
                memory.seek(start)
                try:
                    parts.append(memory.read(end - start))
                except OSError:
                    continue
    return b"".join(parts)


def test_not_in_memory(patient_judge: Any, below: Any) -> None:
    """Looked at from outside where that is allowed (root), refused where it is not; and from inside."""
    judge = patient_judge(Path(__file__).parent / "suite" / "hold")
    looked: list[bytes] = []
    refused: list[int] = []
    opened: list[str] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.02):
            for process in below(judge)[1:]:
                try:
                    memory = strings_in(process)
                    if HELD.encode() * 3 in memory:
                        looked.append(memory)
                        opened.extend(os.readlink(each) for each in Path(f"/proc/{process}/fd").iterdir())
                except PermissionError:
                    refused.append(process)
                except OSError:
                    continue

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        judgement = judge.judge_files({"solution.py": SEARCH.encode()})
    finally:
        ended.set()
        watcher.join()

    (verdict,) = judgement.verdicts
    assert verdict.kind is Kind.FAILED, verdict
    assert verdict.printed == "found []\n"
    assert looked if os.geteuid() == 0 else refused
    assert not [word for word in NAMES for memory in looked if word.encode() in memory]
    assert not [name for name in opened if "suite" in name or name.endswith(".py")]


def test_the_search_finds_what_is_there() -> None:
    """The same search, in the process that has the suite."""
    namespace: dict[str, Any] = {}
    exec(SEARCH, namespace)
    kept = ["CANARY of this test"]
    assert any("CANARY of this test" in text for text in namespace["texts"]())
    assert kept[0].encode() in strings_in(os.getpid())


@pytest.mark.parametrize("name", ["../evil.py", "/tmp/evil.py", "a/../../evil.py"])
def test_names_that_lead_out_of_the_folder(name: str, judges: Any, reference: Any) -> None:
    """Intake refuses them; a judge that gets one all the same writes nothing, and goes on."""
    from grader.errors import GraderInternalError

    judge = judges(Path(__file__).parent / "suite" / "plain")
    with pytest.raises(GraderInternalError):
        judge.judge_files({**reference, name: b"print('evil')"})
    assert not Path("/tmp/evil.py").exists()
    assert {v.kind for v in judge.judge_files(reference).verdicts} == {Kind.PASSED}
