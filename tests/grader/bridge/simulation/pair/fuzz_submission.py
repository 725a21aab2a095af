"""The S side of a random program."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import programs

STATE = {}


def setup(program, log, other):
    STATE["program"] = (program, log, other)
    programs.clear()


def note(text):
    STATE["program"][1](text)


async def work(worker):
    program, log, other = STATE["program"]
    await programs.work(program, worker, "S", log, other, log)


def join():
    programs.join("S")
