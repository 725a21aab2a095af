"""Prose in a terminal, with lines broken where Unicode allows it.

Rich breaks at spaces, and a run of Chinese, which has none, anywhere: a line may then begin with a comma or end with an
opening bracket, which no printed page does. The places come from the Unicode line breaking algorithm (UAX #14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.containers import Lines
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod, OverflowMethod


class Prose(Text):
    """Text for reading; source lines and tables stay plain `Text`."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """Lines of at most `width` cells."""
        if self.plain.isascii() or no_wrap or self.no_wrap:
            return super().wrap(
                console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap
            )
        lines = Lines()
        for paragraph in self.split(allow_blank=True):
            paragraph.expand_tabs(tab_size)
            lines.extend(paragraph.divide(_breaks(paragraph.plain, width)))
        for line in lines:
            line.rstrip()
        return lines


def _breaks(text: str, width: int) -> list[int]:
    """Where lines of at most `width` cells begin in `text`, after the first."""
    from uniseg.linebreak import line_break_units  # type: ignore[import-untyped]  # 45 ms: not for all

    begins: list[int] = []
    place = used = 0
    for unit in line_break_units(text):
        cells = cell_len(unit.rstrip())
        if used and used + cells > width:
            begins.append(place)
            used = 0
        if cells > width:
            pieces = chop_cells(unit, width)
            for piece in pieces[:-1]:
                place += len(piece)
                begins.append(place)
            unit = pieces[-1]  # the rest goes on like any other unit
            used = 0
        place += len(unit)
        used += cell_len(unit)
    return begins
