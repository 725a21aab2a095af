class KitchenError(Exception):
    pass


class Burnt(KitchenError):
    pass
