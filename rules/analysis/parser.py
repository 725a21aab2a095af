"""The parser that facts are made with: LibCST's native one with bare nodes, or else LibCST as it is.

Both give trees of the same shape. `cst` holds the node classes that the walk dispatches on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["ParserSyntaxError", "cst", "parse_module"]

if TYPE_CHECKING:
    import libcst as cst
    from libcst import ParserSyntaxError, parse_module
else:
    try:
        from .native import ParserSyntaxError, cst, parse_module
    except ImportError:
        import libcst as cst
        from libcst import ParserSyntaxError, parse_module
