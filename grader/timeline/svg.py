"""A recording as an SVG picture: no script, no font to load; every shape says in a tooltip what it is."""

from __future__ import annotations

from html import escape  # xml.sax's would import an HTTP client
from typing import TYPE_CHECKING

from grader.bridge.simulation.recording import End, State
from grader.locale import _
from grader.text import columns, printable
from grader.timeline import scale, words
from grader.timeline.terminal import fit

if TYPE_CHECKING:
    from grader.bridge.simulation.recording import Recording, Row, Span

ROW, BAR = 30, 14
LEFT, CHART, RIGHT = 250, 760, 170
"""Pixels for titles (at most), the chart, and what stands behind a row (at most)."""
TOP, TITLE = 64, 34
LETTER = 6.2
"""Pixels that a column of 11-pixel text takes: an upper bound, so that labels stay inside."""
COLOURS = {
    End.finished: "#2e7d32",
    End.cancelled: "#b26a00",
    End.failed: "#c62828",
    End.pending: "#616161",
}
STYLE = """
    .timeline text { font: 11px ui-sans-serif, system-ui, 'Noto Sans', 'Noto Sans SC', sans-serif; fill: #222 }
    .timeline .title { font-size: 15px; font-weight: 600 }
    .timeline .heading { font-size: 12px; font-weight: 600; fill: #555 }
    .timeline .axis { fill: #666 }
    .timeline .grid { stroke: #e4e4e4 }
    .timeline .waits { fill: #cfe3f7 }
    .timeline .band { fill: #d32f2f; opacity: 0.09 }
    .timeline .blocks { fill: #d32f2f }
    .timeline .inside { fill: #35566f; font-size: 10px }
    .timeline .blocks-label { fill: #fff; font-size: 10px; font-weight: 600 }
    .timeline .runs { stroke: #1565c0; stroke-width: 2 }
"""
"""Scoped, so that a picture can stand in a page."""


