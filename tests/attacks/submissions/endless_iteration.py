# tries: iterators without an end, of another length each time, that end only in their own process
# proof: hang
# target: test_data.py
# verdicts: failed error crashed cpu_limit wall_limit
class Endless:
    length = 0

    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __len__(self):
        Endless.length += 1
        return Endless.length

    def __getitem__(self, index):
        return self

    def __format__(self, spec):
        return spec * 10

    def __index__(self):
        return 3

    def __str__(self):
        return "[1, 2, 3]" * 1000

    def __deepcopy__(self, memo):
        return self


def numbers():
    return Endless()


def stream():
    return iter(())


def values():
    return Endless()


def sized():
    return Endless()
