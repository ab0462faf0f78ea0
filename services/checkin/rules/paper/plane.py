"""How a flat page lies in a picture: the projective map from millimetres on paper to pixels.

Fitted by least squares to four or more pairs of points (Hartley and Zisserman, Multiple View Geometry, 4.1, with the last
coefficient set to one: a photographed page never has its origin at infinity).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

PAPER_SCALE, PIXEL_SCALE = 100.0, 1000.0  # keep the normal equations near one
SINGULAR = 1e-12
UNKNOWNS = 8


@dataclass(frozen=True)
class Plane:
    """The eight coefficients of the map, for scaled points."""

    coefficients: tuple[float, ...]

    def at(self, point: Point) -> Point:
        """Return the pixel at which a point of the page is seen."""
        a, b, c, d, e, f, g, h = self.coefficients
        x, y = point[0] / PAPER_SCALE, point[1] / PAPER_SCALE
        depth = g * x + h * y + 1.0
        return (a * x + b * y + c) / depth * PIXEL_SCALE, (d * x + e * y + f) / depth * PIXEL_SCALE


def fitted(pairs: Iterable[tuple[Point, Point]]) -> Plane:
    """Return the plane that fits pairs of (point on paper, pixel) best; ValueError where they do not determine one."""
    normal = [[0.0] * UNKNOWNS for _ in range(UNKNOWNS)]
    right = [0.0] * UNKNOWNS
    for equation, wanted in _equations(pairs):
        for i, factor in enumerate(equation):
            right[i] += factor * wanted
            for j, other in enumerate(equation):
                normal[i][j] += factor * other
    return Plane(tuple(_solved(normal, right)))


def _equations(pairs: Iterable[tuple[Point, Point]]) -> Iterable[tuple[list[float], float]]:
    for (paper_x, paper_y), (pixel_x, pixel_y) in pairs:
        x, y, u, v = paper_x / PAPER_SCALE, paper_y / PAPER_SCALE, pixel_x / PIXEL_SCALE, pixel_y / PIXEL_SCALE
        yield [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u
        yield [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a square system by elimination with pivots; ValueError if it is singular."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        if abs(rows[at][at]) < SINGULAR:
            raise ValueError("the points do not determine a plane")
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(len(rows)):
            if other != at and (factor := rows[other][at]):
                rows[other] = [value - factor * own for value, own in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]
