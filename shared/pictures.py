"""Open a picture that a stranger sends: turned upright, and never unpacked to more than is sane."""

import io
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

R = TypeVar("R")


class PictureUnreadable(Exception):
    """These bytes are no picture of a wanted kind."""


class PictureTooLarge(Exception):
    """The picture has more pixels than its kind may have."""


def made_of_picture(
    content: bytes, work: "Callable[[Picture], R]", *, mode: str, side_wanted: int, pixels_max: Mapping[str, int]
) -> R:
    """Return what `work` makes of a picture, turned as it was taken; PictureTooLarge, PictureUnreadable also for what `work` trips over.

    `pixels_max` has the kinds that are taken, by Pillow's names. A JPEG is unpacked in about the size and in the `mode` (RGB or L)
    that is wanted, the others whole and as they are.
    """
    from PIL import Image, ImageOps  # large, and only a process that is sent pictures needs it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a picture that unpacks to far more than it says is refused
            picture = Image.open(io.BytesIO(content), formats=tuple(pixels_max))
            if picture.width * picture.height > pixels_max[str(picture.format)]:
                raise PictureTooLarge
            picture.draft(mode, (side_wanted, side_wanted))
            return work(ImageOps.exif_transpose(picture))
    except PictureTooLarge:
        raise
    except Exception as error:  # whatever the decoder trips over is the file's fault
        raise PictureUnreadable from error
