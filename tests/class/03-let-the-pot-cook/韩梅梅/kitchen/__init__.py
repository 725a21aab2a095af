from .pots import simmer, stew

__all__ = ["simmer", "stew"]
