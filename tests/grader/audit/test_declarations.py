"""What a wrong solution declares, and which tests a declared name stands for."""

from __future__ import annotations

import pytest

from grader.audit.declarations import Declaration, read_declaration, stands_for, unexpected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# fails: test_a, test_b[x, y]\n# lint: LOOP101,AWAIT201\n", {"test_a": 1, "test_b[x, y]": 1}),
        ("# fails: test_a\n# fails: test_b\n", {"test_a": 1, "test_b": 2}),
        ("#fails:test_a\r\n", {"test_a": 1}),
        ("\ufeff# fails: test_a\n", {"test_a": 1}),
        ("# A comment.\n# fails: TestPot::test_a\n", {"TestPot::test_a": 2}),
        ("import x\n# fails: test_a\n", {}),
        ("# fails:\n", {}),
        ("", {}),
    ],
)
def test_the_comments_at_the_top_declare(source, expected):
    """Names are split at commas outside of brackets; a line below code declares nothing."""
    assert read_declaration(source).fails == expected


def test_lint_codes_are_declared_beside_tests():
    """Either line may be there, or both, or none."""
    assert read_declaration("# lint: LOOP101, AWAIT201\nx = 1\n") == Declaration(
        {}, {"LOOP101": 1, "AWAIT201": 1}
    )
    assert read_declaration("x = 1\n").is_empty


@pytest.mark.parametrize(
    ("declared", "test", "expected"),
    [
        ("test_a", "test_k.py::test_a", True),
        ("test_a", "test_k.py::test_a[1]", True),
        ("test_a[1]", "test_k.py::test_a[1]", True),
        ("test_a[1]", "test_k.py::test_a[2]", False),
        ("TestK::test_a", "test_k.py::TestK::test_a[2]", True),
        ("test_a", "test_k.py::TestK::test_a", False),
        ("test_k.py::test_a", "test_k.py::test_a[1]", True),
        ("test_a", "test_k.py::test_ab", False),
    ],
)
def test_a_name_stands_for_a_test_and_its_cases(declared, test, expected):
    """A name without brackets stands for all cases, one with brackets for one."""
    assert stands_for(declared, test) is expected


def test_what_nobody_declared_is_unexpected():
    """In the order of the suite."""
    failing = ["t.py::test_b", "t.py::test_a[1]", "t.py::test_c"]
    assert unexpected(["test_a"], failing) == ["t.py::test_b", "t.py::test_c"]
