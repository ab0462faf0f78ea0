"""People's pens and people's phones: marks on a printed page, and photos of it as bad as they come."""

import io
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from services.checkin.rules.paper import Corner, Line, Square
from services.checkin.rules.paper.codes import pattern_of
from services.checkin.rules.paper.plane import Plane, Point, fitted

DPI = 200
PIXELS_A_MM = DPI / 25.4
A4 = (round(210 * PIXELS_A_MM), round(297 * PIXELS_A_MM))
PAPER = 235  # the grey of paper
TABLE_SHARE = 0.12  # of the page's width and height, seen around it
MARKS = ("tick", "cross", "scribble", "stroke")


@dataclass(frozen=True)
class Shot:
    """How a photo is taken; lengths in pixels of the finished photo, angles in degrees, shares of one."""

    seed: int = 0
    long_side: int = 3000
    turn: float = 4.0
    quarter_turns: int = 0
    tilt: float = 0.04
    blur: float = 0.8
    noise: float = 6.0
    shade: float = 0.35
    shadow: bool = False
    bend_mm: float = 0.0
    quality: int = 75
    table: int = field(default=90)


def pages_of(pdf: bytes) -> list[Image.Image]:
    """Return the pages of a PDF as a printer would put them on paper, in grey."""
    return [page.render(scale=DPI / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf)]


def scanned(token: str, ticks: Mapping[int, str], *, lines: Sequence[Line]) -> bytes:
    """Return a JPEG of what a reader needs of a page, as flat as from a scanner: codes and boxes, with marks in some."""
    page = Image.new("L", A4, PAPER)
    for corner in (Corner(lines[0].page, number) for number in range(4)):
        _printed(page, corner.square, corner.text(token))
    for line in lines:
        _printed(page, line.square, line.text(token))
        left, top, side = (length * PIXELS_A_MM for length in (line.box.left, line.box.top, line.box.side))
        ImageDraw.Draw(page).rectangle((left, top, left + side, top + side), outline=0, width=4)
        marked(page, line, ticks.get(line.number, ""), random.Random(line.number))
    target = io.BytesIO()
    page.save(target, "JPEG", quality=85)
    return target.getvalue()


def _printed(page: Image.Image, square: Square, text: str) -> None:
    side = round(square.side * PIXELS_A_MM)
    code = pattern_of(text, side).drawn.point([min(PAPER, value) for value in range(256)])
    page.paste(code, (round(square.left * PIXELS_A_MM), round(square.top * PIXELS_A_MM)))


def marked(page: Image.Image, line: Line, kind: str, chance: random.Random) -> None:
    """Draw somebody's mark into the box of a row: a kind of MARKS, or `dot` or `black`, with a pen or a soft pencil."""
    box = line.box
    left, top, side = (length * PIXELS_A_MM for length in (box.left, box.top, box.side))
    draw, grey = ImageDraw.Draw(page), chance.randint(0, 120)
    width = max(2, round(chance.uniform(0.35, 0.9) * PIXELS_A_MM))

    def at(x: float, y: float) -> Point:
        return (left + (x + chance.uniform(-0.07, 0.07)) * side, top + (y + chance.uniform(-0.07, 0.07)) * side)

    strokes: dict[str, list[list[Point]]] = {
        "tick": [[at(0.12, 0.5), at(0.4, 0.86), at(1.0, 0.0)]],
        "cross": [[at(0.15, 0.15), at(0.85, 0.85)], [at(0.85, 0.15), at(0.15, 0.85)]],
        "scribble": [[at(0.12 + 0.09 * step, 0.2 if step % 2 else 0.8) for step in range(9)]],
        "stroke": [[at(0.2, 0.85), at(0.8, 0.15)]],
    }
    for stroke in strokes.get(kind, []):
        draw.line(stroke, fill=grey, width=width, joint="curve")
    if kind == "dot":
        x, y = at(0.5, 0.5)
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=60)
    if kind == "black":
        draw.rectangle((left, top, left + side, top + side), fill=25)


