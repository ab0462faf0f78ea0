"""A line chart as an SVG picture: a page shows it with <img> and puts the same numbers in a table below.

pygal was tried: it hooks into Python's import system, which then warns at every import that fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 900, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 20, 90
GRID_LINES = 4
LABELS_MAX = 7
INK, LINE = "#1f1a14", "#d8d0c0"


@dataclass(frozen=True)
class Series:
    """One line: its name, its numbers from left to right, its colour and the dashes that tell it apart without colour."""

    name: str
    numbers: Sequence[int]
    colour: str
    dashes: str = ""


def line_chart(labels: Sequence[str], series: Sequence[Series]) -> str:
    """Return the picture of `series` over `labels`, as SVG."""
    top = _round_top(max((number for one in series for number in one.numbers), default=0))
    parts = [*_grid(top), *_labels(labels)]
    for at, one in enumerate(series):
        parts += _line(one, top), _legend(one, at, len(series))
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="18">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{body}</svg>'
    )


def _round_top(highest: int) -> int:
    """Return the smallest multiple of GRID_LINES that is not below `highest`."""
    return max(GRID_LINES, -(-highest // GRID_LINES) * GRID_LINES)


def _x(at: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (at / max(1, count - 1))


def _y(number: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * number / top


def _grid(top: int) -> list[str]:
    rows = []
    for step in range(GRID_LINES + 1):
        number = top * step // GRID_LINES
        y = _y(number, top)
        rows.append(f'<path d="M{LEFT} {y:.0f}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        rows.append(_text(LEFT - 10, y + 6, str(number), anchor="end"))
    return rows


def _labels(labels: Sequence[str]) -> list[str]:
    every, y = -(-len(labels) // LABELS_MAX) or 1, HEIGHT - BOTTOM + 26
    shown = [(at, label) for at, label in enumerate(labels) if at % every == 0]
    return [_text(_x(at, len(labels)), y, label, anchor=_anchor(at, len(labels))) for at, label in shown]


def _text(x: float, y: float, words: str, *, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{INK}" font-size="16">{escape(words)}</text>'


def _anchor(at: int, count: int) -> str:
    return "start" if at == 0 else "end" if at == count - 1 else "middle"


def _line(one: Series, top: int) -> str:
    points = " ".join(f"{_x(at, len(one.numbers)):.1f},{_y(number, top):.1f}" for at, number in enumerate(one.numbers))
    if len(one.numbers) == 1:  # a line of one point would not be seen
        return f'<circle cx="{_x(0, 1):.1f}" cy="{_y(one.numbers[0], top):.1f}" r="7" fill="{one.colour}"/>'
    return f'<polyline points="{points}" fill="none" stroke="{one.colour}" stroke-width="4" stroke-dasharray="{one.dashes}"/>'


def _legend(one: Series, at: int, count: int) -> str:
    x, y = LEFT + (WIDTH - LEFT) * at // max(1, count), HEIGHT - 24
    return (
        f'<path d="M{x} {y - 6}h40" stroke="{one.colour}" stroke-width="4" stroke-dasharray="{one.dashes}"/>'
        f'<text x="{x + 50}" y="{y}" fill="{INK}">{escape(one.name)}</text>'
    )
