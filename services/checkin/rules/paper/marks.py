"""What a photo of a page says of each of its rows: ticked, empty, or doubtful with a reason. Nothing is guessed.

1. The codes that a reader found say where the page lies; a plane is fitted to their corners.
2. Each row's own code is looked for where the plane expects it, and must be recognized there: so a row is what its code
   says, wherever paper bends or another page lies on top. What was recognized improves the plane for the rest.
3. Beside the code stands the box. Its ink is measured against the white around it and the black of the code, so neither
   shade nor exposure matters, and a second time without what is broad, so a shadow's edge is no tick.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

from services.checkin.rules.paper.codes import likeness, pattern_of
from services.checkin.rules.paper.layout import LEFT, ROW_HEIGHT, STRIP_WIDTH, Corner, Line, Square
from services.checkin.rules.paper.merging import CODE_UNSEEN, DOUBTFUL, EMPTY, TICKED, Mark
from services.checkin.rules.paper.plane import Plane, Point, fitted

PIXELS_A_MM = 8
SLACK_MM = 1.75  # how far from the expected place a code is looked for
STRIDE = 4
LIKENESS_MIN, OWN_LIKENESS_MIN = 0.6, 0.5
EDGE_MM = 1.1  # of a box: its line, and what a crooked page moves
CONTRAST_MIN = 40  # grey values between paper and print
SMOOTH_MM, BROAD_MM = 0.3, 1.7
OFF_MM, STRIP_MM = 0.6, 0.8  # how far beside a box paper is looked at, and how much of it
INK_EMPTY_MAX, INK_TICKED_MIN, INK_FILLED = 0.02, 0.05, 0.8
STROKES_EMPTY_MAX, STROKES_TICKED_MIN = 0.03, 0.05
UNEVEN, STROKES_TICKED_UNEVEN_MIN = 0.12, 0.15
STRIP_PIXELS_A_MM = 6


@dataclass(frozen=True)
class Reading:
    """A row as a photo shows it, with a strip of the photo for people to look at where there is one."""

    line: Line
    mark: Mark
    strip: Image.Image | None


@dataclass(frozen=True)
class _Found:
    """A row whose code was recognized: how far it stood from its expected place, and its surroundings, made upright."""

    line: Line
    piece: Image.Image
    shift: tuple[int, int]


Seen = Mapping[Corner | Line, Sequence[Point]]


def marks_on(picture: Image.Image, seen: Seen, *, token: str, lines: Iterable[Line]) -> list[Reading]:
    """Read rows of one page from a grey picture; `seen` gives the pixels of the corners of codes on that page.

    Every line comes back, whatever the photo shows of it.
    """
    wanted, known = list(lines), dict(seen)
    found: dict[Line, _Found] = {}
    plane = _plane_through(known)
    while plane is not None:
        fresh = [row for line in wanted if line not in found and (row := _find(picture, plane, line, token))]
        found |= {row.line: row for row in fresh}
        known |= {row.line: _corners_of(row, plane) for row in fresh}
        if not fresh or len(found) == len(wanted):
            break
        plane = _plane_through(known)
    return [Reading(line, _judged(found.get(line), token), _strip(picture, plane, line)) for line in wanted]


def _plane_through(seen: Seen) -> Plane | None:
    pairs = [pair for what, pixels in seen.items() for pair in zip(what.square.corners, pixels, strict=True)]
    try:
        return fitted(pairs)
    except ValueError:
        return None


def _find(picture: Image.Image, plane: Plane, line: Line, token: str) -> _Found | None:
    """Look for a row's code around its expected place; None if nothing there is like it."""
    left, top, right, bottom = _around(line)
    piece = _upright(picture, plane, (left, top, right, bottom), PIXELS_A_MM)
    side, slack = round(line.square.side * PIXELS_A_MM), round(SLACK_MM * PIXELS_A_MM)
    pattern = pattern_of(line.text(token), side)

    def like(shift: tuple[int, int]) -> float:
        return likeness(_cut(piece, slack + shift[0], slack + shift[1], side, side), pattern)

    coarse = max(_shifts(range(-slack, slack + 1, STRIDE), range(-slack, slack + 1, STRIDE)), key=like)
    near = [range(max(-slack, at - STRIDE + 1), min(slack, at + STRIDE - 1) + 1) for at in coarse]
    shift = max(_shifts(*near), key=like)
    code = _cut(piece, slack + shift[0], slack + shift[1], side, side)
    if likeness(code, pattern) < LIKENESS_MIN or likeness(code, pattern, whole=False) < OWN_LIKENESS_MIN:
        return None
    return _Found(line, piece, shift)


def _shifts(across: Iterable[int], down: Sequence[int]) -> list[tuple[int, int]]:
    return [(x, y) for x in across for y in down]


def _corners_of(row: _Found, plane: Plane) -> list[Point]:
    """Return the pixels of the corners of a code that was recognized."""
    across, down = (moved / PIXELS_A_MM for moved in row.shift)
    square = row.line.square
    return [plane.at(point) for point in Square(square.left + across, square.top + down, square.side).corners]


