import collections
import dataclasses
import enum
import io
import inspect
import json
import logging
import os
import pathlib
import random
import re
import sys
import typing
from unittest import mock

import pytest

import solution
from solution import Dish, Place, Row, Size, Tagged, Temperature


def test_environment(monkeypatch):
    assert solution.mode() == (None, "default", False)
    monkeypatch.setenv("KITCHEN_MODE", "hot")
    assert solution.mode() == ("hot", "hot", True)
    monkeypatch.delenv("KITCHEN_MODE")
    assert solution.mode() == (None, "default", False)
    with mock.patch.dict(os.environ, {"KITCHEN_MODE": "cold"}):
        assert solution.mode()[0] == "cold"
    assert solution.mode()[0] is None
    os.environ["KITCHEN_MODE"] = "warm"
    assert solution.mode()[0] == "warm"
    del os.environ["KITCHEN_MODE"]
    assert solution.mode()[0] is None


def test_environment_set_by_the_submission(monkeypatch):
    monkeypatch.delenv("KITCHEN_MODE", raising=False)
    monkeypatch.setenv("KITCHEN_MODE", "old")
    solution.set_mode("new")
    assert os.environ["KITCHEN_MODE"] == "new"


def test_reading_files(tmp_path):
    path = tmp_path / "menu.txt"
    path.write_text("soup\nstew\n", "utf-8")
    assert solution.read(path) == "soup\nstew\n" == solution.read(str(path))
    assert solution.count_lines(path) == 2 and solution.size(path) == 10
    assert solution.exists(path) == (True, True, False)
    assert solution.exists(tmp_path) == (True, False, True)
    assert solution.exists(tmp_path / "none") == (False, False, False)
    assert solution.names_in(tmp_path) == ["menu.txt"]


def test_writing_files(tmp_path):
    solution.write(tmp_path / "out.txt", "text")
    assert (tmp_path / "out.txt").read_text() == "text"
    solution.append_line(tmp_path / "out.txt", " more")
    assert (tmp_path / "out.txt").read_text() == "text more\n"
    solution.save(tmp_path / "value.json", {"a": [1]})
    assert json.loads((tmp_path / "value.json").read_text()) == {"a": [1]}
    solution.make_folder(tmp_path / "sub")
    assert (tmp_path / "sub" / "inside.txt").read_bytes() == b"x"
    solution.remove(tmp_path / "out.txt")
    assert not (tmp_path / "out.txt").exists()


def test_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    solution.write("here.txt", "x")
    assert (tmp_path / "here.txt").read_text() == "x" and solution.read("here.txt") == "x"
    assert solution.names_in(".") == ["here.txt"]
    assert solution.working_folder() == (str(tmp_path), str(tmp_path).encode())


def test_working_folder_of_the_submission(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "there.txt").write_text("y")
    assert solution.read_in(str(tmp_path / "sub"), "there.txt") == "y"
    with pytest.raises(NotADirectoryError):
        solution.read_in(str(tmp_path / "sub" / "there.txt"), "there.txt")
    with pytest.raises(FileNotFoundError):
        solution.read_in(str(tmp_path / "none"), "there.txt")


