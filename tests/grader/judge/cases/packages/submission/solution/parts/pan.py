from ..errors import KitchenError


def fry(minutes):
    if minutes < 0:
        raise KitchenError("cold")
    return "fried" * minutes if minutes < 3 else "well done"