def _judged(row: _Found | None, token: str) -> Mark:
    if row is None:
        return Mark(DOUBTFUL, CODE_UNSEEN)
    black, whites = _black(row, token), _whites(row)
    white = sum(whites) / len(whites)
    if (contrast := white - black) < CONTRAST_MIN:
        return Mark(DOUBTFUL, "too_dark")
    box = row.line.box
    inside = _cut_out(row, box.left + EDGE_MM, box.top + EDGE_MM, box.side - 2 * EDGE_MM, box.side - 2 * EDGE_MM)
    ink = (white - ImageStat.Stat(inside).mean[0]) / contrast
    strokes = ImageStat.Stat(_without_broad(inside)).mean[0] / contrast
    is_uneven = max(whites) - min(whites) > UNEVEN * contrast
    return _mark_for(ink, strokes, STROKES_TICKED_UNEVEN_MIN if is_uneven else STROKES_TICKED_MIN)


def _mark_for(ink: float, strokes: float, strokes_ticked_min: float) -> Mark:
    """Return what so much ink means, and so much of it in narrow strokes; both are shares of a box that is black all over."""
    if ink < INK_EMPTY_MAX and strokes < STROKES_EMPTY_MAX:
        return Mark(EMPTY)
    if ink >= INK_FILLED:
        return Mark(DOUBTFUL, "filled")
    if ink >= INK_TICKED_MIN and strokes >= strokes_ticked_min:
        return Mark(TICKED)
    return Mark(DOUBTFUL, "faint")


def _black(row: _Found, token: str) -> float:
    """Return the grey of print: what must be dark in the row's code."""
    square = row.line.square
    code = _cut_out(row, square.left, square.top, square.side, square.side)
    return float(ImageStat.Stat(code, pattern_of(row.line.text(token), code.width).dark).mean[0])


def _whites(row: _Found) -> list[float]:
    """Return the grey of paper on the four sides of the box; medians, because a tick may reach beyond its box."""
    box, inner = row.line.box, row.line.box.side - 2 * EDGE_MM
    across, down = box.left + EDGE_MM, box.top + EDGE_MM
    strips = [
        (box.left - OFF_MM - STRIP_MM, down, STRIP_MM, inner), (box.left + box.side + OFF_MM, down, STRIP_MM, inner),
        (across, box.top - OFF_MM - STRIP_MM, inner, STRIP_MM), (across, box.top + box.side + OFF_MM, inner, STRIP_MM),
    ]  # fmt: skip
    return [float(ImageStat.Stat(_cut_out(row, *strip)).median[0]) for strip in strips]


def _without_broad(inside: Image.Image) -> Image.Image:
    """Return how much darker than what is around them narrow things are: a black-hat transform of the smoothed piece."""
    smooth = inside.filter(ImageFilter.GaussianBlur(SMOOTH_MM * PIXELS_A_MM))
    size = round(BROAD_MM * PIXELS_A_MM) | 1
    closed = smooth.filter(ImageFilter.MaxFilter(size)).filter(ImageFilter.MinFilter(size))
    return ImageChops.subtract(closed, smooth)


# --- cutting ---------------------------------------------------------------------------------------------------------

def _around(line: Line) -> tuple[float, float, float, float]:
    """Return what is cut out to read a row: code and box with slack around them (left, top, right, bottom)."""
    square, box = line.square, line.box
    return (square.left - SLACK_MM, square.top - SLACK_MM, box.left + box.side + 2.0 + SLACK_MM, square.top + square.side + SLACK_MM)


def _upright(picture: Image.Image, plane: Plane, where: tuple[float, float, float, float], scale: int) -> Image.Image:
    """Return a rectangle of the page (left, top, right, bottom), as if photographed straight, `scale` pixels a millimetre."""
    left, top, right, bottom = where
    size = (round((right - left) * scale), round((bottom - top) * scale))
    places = [plane.at(point) for point in ((left, top), (left, bottom), (right, bottom), (right, top))]
    return picture.transform(size, Image.Transform.QUAD, [value for place in places for value in place], Image.Resampling.BILINEAR)


def _strip(picture: Image.Image, plane: Plane | None, line: Line) -> Image.Image | None:
    """Return the whole row for people to look at."""
    if plane is None:
        return None
    return _upright(picture, plane, (LEFT, line.top - 1.0, LEFT + STRIP_WIDTH, line.top + ROW_HEIGHT + 1.0), STRIP_PIXELS_A_MM)


def _cut_out(row: _Found, left: float, top: float, width: float, height: float) -> Image.Image:
    """Return a rectangle of the page from a recognized row's surroundings, moved as its code was."""
    from_left, from_top, _, _ = _around(row.line)
    x, y = ((at - start) * PIXELS_A_MM + moved for at, start, moved in zip((left, top), (from_left, from_top), row.shift, strict=True))
    return _cut(row.piece, round(x), round(y), round(width * PIXELS_A_MM), round(height * PIXELS_A_MM))


def _cut(piece: Image.Image, x: int, y: int, width: int, height: int) -> Image.Image:
    return piece.crop((x, y, x + width, y + height))
