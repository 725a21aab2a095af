"""A module of the teacher's, beside the tests."""

EXPECTED = {"egg": "egg fried parsley"}


class Checker:
    def __init__(self, function):
        self.function = function

    def check(self, arguments, expected):
        assert self.function(*arguments) == expected
