# tries: annotations that are code, behind a mapping that is no dict
# proof: harm
# target: test_hints.py
# verdicts: error failed
# earns: test_signature
CODE = "open('@MARK@', 'w').write('evaluated') and int"


class Annotations:
    def items(self):
        return [("price", CODE)]

    def get(self, name, default=None):
        return CODE

    def __iter__(self):
        return iter(["price"])

    def __getitem__(self, name):
        return CODE

    def keys(self):
        return ["price"]


class Text(str):
    pass


class Base:
    weight: Text(CODE)


class Order(Base):
    __annotations__ = Annotations()


def total(first, *rest: CODE):
    return 0


total.__annotations__ = {"first": CODE, "return": Text(CODE)}
total.__signature__ = None
total.__text_signature__ = "(first, *rest)"
