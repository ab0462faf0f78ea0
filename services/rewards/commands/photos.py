"""A picture of a reward, made small and anonymous: turned upright, at most 800 pixels wide or high, without what the camera noted.

What is kept is always our own encoding, never the bytes that somebody sent.
"""

import io
from typing import TYPE_CHECKING

from services.rewards.commands.offering import refuse_stranger
from services.rewards.errors import PhotoUnreadable
from services.rewards.models import Reward, RewardPhoto
from services.rewards.queries import reward_seen_by
from shared.aside import aside
from shared.clock import utc_now
from shared.mongo import audit, digest, insert_new
from shared.pictures import PictureTooLarge, PictureUnreadable, made_of_picture
from shared.problems import IdInUse
from shared.web import Caller

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PHOTO_BYTES_MAX = 2 * 2**20
PIXELS_MAX = {"JPEG": 64_000_000, "PNG": 16_000_000}
"""A JPEG is unpacked at the size that is wanted, a PNG whole."""
SIDE_MAX = 800
QUALITY = 82


def put_photo(photo_id: str, reward_id: str, content: bytes, *, caller: Caller) -> tuple[RewardPhoto, bool]:
    """Keep a JPEG or PNG as the picture of a reward, instead of the one before; the same again gives the same.

    Raises NotFound, NotYourReward, PhotoUnreadable, IdInUse.
    """
    seen = reward_seen_by(caller, reward_id)
    refuse_stranger(seen.partner_id, caller)
    photo = RewardPhoto(
        id=photo_id, reward_id=reward_id, community_code=caller.community_code, content=aside(shrunk, content),
        request_digest=digest({"reward_id": reward_id, "content": content.hex()}), made_at=utc_now(),
    )  # fmt: skip
    is_new = insert_new(photo)
    current = photo if is_new else RewardPhoto.objects(id=photo_id).get()
    if current.request_digest != photo.request_digest:
        raise IdInUse()
    _show(current)
    if is_new:
        audit("rewards", act="photo-put", by=caller.resident_id, about=reward_id, detail={"photo_id": photo_id})
    return current, is_new


def _show(photo: RewardPhoto) -> None:
    """Let the reward name this picture unless it has a newer one, and forget the older ones; again changes nothing."""
    no_newer = {"$or": [{"photo_made_at": {"$lt": photo.made_at}}, {"photo_made_at": {"$exists": False}}]}
    shown = {"photo_id": photo.id, "photo_made_at": photo.made_at}
    Reward._get_collection().update_one({"_id": photo.reward_id, **no_newer}, {"$set": shown})
    RewardPhoto.objects(reward_id=photo.reward_id, made_at__lt=photo.made_at).delete()


def shrunk(content: bytes) -> bytes:
    """Return the picture as a JPEG of at most SIDE_MAX pixels a side; PhotoUnreadable if it is none, or far too large."""
    try:
        return made_of_picture(content, _as_small_jpeg, mode="RGB", side_wanted=SIDE_MAX, pixels_max=PIXELS_MAX)
    except PictureTooLarge:
        raise PhotoUnreadable("This picture has too many pixels.") from None
    except PictureUnreadable as error:
        raise PhotoUnreadable("Please send a picture as JPEG or PNG.") from error


def _as_small_jpeg(picture: "Picture") -> bytes:
    """Return the bare pixels as a JPEG of at most SIDE_MAX pixels a side; what is see-through becomes white."""
    from PIL import Image

    picture.thumbnail((SIDE_MAX, SIDE_MAX))
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    target = io.BytesIO()
    paper.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()
