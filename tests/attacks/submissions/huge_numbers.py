# tries: integers of 60 MB, ranges and lengths without an end, texts of 50 MB
# proof: hang
# target: test_data.py
# verdicts: failed error crashed cpu_limit wall_limit protocol
def numbers():
    return range(1 << 40)


def sized():
    class Sized:
        def __len__(self):
            return 10**18

        def __getitem__(self, index):
            return 1 << 400_000_000

    return Sized()


def stream():
    while True:
        yield 1 << 4_000_000


def values():
    return range(1_500_000_000)
