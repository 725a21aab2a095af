"""A name finds its exercise; an unknown one gets the nearest names."""

from __future__ import annotations

import pytest

from grader.course import catalog
from grader.course.catalog import find_course, find_exercise, load_course
from grader.errors import GraderError


@pytest.fixture
def course(tmp_path):
    for name, extra in (("01-soup", ""), ("02-let-the-pot-cook", ""), ("11-soup", 'id = "second-soup"')):
        folder = tmp_path / "exercises" / name
        folder.mkdir(parents=True)
        (folder / "exercise.toml").write_text(f'module = "x"\n{extra}\n')
    (tmp_path / "exercises" / "notes").mkdir()
    return tmp_path / "exercises"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("01-soup", "01-soup"),
        ("02", "02-let-the-pot-cook"),
        ("let-the-pot-cook", "02-let-the-pot-cook"),
        ("second-soup", "11-soup"),
        ("1", "01-soup"),
        ("2", "02-let-the-pot-cook"),
        ("002", "02-let-the-pot-cook"),
        ("let", "02-let-the-pot-cook"),
        ("Let-The", "02-let-the-pot-cook"),
        ("02-l", "02-let-the-pot-cook"),
        ("01-", "01-soup"),
    ],
)
def test_an_id_or_a_piece_of_it_finds_its_exercise(course, name, found):
    assert find_exercise(name, course).folder.name == found


def test_a_path_finds_its_exercise_without_a_course(course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_exercise("exercises/01-soup").id == "01-soup"
    assert find_exercise(str(course / "01-soup")).id == "01-soup"


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        ("02-let-the-pott-cook", "Did you mean: 02-let-the-pot-cook?"),
        ("let-the-pan", "Did you mean: 02-let-the-pot-cook?"),
        ("so", "Did you mean: 01-soup, 11-soup?"),
        ("111", "There are: 01-soup, 02-let-the-pot-cook, 11-soup."),
        ("soup", "Did you mean: 01-soup, 11-soup?"),
        ("zzzzzz", "There are: 01-soup, 02-let-the-pot-cook, 11-soup."),
    ],
)
def test_an_unknown_name_gets_the_nearest(course, name, todo):
    with pytest.raises(GraderError) as caught:
        find_exercise(name, course)
    assert caught.value.todo == todo


def test_the_course_is_here_or_installed_or_told_to_be_missing(course, tmp_path, monkeypatch):
    assert find_course(here=tmp_path) == course
    assert find_course(course) == course
    assert find_course(here=course / "01-soup") == course
    monkeypatch.setattr(catalog, "INSTALLED", course)
    assert find_course(here=tmp_path / "elsewhere") == course
    monkeypatch.setattr(catalog, "INSTALLED", tmp_path / "nothing")
    with pytest.raises(GraderError, match="no course here"):
        find_course(here=tmp_path / "elsewhere")
    with pytest.raises(GraderError, match="not a folder"):
        find_course(tmp_path / "nothing")


def test_a_course_is_loaded_in_order(course):
    assert [exercise.id for exercise in load_course(course)] == [
        "01-soup",
        "02-let-the-pot-cook",
        "second-soup",
    ]


def test_a_course_without_exercises_or_with_one_id_twice_is_told(course, tmp_path):
    with pytest.raises(GraderError, match="no exercises"):
        load_course(tmp_path / "exercises" / "notes")
    (course / "01-soup" / "exercise.toml").write_text('module = "x"\nid = "second-soup"\n')
    with pytest.raises(GraderError, match="Two exercises have the id second-soup"):
        load_course(course)
