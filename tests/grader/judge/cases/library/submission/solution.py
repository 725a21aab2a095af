import contextlib
import copy
import csv
import dataclasses
import enum
import io
import json
import logging
import math
import os
import random
import re
import string
import sys
import time
import typing
import warnings
from collections import ChainMap, UserList, namedtuple
from datetime import datetime, timedelta
from pathlib import Path

log = logging.getLogger("kitchen")
MODE = os.environ.get("KITCHEN_MODE", "none")


def mode():
    return os.environ.get("KITCHEN_MODE"), os.getenv("KITCHEN_MODE", "default"), "KITCHEN_MODE" in os.environ


def set_mode(value):
    os.environ["KITCHEN_MODE"] = value


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    Path(path).write_text(text, encoding="utf-8")


def append_line(path, line):
    with open(path, "a") as file:
        print(line, file=file)


def count_lines(path):
    return sum(1 for _ in Path(path).open())


def names_in(folder):
    return sorted(each.name for each in Path(folder).iterdir())


def exists(path):
    return Path(path).exists(), os.path.isfile(path), os.path.isdir(path)


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def save(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def size(path):
    return os.path.getsize(path)


def remove(path):
    os.remove(path)


def make_folder(path):
    Path(path).mkdir()
    (Path(path) / "inside.txt").write_bytes(b"x")


def open_missing(path):
    return open(path)


def logs():
    log.debug("debug %d", 1)
    log.info("info")
    log.warning("careful", extra={"dish": "soup"})
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")


def warn_all():
    warnings.warn("user")
    warnings.warn("old", DeprecationWarning)
    return 1


class KitchenWarning(UserWarning):
    pass


def warn_own():
    warnings.warn("own", KitchenWarning)


def talk():
    print("one", "two", sep="-", end="!\n")
    print("err", file=sys.stderr)
    sys.stdout.write("three\n")


def to_stream(stream):
    print("hello", file=stream)
    stream.write("bye")
    return stream


def ask(prompts):
    return [input(prompt) for prompt in prompts]


def read_stdin():
    return sys.stdin.read()


def arguments():
    return list(sys.argv)


def dice(n):
    return [random.randint(1, 6) for _ in range(n)]


def own_random(seed):
    source = random.Random(seed)
    return [source.random() for _ in range(3)]


def now():
    return time.time(), datetime.now()


@dataclasses.dataclass
class Dish:
    name: str
    price: float = 1.0
    tags: list[str] = dataclasses.field(default_factory=list)

    @property
    def label(self):
        return f"{self.name}: {self.price:.2f}"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Place:
    x: int
    y: int = 0


class Size(enum.StrEnum):
    SMALL = enum.auto()
    LARGE = enum.auto()


class Tagged(typing.NamedTuple):
    tag: str
    value: int = 0


Row = namedtuple("Row", "a b", defaults=[5])


class Stack(UserList):
    def push(self, item):
        self.append(item)


class Temperature:
    def __init__(self, degrees):
        self.degrees = degrees

    def __eq__(self, other):
        return isinstance(other, Temperature) and self.degrees == other.degrees

    def __hash__(self):
        return hash(self.degrees)

    def __repr__(self):
        return f"Temperature({self.degrees})"


class Matches:
    __match_args__ = ("left", "right")

    def __init__(self, left, right):
        self.left, self.right = left, right


def classify(value):
    match value:
        case {"kind": kind, **rest}:
            return f"mapping {kind} {len(rest)}"
        case [first, *others]:
            return f"sequence {first} {len(others)}"
        case str(text):
            return f"text {text}"
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def describe(value):
    return f"{type(value).__name__} {value!r} {value!s}"


def walk(obj, *names):
    for name in names:
        obj = getattr(obj, name)
    return obj


def use_enum(cls):
    return [member.name for member in cls], cls["A"].value, len(cls)


def clone(value):
    return copy.deepcopy(value), copy.copy(value)


def chain(*maps):
    return ChainMap(*maps)


def pattern(text):
    return re.match(r"(\w+)=(\d+)", text)


def template(text, **values):
    return string.Template(text).substitute(values)


def buffer():
    stream = io.StringIO("a\nb\n")
    return stream


def close_to(a, b):
    return math.isclose(a, b)


def span(days):
    return datetime(2024, 1, 1) + timedelta(days=days)


@contextlib.contextmanager
def quiet():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        yield out


def annotated(a: int, b: "str" = "x", *rest: list[int], c: dict[str, int] | None = None) -> list[int]:
    return [a]


def said(path):
    return Path(path).read_text()


def drawn():
    return random.Random(1).random()


def masked(pattern, text):
    return re.sub(pattern, "_", text), [match.group() for match in pattern.finditer(text)]


def is_pattern(value):
    return isinstance(value, re.Pattern)


def same(value):
    return value


def logged(dish):
    try:
        return {}[dish]
    except KeyError:
        logging.getLogger("kitchen").exception("no %s", dish)


def working_folder():
    return os.getcwd(), os.getcwdb()


def read_in(folder, name):
    before = os.getcwd()
    os.chdir(folder)
    try:
        with open(name) as file:
            return file.read()
    finally:
        os.chdir(before)
