"""An issue of the bulletin as one long picture, 1080 px wide, as people read it in a group chat.

Drawn with Pillow, which is there for the reward photos: a page turned into a picture would need a renderer for PDF beside it.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import segno
from flask_babel import gettext

from gateway.issues import Issue
from shared.aside import aside

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

WIDTH, MARGIN, HEIGHT_MAX = 1080, 64, 20_000
QR_SCALE, FOOT_HEIGHT, BULLET_HEIGHT, CLOSING_HEIGHT = 8, 420, 60, 110
FONTS = {False: "NotoSansCJK-Regular.ttc", True: "NotoSansCJK-Bold.ttc"}
SIMPLIFIED = 2
"""Which face of the collection has the forms of simplified Chinese: Japanese, Korean, simplified, traditional, Hong Kong."""
INK, QUIET, GREEN, GOLD, PAPER, WHITE = "#1f1a14", "#4d463c", "#0b4f36", "#ffd45c", "#fffdf7", "#ffffff"
NEVER_FIRST = "，。、；：！？）》」』”’…,.;:!?)"
WORD = re.compile(r"[A-Za-z0-9./:%+-]+|\s|.")


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    size: int
    bold: bool = False
    colour: str = INK
    indent: int = 0


@dataclass(frozen=True)
class Line:
    """A line as it is set: where, how large, in which colour."""

    text: str
    size: int
    bold: bool
    colour: str
    left: int
    above: int


def png_of(issue: Issue, link: str) -> bytes:
    """Return an issue as a PNG with a picture code of its page."""
    words = (gettext("The whole issue is behind this code."), gettext("Names are of people who agreed."), gettext("More is on the page."))
    return aside(_drawn, issue, link, words)


def _drawn(issue: Issue, link: str, words: tuple[str, str, str]) -> bytes:
    from PIL import Image, ImageDraw

    lines, height = [], MARGIN
    for line in _lines(issue):
        height += line.above + round(line.size * 1.5)
        if height > HEIGHT_MAX - FOOT_HEIGHT - CLOSING_HEIGHT:
            height -= line.above + round(line.size * 1.5)
            lines.append(Line(words[2], 40, True, INK, MARGIN, 30))
            height += CLOSING_HEIGHT
            break
        lines.append(line)
    picture = Image.new("RGB", (WIDTH, height + FOOT_HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    _head(draw, issue, lines)
    y = MARGIN
    for line in lines:
        y += line.above
        draw.text((line.left, y), line.text, font=_font(line.size, line.bold), fill=line.colour)
        y += round(line.size * 1.5)
    _foot(picture, draw, height, link, words)
    stored = io.BytesIO()
    picture.quantize(64).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def _head(draw: Any, issue: Issue, lines: list[Line]) -> None:
    """Draw the band behind the lines of the title, which are the white ones."""
    height = MARGIN + sum(line.above + round(line.size * 1.5) for line in lines if line.colour in (WHITE, GOLD)) + 24
    draw.rectangle((0, 0, WIDTH, height), fill=GREEN)
    draw.rectangle((0, height, WIDTH, height + 10), fill=GOLD)


def _foot(picture: Any, draw: Any, top: int, link: str, words: tuple[str, str, str]) -> None:
    from PIL import Image

    stored = io.BytesIO()
    segno.make(link, error="m").save(stored, kind="png", scale=QR_SCALE, border=3)
    code = Image.open(stored).convert("RGB")
    draw.line((MARGIN, top + 40, WIDTH - MARGIN, top + 40), fill="#b9ae9a", width=3)
    picture.paste(code, (MARGIN, top + 70))
    left = MARGIN + code.width + 40
    for at, (text, size, colour) in enumerate(((words[0], 40, INK), (words[1], 32, QUIET))):
        for row, part in enumerate(_wrapped(text, _font(size, bold=not at), WIDTH - MARGIN - left)):
            draw.text((left, top + 90 + at * 140 + row * round(size * 1.5)), part, font=_font(size, bold=not at), fill=colour)


def _lines(issue: Issue) -> Iterator[Line]:
    yield from _set(issue.unit, Style(44, colour=GOLD), above=0)
    yield from _set(issue.title, Style(72, bold=True, colour=WHITE), above=0)
    yield from _set(issue.days, Style(40, colour=WHITE), above=8)
    for at, text in enumerate([*issue.foreword, *issue.summary]):
        yield from _set(text, Style(42, bold=text in issue.summary), above=14 if at else 70)
    for part in issue.parts:
        yield from _set(part.title, Style(52, bold=True, colour=GREEN), above=46)
        for text in part.lines:
            yield Line("•", 40, True, GREEN, MARGIN, 14)
            yield from _set(text, Style(40, indent=44), above=-BULLET_HEIGHT)


def _set(text: str, style: Style, *, above: int) -> list[Line]:
    rows = _wrapped(text, _font(style.size, style.bold), WIDTH - 2 * MARGIN - style.indent)
    return [Line(row, style.size, style.bold, style.colour, MARGIN + style.indent, 0 if at else above) for at, row in enumerate(rows)]


def _wrapped(text: str, font: "FreeTypeFont", width: int) -> list[str]:
    """Return the lines of a text: words of letters stay whole where they fit, and no line begins with a mark that ends something."""
    rows = [""]
    for word in _fitting(text, font, width):
        fits = font.getlength(rows[-1] + word) <= width
        if fits or (word in NEVER_FIRST and rows[-1]):
            rows[-1] += word
        else:
            rows.append("" if word.isspace() else word)
    return rows


def _fitting(text: str, font: "FreeTypeFont", width: int) -> Iterator[str]:
    """Yield the words of a text; one that is wider than a line comes in its characters."""
    for word in WORD.findall(text):
        yield from [word] if font.getlength(word) <= width else word


@cache
def _font(size: int, bold: bool) -> "FreeTypeFont":
    """Return the font that the printed pages have too (fonts-noto-cjk), found by its name."""
    from PIL import ImageFont

    return ImageFont.truetype(FONTS[bold], size, index=SIMPLIFIED)
