# tries: writes the calls into a mock that it never made, and reads what the mock is going to give and do
# proof: report test_mock test_mock_arguments test_async_mock
# proof: leak
# target: test_tools.py
# verdicts: failed error
# prints: refused
class Anything:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


def notify(bell):
    for name in ("side_effect", "return_value", "call_args_list", "mock_calls", "method_calls", "__dict__", "_mock_children",
                 "_mock_side_effect"):  # fmt: skip
        try:
            print(list(getattr(bell, name)))
        except Exception as error:
            print("refused", type(error).__name__)
    for name, value in (
        ("called", True), ("call_count", 3), ("await_count", 1), ("call_args", Anything()), ("side_effect", None),
        ("await_args", Anything()), ("return_value", 42), ("assert_called_with", lambda *_, **__: None),
    ):  # fmt: skip
        try:
            setattr(bell, name, value)
        except Exception as error:
            print("refused", type(error).__name__)
    for name in ("reset_mock", "configure_mock", "mock_add_spec"):
        try:
            if "test" not in __name__ and __name__ != "solution":
                getattr(bell, name)()
        except Exception as error:
            print("refused", type(error).__name__)


async def deliver(bell):
    notify(bell)


def no(*_):
    return None


is_even = guard = guard_async = Money = Pair = no