def photographed(page: Image.Image, shot: Shot) -> bytes:
    """Return a JPEG of a page on a table."""
    chance = random.Random(shot.seed)
    paper = _bent(page, shot.bend_mm * PIXELS_A_MM)
    around = (round(page.width * TABLE_SHARE), round(page.height * TABLE_SHARE))
    scene = Image.new("L", (page.width + 2 * around[0], page.height + 2 * around[1]), shot.table)
    scene.paste(paper, around)
    seen = _through_lens(scene, shot, chance)
    seen = ImageChops.multiply(seen, _light(seen.size, shot, chance))
    seen = seen.filter(ImageFilter.GaussianBlur(shot.blur))
    seen = ImageChops.add(seen, Image.effect_noise(seen.size, shot.noise), scale=1, offset=-128)
    target = io.BytesIO()
    seen.rotate(90 * shot.quarter_turns, expand=True).save(target, "JPEG", quality=shot.quality)
    return target.getvalue()


def _bent(page: Image.Image, depth: float) -> Image.Image:
    """Return a page that was folded in the middle once: its rows rise and fall sideways by `depth` pixels."""
    if not depth:
        return page
    step = 40
    mesh = []
    for top in range(0, page.height, step):
        bottom = min(top + step, page.height)
        above, below = (depth * math.sin(2 * math.pi * y / page.height) for y in (top, bottom))
        corners = (above, top, below, bottom, page.width + below, bottom, page.width + above, top)
        mesh.append(((0, top, page.width, bottom), corners))
    return page.transform(page.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=255)


def _through_lens(scene: Image.Image, shot: Shot, chance: random.Random) -> Image.Image:
    """Return the scene turned, tilted and reduced."""
    width, height = scene.size
    size = (round(width * shot.long_side / height), shot.long_side)
    angle = math.radians(chance.choice((-1, 1)) * shot.turn)

    def moved(x: float, y: float) -> Point:
        across, down = x - width / 2, y - height / 2
        away = [chance.uniform(-shot.tilt, shot.tilt) * length for length in (width, height)]
        return (
            width / 2 + across * math.cos(angle) - down * math.sin(angle) + away[0],
            height / 2 + across * math.sin(angle) + down * math.cos(angle) + away[1],
        )

    places = [(0.0, 0.0), (float(size[0]), 0.0), (float(size[0]), float(size[1])), (0.0, float(size[1]))]
    sources = [moved(0, 0), moved(width, 0), moved(width, height), moved(0, height)]
    smooth = scene.filter(ImageFilter.GaussianBlur(0.35 * height / shot.long_side))
    return smooth.transform(
        size, Image.Transform.PERSPECTIVE, _coefficients(fitted(zip(places, sources, strict=True))), Image.Resampling.BICUBIC,
        fillcolor=shot.table,
    )  # fmt: skip


def _coefficients(plane: Plane) -> Sequence[float]:
    """Return a plane's map as Pillow wants it: for plain pixels, not scaled points."""
    a, b, c, d, e, f, g, h = plane.coefficients
    return (a * 10, b * 10, c * 1000, d * 10, e * 10, f * 1000, g / 100, h / 100)


def _light(size: tuple[int, int], shot: Shot, chance: random.Random) -> Image.Image:
    """Return the light on the table: fading to one side, and behind a hand's edge if there is one."""
    fading = Image.linear_gradient("L").rotate(chance.uniform(0, 360), fillcolor=128).resize(size)
    light = fading.point([round(255 * (1 - shot.shade) + shot.shade * value) for value in range(256)])
    if shot.shadow:
        hand = Image.new("L", size, 255)
        edge = [(chance.uniform(-0.2, 0.9) * size[0], chance.uniform(0, 0.7) * size[1]) for _ in range(3)]
        ImageDraw.Draw(hand).polygon([*edge, (chance.uniform(0.1, 0.6) * size[0], 1.1 * size[1])], fill=chance.randint(120, 170))
        light = ImageChops.multiply(light, hand.filter(ImageFilter.GaussianBlur(chance.uniform(1, 14))))
    return light
