"""Where things stand on paper, what codes say, how a page lies in a picture, and what photos and people together say of a row."""

import random

import pytest

from services.checkin.rules.paper import ROWS_MAX, Corner, Line, Mark, Standing, lines_of, meaning_of
from services.checkin.rules.paper.layout import CORNER_PLACES, CORNER_SIDE, FIRST_ROW_TOP, ROW_HEIGHT, ROWS_A_PAGE
from services.checkin.rules.paper.merging import merged, standings_of
from services.checkin.rules.paper.plane import fitted

TOKEN = "7K3MX2QA5T"
TICKED, EMPTY, FAINT = Mark("ticked"), Mark("empty"), Mark("doubtful", "faint")
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
QUIET_MODULES, MODULES = 4, 21


@pytest.mark.parametrize("what", [Corner(0, 0), Corner(9, 3), Line(1), Line(20), Line(21), Line(ROWS_MAX)])
def test_a_code_means_what_it_was_printed_for(what: Corner | Line) -> None:
    text = what.text(TOKEN)
    assert meaning_of(text) == (TOKEN, what)
    assert len(text) <= 16  # what a code of version 1 holds at level Q


@pytest.mark.parametrize("rest", ["", "000", "201", "C04", "CC0", "0011", "01"])
def test_no_other_row_or_corner_is_meant(rest: str) -> None:
    assert meaning_of(f"GB{TOKEN}{rest}") is None


@pytest.mark.parametrize("text", ["", "https://example.org", f"gb{TOKEN}001", f"GB{TOKEN[1:]}001", f" GB{TOKEN}001"])
def test_no_other_code_means_anything(text: str) -> None:
    assert meaning_of(text) is None


def test_rows_stand_between_the_corners_and_boxes_beside_their_codes() -> None:
    last = Line(ROWS_A_PAGE)
    assert CORNER_PLACES[0][1] + CORNER_SIDE < FIRST_ROW_TOP
    assert last.top + ROW_HEIGHT < CORNER_PLACES[2][1]
    assert CORNER_PLACES[2][0] + CORNER_SIDE < PAGE_WIDTH
    assert CORNER_PLACES[2][1] + CORNER_SIDE < PAGE_HEIGHT
    for line in (Line(1), last):
        module = line.square.side / MODULES
        assert line.box.left - line.square.left - line.square.side >= QUIET_MODULES * module
        assert line.top < line.box.top
        assert line.box.top + line.box.side < line.top + ROW_HEIGHT


@pytest.mark.parametrize(("rows", "pages"), [(1, [1]), (20, [20]), (21, [20, 1]), (55, [20, 20, 15])])
def test_every_row_stands_on_one_page(rows: int, pages: list[int]) -> None:
    numbers = [[line.number for line in lines_of(page, rows=rows)] for page in range(len(pages))]
    assert [len(page) for page in numbers] == pages
    assert [number for page in numbers for number in page] == list(range(1, rows + 1))
    assert all(line.page == page for page in range(len(pages)) for line in lines_of(page, rows=rows))
    assert lines_of(len(pages), rows=rows) == []


def test_a_plane_is_found_from_four_points_and_from_many_inexact_ones() -> None:
    def seen(x: float, y: float) -> tuple[float, float]:
        depth = 1 + 0.0004 * x - 0.0003 * y
        return (9.0 * x - 1.2 * y + 140) / depth, (1.1 * x + 8.7 * y + 90) / depth

    chance = random.Random(5)
    corners = [(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0)]
    exact = fitted((point, seen(*point)) for point in corners)
    assert exact.at((105.0, 148.0)) == pytest.approx(seen(105.0, 148.0), abs=1e-6)

    points = [(chance.uniform(0, 210), chance.uniform(0, 297)) for _ in range(200)]
    near = fitted((point, tuple(value + chance.gauss(0, 1) for value in seen(*point))) for point in points)
    assert near.at((30.0, 40.0)) == pytest.approx(seen(30.0, 40.0), abs=1.0)


@pytest.mark.parametrize("points", [[], [(1.0, 1.0)] * 4, [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]])
def test_points_that_determine_no_plane_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="plane"):
        fitted((point, point) for point in points)


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ([], None), ([TICKED], TICKED), ([FAINT, TICKED], TICKED), ([EMPTY, FAINT], EMPTY), ([TICKED, TICKED], TICKED),
        ([TICKED, EMPTY], Mark("doubtful", "photos_differ")), ([FAINT, Mark("doubtful", "too_dark")], Mark("doubtful", "too_dark")),
    ],
)  # fmt: skip
def test_what_several_photos_say(marks: list[Mark], told: Mark | None) -> None:
    assert merged(marks) == told


def test_a_row_stands_as_its_photos_say_until_somebody_decides() -> None:
    residents = ["a", "b", "c", "d", None, None, "e"]
    marks = {1: [TICKED], 2: [EMPTY], 3: [FAINT], 5: [TICKED], 6: [EMPTY], 7: [TICKED]}
    assert standings_of(residents, marks, {}) == [
        Standing(1, "a", "came"), Standing(2, "b", "absent"), Standing(3, "c", "needs_decision", "faint"), Standing(4, "d", "unseen"),
        Standing(5, None, "needs_decision", "who"), Standing(6, None, "absent"), Standing(7, "e", "came"),
    ]  # fmt: skip
    decided = {3: {"came": True}, 4: {"came": True}, 5: {"came": True, "resident_id": "w"}, 7: {"came": False}}
    told = {row.row: (row.status, row.resident_id) for row in standings_of(residents, marks, decided)}
    assert told == {
        1: ("came", "a"), 2: ("absent", "b"), 3: ("came", "c"), 4: ("came", "d"), 5: ("came", "w"), 6: ("absent", None),
        7: ("absent", "e"),
    }  # fmt: skip
