"""What Hypothesis costs is paid once for a suite, not once for each submission."""

from __future__ import annotations

from textwrap import dedent

SUITE = """
    import sys
    import unittest

    import solution
    from hypothesis import given, strategies as st
    from hypothesis.internal import charmap

    TABLES = dict(ready=charmap._charmap is not None)

    def test_tables_of_unicode_are_there_before_the_fork():
        assert TABLES["ready"]

    @given(st.text())
    def test_text(text):
        assert solution.same(text) == text

    @given(st.integers())
    def test_fails(n):
        assert solution.same(n) == n + 1

    def test_no_patch_of_the_suite_was_made():
        assert "libcst" not in sys.modules

    class Sub(unittest.TestCase):
        def test_sub(self):
            for i in range(2):
                with self.subTest(i=i):
                    self.assertEqual(solution.same(i), 0)
"""


def test_tables_and_patches(judge_texts):
    verdicts = judge_texts(dedent(SUITE), "def same(x):\n    return x\n").verdicts
    kinds = {verdict.test.rpartition("::")[2]: verdict for verdict in verdicts}
    assert {name: str(verdict.kind) for name, verdict in kinds.items()} == {
        "test_tables_of_unicode_are_there_before_the_fork": "passed",
        "test_text": "passed",
        "test_fails": "failed",
        "test_no_patch_of_the_suite_was_made": "passed",
        "test_sub": "failed",
    }
    assert "test_suite.py" not in kinds["test_sub"].message
    assert "1 != 0" in kinds["test_sub"].message
