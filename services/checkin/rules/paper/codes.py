"""The codes of a sheet as patterns: what a code that one knows should look like, and how well a piece of a picture agrees."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import sqrt

import segno
from PIL import Image, ImageChops, ImageFilter, ImageStat

from services.checkin.rules.paper.layout import LEVEL, MODULES

FINDER = 9  # modules of a finder pattern with its margin and format bits: the same in every code
TIMING = 6
SOFT_SHARE = 0.45  # of a module: lenses and paper soften edges
DARK, LIGHT = 60, 195
EVEN_VARIANCE = 4.0  # of grey values: a piece with less shows nothing


@dataclass(frozen=True)
class Pattern:
    """A code drawn softly, the mask of what tells it from others, and the mask of what is surely dark in it."""

    drawn: Image.Image
    own: Image.Image
    dark: Image.Image

    @cached_property
    def moments(self) -> tuple[float, float]:
        """Mean and variance of all of it: a code is looked for at a hundred places."""
        return _moments(self.drawn, None)


@lru_cache(maxsize=512)
def pattern_of(text: str, pixels: int) -> Pattern:
    """Return the pattern of a code, `pixels` wide and high."""
    code = segno.make(text, error=LEVEL, version=1, micro=False, boost_error=False)
    modules = Image.new("L", (MODULES, MODULES))
    modules.putdata([0 if dark else 255 for row in code.matrix for dark in row])
    soft = ImageFilter.GaussianBlur(SOFT_SHARE * pixels / MODULES)
    drawn = modules.resize((pixels, pixels), Image.Resampling.NEAREST).filter(soft)
    dark = drawn.point([255 if value < DARK else 0 for value in range(256)])
    return Pattern(drawn, _own_mask(pixels), dark)


def likeness(piece: Image.Image, pattern: Pattern, *, whole: bool = True) -> float:
    """Return how well a piece of a picture correlates with a pattern, −1 to 1: with all of it, or with what is its own."""
    mask = None if whole else pattern.own
    mean, variance = _moments(piece, mask)
    wanted_mean, wanted_variance = pattern.moments if whole else _moments(pattern.drawn, mask)
    if variance < EVEN_VARIANCE or wanted_variance <= 0:
        return 0.0
    together = ImageStat.Stat(ImageChops.multiply(piece, pattern.drawn), mask).mean[0] * 255
    return float((together - mean * wanted_mean) / sqrt(variance * wanted_variance))


def _moments(image: Image.Image, mask: Image.Image | None) -> tuple[float, float]:
    stat = ImageStat.Stat(image, mask)
    return stat.mean[0], stat.var[0]


@lru_cache(maxsize=8)
def _own_mask(pixels: int) -> Image.Image:
    """Return where a code's data stand: everything but the patterns that all codes share."""
    mask = Image.new("L", (MODULES, MODULES), 255)
    shared = {(x, TIMING) for x in range(MODULES)} | {(TIMING, y) for y in range(MODULES)}
    low, high = range(FINDER), range(MODULES - FINDER + 1, MODULES)
    for xs, ys in ((low, low), (high, low), (low, high)):
        shared |= {(x, y) for x in xs for y in ys}
    for place in shared:
        mask.putpixel(place, 0)
    return mask.resize((pixels, pixels), Image.Resampling.NEAREST)
