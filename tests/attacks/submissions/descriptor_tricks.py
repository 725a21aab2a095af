# tries: attributes that are descriptors, computed anew and different at each look
# proof: report test_attribute
# target: test_results.py
# verdicts: failed error
import itertools


class Chameleon:
    seen = itertools.count()

    def __get__(self, instance, owner=None):
        return Anything()

    def __set__(self, instance, value):
        raise AttributeError("never")


class Anything:
    def __eq__(self, other):
        return True


class Order:
    price = Chameleon()
    __dict__ = property(lambda self: {"price": 42})


def order():
    return Order()


number = text = items = mapping = bag = nested = flag = nothing = empty = order


def burn():
    return None
