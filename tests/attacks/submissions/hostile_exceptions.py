# tries: exceptions whose text, arguments, equality, notes, names and causes attack whoever looks at them
# proof: hang
# verdicts: error cpu_limit wall_limit crashed
class Evil(Exception):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __eq__ = __hash__ = __str__


class Worse(BaseException):
    @property
    def __notes__(self):
        raise SystemExit

    __cause__ = property(lambda self: 1 / 0)

    def __str__(self):
        while True:
            pass


def answer():
    error = Evil(Evil(), [Evil()])
    error.__cause__ = error
    error.__context__ = error
    error.add_note("\x1b[31m=cmd|' /C calc'!A1\x00<script>")
    raise error


def double(value):
    raise Worse
