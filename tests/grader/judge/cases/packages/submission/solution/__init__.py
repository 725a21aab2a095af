"""A submission that is a package of several files."""

from .cooking import cook, serve
from .errors import KitchenError
from .parts import knife as _knife

__all__ = ["KitchenError", "cook", "serve"]
__version__ = "1.2"
TOOLS = [_knife.NAME]


def lazy():
    from .parts.pan import fry

    return fry(2)
