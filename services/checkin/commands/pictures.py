"""Open a photo that somebody sends, and find our codes on it. A broken, disguised or exploding file is the sender's 422."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.checkin.errors import PhotoUnreadable
from services.checkin.rules.paper import Corner, Line, meaning_of
from shared.pictures import PictureTooLarge, PictureUnreadable, made_of_picture

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PIXELS_MAX = {"JPEG": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
"""A JPEG is unpacked at the size that is wanted, the others whole."""
SIDE_MAX = 4_000
STRIP_QUALITY = 70
ENLARGED_SIDE_MAX = 3_400
"""A photo no longer than this is looked at once more at twice its size, where it shows too little."""
CORNERS_WANTED = 3

Point = tuple[float, float]
Pages = dict[tuple[str, int], dict[Corner | Line, list[Point]]]
"""By token and page: the pixels of the corners of each code that was seen, from the top left one, clockwise."""


def opened(content: bytes) -> "Picture":
    """Return a photo in grey, upright, at most SIDE_MAX pixels a side; PhotoUnreadable if it is none, or far too large."""
    try:
        return made_of_picture(content, _in_grey, mode="L", side_wanted=SIDE_MAX, pixels_max=PIXELS_MAX)
    except PictureTooLarge:
        raise unreadable("This picture has too many pixels.") from None
    except PictureUnreadable as error:
        raise unreadable("Please send a photo as JPEG, PNG or WebP.") from error


def _in_grey(picture: "Picture") -> "Picture":
    grey = picture.convert("L")
    grey.thumbnail((SIDE_MAX, SIDE_MAX))
    return grey


def pages_on(picture: "Picture") -> Pages:
    """Return the pages of sheets that a photo shows, with every code that was read on them."""
    from PIL import Image, ImageFilter

    pages = _codes(picture, 1)
    if max(picture.size) <= ENLARGED_SIDE_MAX and not any(_is_well_seen(codes) for codes in pages.values()):
        twice = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1))
        for page, codes in _codes(twice, 2).items():
            pages[page] = codes | pages.get(page, {})
    return pages


def as_jpeg(strip: "Picture") -> bytes:
    """Return a strip of a photo to look at."""
    target = io.BytesIO()
    strip.save(target, "JPEG", quality=STRIP_QUALITY)
    return target.getvalue()


def unreadable(detail: str) -> PhotoUnreadable:
    """Return the refusal that says of the field `file` why it cannot be read."""
    return PhotoUnreadable(detail, errors={"/file": detail})


def _is_well_seen(codes: dict[Corner | Line, list[Point]]) -> bool:
    return sum(isinstance(what, Corner) for what in codes) >= CORNERS_WANTED


def _codes(picture: "Picture", scale: int) -> Pages:
    """Return the codes that can be read in a picture that is `scale` times the photo, in the photo's pixels."""
    pages: Pages = {}
    for text, corners in _read(picture):
        if meaning := meaning_of(text):
            token, what = meaning
            pages.setdefault((token, what.page), {})[what] = [(x / scale, y / scale) for x, y in corners]
    return pages


def _read(picture: "Picture") -> Iterator[tuple[str, list[Point]]]:
    import zxingcpp

    for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        yield code.text, [(float(corner.x), float(corner.y)) for corner in corners]