def draw(recording: Recording, *, headline: bool = True) -> str:
    """The whole document, ending with a newline. Without `headline`, how the run ended is said in a tooltip only."""
    body: list[str] = []
    left, right = _margins(recording)
    top = TOP if headline else TOP - TITLE
    y = top
    for heading, rows in ((_("Tasks"), recording.tasks), (_("Threads"), recording.threads)):
        if rows:
            body.append(_text(12, y + 4, heading, "heading"))
            y += 12
            body += [
                _band(span, recording.end, y, len(rows), left)
                for row in rows
                for span in row.spans
                if blocks(span)
            ]
            for row in rows:
                body += _row(row, recording.end, y, left)
                y += ROW
            y += 18
    bottom = y - 8
    grid = _grid(recording.end, top, bottom, left)
    y = bottom + 40
    notes = [*words.blocked(recording), *words.waits(recording)]
    body += [_text(12, y + 18 * i, note, "") for i, note in enumerate(notes)]
    y += 18 * len(notes)
    longest = max((columns(note) for note in notes), default=0)
    width = max(left + CHART + right, min(LEFT + CHART + RIGHT, 24 + round(longest * LETTER)))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 24}" '
        f'viewBox="0 0 {width} {y + 24}" role="img" class="timeline">'
    )
    parts = [
        head,
        f"  <title>{_safe(words.outcome(recording))}</title>",
        f"  <style>{STYLE}  </style>",
        f'  <rect width="{width}" height="{y + 24}" fill="#fff"/>',
        *(["  " + _text(12, 26, words.outcome(recording), "title")] if headline else []),
        *(f"  {line}" for line in [*grid, *body, *_legend(recording, y + 8, left)]),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(row: Row, end: int, y: int, left: int) -> list[str]:
    title = words.title(row)
    shapes = [_text(20, y + 15, fit(title, 36).rstrip(), "", tooltip=title)]
    shapes += [_span(span, end, y, left) for span in row.spans]
    for instant in row.steps:
        x = _x(instant, end, left)
        shapes.append(f'<line class="runs" x1="{x}" y1="{y + 3}" x2="{x}" y2="{y + 3 + BAR}"/>')
    x, colour = _x(row.end, end, left), COLOURS[row.ended]
    centre = y + 3 + BAR // 2
    if row.ended is End.finished:
        shapes.append(f'<circle cx="{x}" cy="{centre}" r="5" fill="{colour}"/>')
    elif row.ended is not End.pending:
        cross = f"M{x - 5} {centre - 5}l10 10m0 -10l-10 10"
        shapes.append(f'<path d="{cross}" stroke="{colour}" stroke-width="3" fill="none"/>')
    ending = _safe(fit(words.ending(row), 25).rstrip())
    shapes.append(f'<text x="{left + CHART + 14}" y="{y + 15}" style="fill:{colour}">{ending}</text>')
    return shapes


def _span(span: Span, end: int, y: int, left: int) -> str:
    x, right = _x(span.begin, end, left), _x(span.end, end, left)
    width = max(1, right - x)
    what = words.what(span)
    seconds = f"{scale.label(span.begin)}-{scale.label(span.end)} s"
    tooltip = f"<title>{_safe(f'{what} ({seconds})' if what else seconds)}</title>"
    box = f'x="{x}" y="{y + 3}" width="{width}" height="{BAR}"'
    rect = f'<rect class="{span.state}" {box} rx="2">{tooltip}</rect>'
    for text in (what, printable(span.what, limit=60), f":{span.line}" if blocks(span) and span.line else ""):
        if text and columns(text) * LETTER + 10 <= width:
            label = "blocks-label" if blocks(span) else "inside"
            return rect + _text(x + 6, y + 14, text, label)
    return rect


def blocks(span: Span) -> bool:
    return span.state is State.blocks


def _band(span: Span, end: int, y: int, rows: int, left: int) -> str:
    """While a loop is blocked, all of its tasks are."""
    x = _x(span.begin, end, left)
    width = max(1, _x(span.end, end, left) - x)
    return f'<rect class="band" x="{x}" y="{y - 4}" width="{width}" height="{rows * ROW}"/>'


def _grid(end: int, top: int, bottom: int, left: int) -> list[str]:
    shapes = []
    for instant in scale.ticks(end, 10):
        x = _x(instant, end, left)
        shapes.append(f'<line class="grid" x1="{x}" y1="{top - 16}" x2="{x}" y2="{bottom}"/>')
        label = f"{scale.label(instant)} s"
        shapes.append(f'<text class="axis" x="{x}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
    return shapes


def _legend(recording: Recording, y: int, left: int) -> list[str]:
    """What the shapes mean, of those that are there."""
    x = left
    shapes = []
    states = {span.state for row in recording.rows for span in row.spans}
    entries = (
        (
            any(row.steps for row in recording.rows),
            '<line class="runs" x1="{0}" y1="{2}" x2="{0}" y2="{1}"/>',
            _("runs"),
        ),
        (State.waits in states, '<rect class="waits" x="{0}" y="{2}" width="10" height="10"/>', _("waits")),
        (
            State.blocks in states,
            '<rect class="blocks" x="{0}" y="{2}" width="10" height="10"/>',
            _("blocks the event loop"),
        ),
    )
    for is_there, shape, text in entries:
        if is_there:
            shapes.append(shape.format(x, y, y - 9) + _text(x + 16, y, text, ""))
            x += round(columns(text) * LETTER) + 40
    return shapes


def _margins(recording: Recording) -> tuple[int, int]:
    """Pixels beside the chart: as many as the longest title and the longest ending take."""
    titles = max((columns(words.title(row)) for row in recording.rows), default=0)
    endings = max((columns(words.ending(row)) for row in recording.rows), default=0)
    return min(LEFT, 40 + round(titles * LETTER)), min(RIGHT, 30 + round(endings * LETTER))


def _x(instant: int, end: int, left: int) -> int:
    return left + scale.place(instant, end, CHART)


def _text(x: int, y: int, text: str, kind: str, *, tooltip: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    inner = f"<title>{_safe(tooltip)}</title>" if tooltip and tooltip != text else ""
    return f'<text x="{x}" y="{y}"{style}>{inner}{_safe(text)}</text>'


def _safe(text: str) -> str:
    """Escaped, and without what XML 1.0 cannot hold."""
    return escape(
        "".join(
            c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe")
        ),
        quote=False,
    )
