"""Where everything stands on a page of a printed sign-in sheet, and what its codes say.

All lengths are millimetres, from the top left corner of an A4 page. Whoever prints and whoever reads go by this file alone.

A page has a code in each corner, large enough to be read from a poor photo, and a small one in each row with the tick box
beside it. A code says `GB`, the sheet's token and what it stands for, and is a QR code of version 1 (21 × 21 modules,
correction level Q, which mends a quarter of it).
"""

import re
from dataclasses import dataclass

ROWS_A_PAGE, PAGES_MAX = 20, 10
ROWS_MAX = ROWS_A_PAGE * PAGES_MAX
MODULES = 21
LEVEL = "q"
TOKEN_CHARACTERS = 10

CORNER_SIDE = 16.0
CORNER_PLACES = ((12.0, 12.0), (182.0, 12.0), (182.0, 271.0), (12.0, 271.0))
FIRST_ROW_TOP, ROW_HEIGHT = 36.0, 11.6
CODE_LEFT, CODE_SIDE = 20.0, 8.8
BOX_LEFT, BOX_SIDE = 32.0, 7.6
LEFT, STRIP_WIDTH = 12.0, 110.0  # of a row, what people are shown to decide by: number, code, box and name

_CODE = re.compile(rf"GB(?P<token>[A-Z2-7]{{{TOKEN_CHARACTERS}}})(?:C(?P<page>\d)(?P<corner>[0-3])|(?P<row>\d{{3}}))")


@dataclass(frozen=True)
class Square:
    """An upright square on the page."""

    left: float
    top: float
    side: float

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Return its corners from the top left one, clockwise."""
        right, bottom = self.left + self.side, self.top + self.side
        return ((self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom))


@dataclass(frozen=True)
class Corner:
    """The code in a corner of a page: pages from 0, corners from the top left one, clockwise."""

    page: int
    number: int

    @property
    def square(self) -> Square:
        """Return where the code stands."""
        return Square(*CORNER_PLACES[self.number], CORNER_SIDE)

    def text(self, token: str) -> str:
        """Return what the code says."""
        return f"GB{token}C{self.page}{self.number}"


@dataclass(frozen=True)
class Line:
    """One row of a sheet, numbered from 1 through all of its pages."""

    number: int

    @property
    def page(self) -> int:
        """Return the page that it stands on, from 0."""
        return (self.number - 1) // ROWS_A_PAGE

    @property
    def top(self) -> float:
        """Return where the row begins."""
        return FIRST_ROW_TOP + (self.number - 1) % ROWS_A_PAGE * ROW_HEIGHT

    @property
    def square(self) -> Square:
        """Return where its code stands."""
        return Square(CODE_LEFT, self.top + (ROW_HEIGHT - CODE_SIDE) / 2, CODE_SIDE)

    @property
    def box(self) -> Square:
        """Return where its tick box stands, edges included."""
        return Square(BOX_LEFT, self.top + (ROW_HEIGHT - BOX_SIDE) / 2, BOX_SIDE)

    def text(self, token: str) -> str:
        """Return what its code says."""
        return f"GB{token}{self.number:03d}"


def lines_of(page: int, *, rows: int) -> list[Line]:
    """Return the lines on a page (from 0) of a sheet that has so many rows."""
    return [Line(number) for number in range(page * ROWS_A_PAGE + 1, min((page + 1) * ROWS_A_PAGE, rows) + 1)]


def meaning_of(text: str) -> tuple[str, Corner | Line] | None:
    """Return a code's token and what it stands for; None if it is none of ours."""
    if (told := _CODE.fullmatch(text)) is None:
        return None
    if told["row"]:
        return (told["token"], Line(int(told["row"]))) if 0 < int(told["row"]) <= ROWS_MAX else None
    return told["token"], Corner(int(told["page"]), int(told["corner"]))
