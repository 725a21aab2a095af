# tries: a representation without an end, and one of 100 MB
# proof: hang
# verdicts: failed cpu_limit wall_limit crashed
class Endless:
    def __repr__(self):
        while True:
            pass


class Long:
    def __repr__(self):
        return "<script>alert('HTML')</script>" * 3_000_000


def answer():
    return Endless()


def double(value):
    return Long()