def test_csv(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n")
    assert solution.rows(path) == [{"a": "1", "b": "2"}]


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        solution.open_missing(tmp_path / "none.txt")


def test_data_beside_the_tests():
    path = os.path.join(os.path.dirname(__file__), "menu.json")
    with open(path) as file:
        assert solution.classify(json.load(file)) == "mapping menu 1"


def test_logging(caplog):
    with caplog.at_level(logging.DEBUG, logger="kitchen"):
        solution.logs()
    assert [(r.name, r.levelname, r.getMessage()) for r in caplog.records] == [
        ("kitchen", "DEBUG", "debug 1"),
        ("kitchen", "INFO", "info"),
        ("kitchen", "WARNING", "careful"),
        ("kitchen", "ERROR", "failed"),
    ]
    assert "careful" in caplog.text


def test_logging_at_the_default_level(caplog):
    solution.logs()
    assert caplog.messages == ["careful", "failed"]


def test_assert_logs():
    import unittest

    with unittest.TestCase().assertLogs("kitchen", "WARNING") as found:
        solution.logs()
    assert found.output[0] == "WARNING:kitchen:careful"


def test_warnings(recwarn):
    assert solution.warn_all() == 1
    assert [(str(w.message), w.category) for w in recwarn] == [("user", UserWarning), ("old", DeprecationWarning)]


def test_own_warning():
    with pytest.warns(UserWarning, match="own") as found:
        solution.warn_own()
    assert len(found) == 1
    with pytest.warns(solution.KitchenWarning):
        solution.warn_own()


@pytest.mark.filterwarnings("error::UserWarning")
def test_warning_as_error():
    with pytest.raises(UserWarning, match="user"):
        solution.warn_all()


def test_output(capsys):
    solution.talk()
    out, err = capsys.readouterr()
    assert out == "one-two!\nthree\n" and err == "err\n"
    with solution.quiet() as hidden:
        solution.talk()
    assert capsys.readouterr().out == "" and hidden.getvalue() == "one-two!\nthree\n"


def test_streams():
    mine = io.StringIO()
    assert solution.to_stream(mine) is mine and mine.getvalue() == "hello\nbye"
    theirs = solution.buffer()
    assert isinstance(theirs, io.StringIO) and theirs.readline() == "a\n" and theirs.read() == "b\n"


def test_input(monkeypatch):
    answers = iter(["ada", "36"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(answers))
    assert solution.ask(["name? ", "age? "]) == ["ada", "36"]
    with mock.patch("builtins.input", side_effect=["x"]) as fake:
        assert solution.ask(["q"]) == ["x"]
    fake.assert_called_once_with("q")


def test_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("line one\nline two\n"))
    assert solution.ask(["", ""]) == ["line one", "line two"]
    with pytest.raises(EOFError):
        solution.ask([""])
    monkeypatch.setattr(sys, "stdin", io.StringIO("rest"))
    assert solution.read_stdin() == "rest"


def test_arguments(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["prog", "--hot"])
    assert solution.arguments() == ["prog", "--hot"]


def test_random():
    random.seed(3)
    first = solution.dice(5)
    random.seed(3)
    assert solution.dice(5) == first and solution.own_random(1) == solution.own_random(1)
    with mock.patch("random.randint", side_effect=[6, 1]):
        assert solution.dice(2) == [6, 1]


def test_dataclasses():
    dish = Dish("soup", tags=["hot"])
    assert dish == Dish("soup", 1.0, ["hot"]) != Dish("stew")
    assert dish.label == "soup: 1.00" and repr(dish) == "Dish(name='soup', price=1.0, tags=['hot'])"
    assert dataclasses.asdict(dish) == {"name": "soup", "price": 1.0, "tags": ["hot"]}
    assert dataclasses.astuple(dish) == ("soup", 1.0, ["hot"])
    assert dataclasses.replace(dish, price=2.0).price == 2.0
    assert [field.name for field in dataclasses.fields(dish)] == ["name", "price", "tags"]
    assert Place(1) < Place(1, 2) and {Place(1): "a"}[Place(1, 0)] == "a"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Place(1).x = 2
    dish.price = 3
    assert dish.label == "soup: 3.00"


def test_enums():
    assert Size.SMALL == "small" and Size("large") is Size.LARGE and [*Size] == ["small", "large"]
    assert isinstance(Size.SMALL, str) and f"{Size.LARGE}" == "large" and Size.SMALL.upper() == "SMALL"


def test_tuples():
    assert Tagged("a") == ("a", 0) and Tagged("a", 2).value == 2 and Row(1) == (1, 5)
    assert Row._fields == ("a", "b") and Row(1)._asdict() == {"a": 1, "b": 5} and Row(1)._replace(a=2).a == 2
    assert isinstance(Tagged("x"), tuple) and [*Row(1, 2)] == [1, 2] and Row._make([3, 4]).b == 4


def test_collections():
    stack = solution.Stack([1])
    stack.push(2)
    assert list(stack) == [1, 2] and len(stack) == 2 and stack[-1] == 2
    assert isinstance(stack, collections.UserList) and isinstance(stack, collections.abc.MutableSequence)
    chain = solution.chain({"a": 1}, {"a": 2, "b": 3})
    assert chain["a"] == 1 and chain["b"] == 3 and dict(chain) == {"a": 1, "b": 3}


def test_match():
    assert solution.classify({"kind": "x", "y": 1}) == "mapping x 1"
    assert solution.classify([1, 2, 3]) == "sequence 1 2" == solution.classify((1, 2, 3))
    assert solution.classify("t") == "text t" and solution.classify(1.5) == "number"
    match solution.Matches(1, [2]):
        case solution.Matches(left, [right]):
            assert (left, right) == (1, 2)
        case _:
            pytest.fail("no match")
    match Dish("pie"):
        case Dish(name=name, price=1.0):
            assert name == "pie"
        case _:
            pytest.fail("no match")


class Color(enum.Enum):
    A = 1
    B = 2


@dataclasses.dataclass
class Mine:
    x: int
    y: list = dataclasses.field(default_factory=list)


def test_objects_of_the_suite():
    assert solution.describe(Mine(1)) == "Mine Mine(x=1, y=[]) Mine(x=1, y=[])"
    assert solution.walk(Mine(1, [2]), "y") == [2]
    assert solution.use_enum(Color) == (["A", "B"], 1, 2)
    original = Mine(1, [2])
    deep, shallow = solution.clone(original)
    assert deep == original == shallow and deep is not original and deep.y is not original.y
    assert shallow.y is original.y
    assert solution.classify(Mine(1)) == "Mine"


def test_hashing():
    found = {Temperature(1): "a", Temperature(2): "b"}
    assert found[Temperature(1)] == "a" and Temperature(2) in found and Temperature(3) not in found
    assert len({Temperature(1), Temperature(1)}) == 1


def test_text_tools():
    found = solution.pattern("a=12")
    assert found.group(1) == "a" and found.groups() == ("a", "12") and found[2] == "12" and found.start(2) == 2
    assert solution.pattern("none") is None and solution.template("$x!", x=1) == "1!"
    assert solution.close_to(0.1 + 0.2, 0.3) and solution.span(59).day == 29


def test_annotations():
    hints = typing.get_type_hints(solution.annotated)
    assert hints == {"a": int, "b": str, "rest": list[int], "c": dict[str, int] | None, "return": list[int]}
    assert str(inspect.signature(solution.annotated)).startswith("(a: int, b: 'str' = 'x', *rest: list[int]")
    assert typing.get_type_hints(Dish)["price"] is float


def test_code_and_closure():
    code = solution.annotated.__code__
    assert code.co_argcount == 2 and code.co_varnames[:4] == ("a", "b", "c", "rest") and code.co_kwonlyargcount == 1
    assert code.co_name == "annotated" and code.co_flags & inspect.CO_VARARGS
    assert solution.annotated.__defaults__ == ("x",) and solution.annotated.__kwdefaults__ == {"c": None}


def test_time():
    first, _ = solution.now()
    second, moment = solution.now()
    assert second >= first and abs(moment.timestamp() - second) < 5


def test_patched_methods_of_library_classes(monkeypatch):
    before = solution.drawn()
    with mock.patch.object(pathlib.Path, "read_text", autospec=True, return_value="menu") as read:
        assert solution.said("missing") == "menu"
    assert read.call_args.args == (pathlib.Path("missing"),)
    with pytest.raises(FileNotFoundError):
        solution.said("missing")
    monkeypatch.setattr("random.Random.random", lambda self: 0.5)
    assert solution.drawn() == 0.5
    monkeypatch.undo()
    assert solution.drawn() == before


def test_regular_expressions_of_the_suite():
    word = re.compile(r"[a-z]+", re.IGNORECASE)
    assert solution.masked(word, "1aB2c") == ("1_2_", ["aB", "c"])
    assert solution.masked(re.compile(r"\d"), "1a") == ("_a", ["1"])
    assert solution.is_pattern(word) and solution.same(word) is word and solution.same([word])[0] is word


def test_logged_exceptions(caplog):
    solution.logged("soup")
    (record,) = caplog.records
    kind, error, trace = record.exc_info
    assert kind is KeyError and error.args == ("soup",) and trace is error.__traceback__
    assert "no soup" in caplog.text and "KeyError: 'soup'" in caplog.text
