"""A line chart as an SVG picture: a page shows it with <img> and puts the same numbers in a table below.

pygal was tried: it hooks into Python's import system, which then warns at every import that fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

LEFT, RIGHT, TOP, FOOT = 84, 20, 20, 40
LEGEND_LINE, TEXT = 28, 18
GRID_LINES = 4
INK, LINE = "#1f1a14", "#d8d0c0"


@dataclass(frozen=True)
class Frame:
    """How wide the picture is, how high its lines may go, and how many labels fit below them. Its text keeps its size."""

    width: int
    rise: int
    labels_max: int

    @property
    def right(self) -> int:
        """Where the lines end."""
        return self.width - RIGHT

    @property
    def floor(self) -> int:
        """Where zero is."""
        return TOP + self.rise


WIDE, NARROW = Frame(width=900, rise=310, labels_max=6), Frame(width=330, rise=220, labels_max=2)
FRAMES = {"narrow": NARROW}
"""A phone is not shown the wide picture made small: nobody could read it."""


@dataclass(frozen=True)
class Series:
    """One line: its name, its numbers from left to right, its colour and the dashes that tell it apart without colour."""

    name: str
    numbers: Sequence[int]
    colour: str
    dashes: str = ""


def line_chart(labels: Sequence[str], series: Sequence[Series], *, frame: str = "") -> str:
    """Return the picture of `series` over `labels`, as SVG; `frame` is narrow, or anything else for the wide one."""
    space = FRAMES.get(frame, WIDE)
    top = _round_top(max((number for one in series for number in one.numbers), default=0))
    parts = [*_grid(space, top), *_labels(space, labels)]
    for at, one in enumerate(series):
        parts += _line(space, one, top), _legend(space, one, at)
    body, height = "".join(parts), space.floor + FOOT + LEGEND_LINE * len(series)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {space.width} {height}" font-family="sans-serif" font-size="{TEXT}">'
        f'<rect width="{space.width}" height="{height}" fill="#fff"/>{body}</svg>'
    )


def _round_top(highest: int) -> int:
    """Return the smallest multiple of GRID_LINES that is not below `highest`."""
    return max(GRID_LINES, -(-highest // GRID_LINES) * GRID_LINES)


def _x(space: Frame, at: int, count: int) -> float:
    return LEFT + (space.right - LEFT) * (at / max(1, count - 1))


def _y(space: Frame, number: float, top: int) -> float:
    return space.floor - space.rise * number / top


def _grid(space: Frame, top: int) -> list[str]:
    rows = []
    for step in range(GRID_LINES + 1):
        number = top * step // GRID_LINES
        y = _y(space, number, top)
        rows.append(f'<path d="M{LEFT} {y:.0f}H{space.right}" stroke="{LINE}"/>')
        rows.append(_text(LEFT - 8, y + 6, str(number), anchor="end"))
    return rows


def _labels(space: Frame, labels: Sequence[str]) -> list[str]:
    """Write the first and the last label, and between them as many as fit."""
    count, fitting = len(labels), min(len(labels), space.labels_max)
    shown = sorted({round(step * (count - 1) / max(1, fitting - 1)) for step in range(fitting)})
    return [_text(_x(space, at, count), space.floor + 26, labels[at], anchor=_anchor(at, count)) for at in shown]


def _text(x: float, y: float, words: str, *, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'


def _anchor(at: int, count: int) -> str:
    return "start" if at == 0 else "end" if at == count - 1 else "middle"


def _line(space: Frame, one: Series, top: int) -> str:
    places = [(_x(space, at, len(one.numbers)), _y(space, number, top)) for at, number in enumerate(one.numbers)]
    if len(places) == 1:  # a line of one point would not be seen
        return f'<circle cx="{places[0][0]:.1f}" cy="{places[0][1]:.1f}" r="7" fill="{one.colour}"/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{points}" fill="none" stroke="{one.colour}" stroke-width="4" stroke-dasharray="{one.dashes}"/>'


def _legend(space: Frame, one: Series, at: int) -> str:
    y = space.floor + FOOT + LEGEND_LINE * at + 14
    return (
        f'<path d="M20 {y - 6}h40" stroke="{one.colour}" stroke-width="4" stroke-dasharray="{one.dashes}"/>'
        f'<text x="70" y="{y}" fill="{INK}">{escape(one.name)}</text>'
    )
