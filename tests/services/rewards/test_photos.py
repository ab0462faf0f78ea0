"""Pictures of rewards: made small and anonymous, kept under an id that never shows anything else."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from services.rewards.commands import photos
from services.rewards.commands.photos import shrunk
from services.rewards.errors import PhotoUnreadable
from services.rewards.models import Reward, RewardPhoto
from shared.ids import new_id
from tests.services.rewards.conftest import Shop

Headers = dict[str, str]
ORIENTATION, GPS = 0x0112, 0x8825


def picture(size: tuple[int, int] = (1600, 1200), kind: str = "JPEG", **more: Any) -> bytes:
    """A picture as somebody's phone has it."""
    target = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, (180, 40, 30, 0) if mode == "RGBA" else (180, 40, 30)).save(target, kind, **more)
    return target.getvalue()


def located(size: tuple[int, int]) -> bytes:
    """A picture that was taken sideways and says where."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    return picture(size, exif=exif)


@pytest.mark.parametrize(("size", "expected"), [((1600, 1200), (800, 600)), ((300, 900), (267, 800)), ((20, 10), (20, 10))])
def test_a_picture_fits_into_800_pixels_and_is_never_made_larger(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert Image.open(io.BytesIO(shrunk(picture(size)))).size == expected


def test_a_picture_is_turned_upright_and_says_nothing_of_where_it_was_taken() -> None:
    kept = Image.open(io.BytesIO(shrunk(located((400, 200)))))
    assert kept.size == (200, 400)
    assert not kept.getexif()
    assert "exif" not in kept.info


def test_what_is_see_through_becomes_white() -> None:
    kept = Image.open(io.BytesIO(shrunk(picture((50, 50), "PNG"))))
    assert kept.format == "JPEG"
    assert min(kept.getpixel((25, 25))) > 250


NO_PICTURES = [b"", b"x", b"GIF89a" + b"\0" * 50, picture()[:200], b"\x89PNG\r\n\x1a\n" + b"\0" * 40, picture((60, 60), "GIF"),
               picture((30_000, 2_000), "PNG")]  # fmt: skip


@pytest.mark.parametrize("content", NO_PICTURES)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        shrunk(content)


def send(client: FlaskClient, id_: str, reward_id: str, headers: Headers, content: bytes | None = None) -> Any:
    """Send a picture as a form does, in one piece of memory: the client's own encoder would leave a file open."""
    shown = picture() if content is None else content
    parts = [b'"reward_id"\r\n\r\n' + reward_id.encode(), b'"file"; filename="rice.jpg"\r\n\r\n' + shown]
    body = b"".join(b"--x\r\nContent-Disposition: form-data; name=" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    type_ = "multipart/form-data; boundary=x"
    return client.put(f"/api/v1/reward-photos/{id_}", data=body, content_type=type_, headers=headers)


@pytest.fixture
def counter(shop: Shop, as_caller: Callable[..., Headers]) -> Headers:
    """Somebody at the shop's counter."""
    return as_caller(roles={"partner"}, partner_id=shop.partner_id)


def test_a_picture_is_shown_to_all_and_may_be_kept(rewards: FlaskClient, shop: Shop, counter: Headers) -> None:
    id_ = new_id()
    assert send(rewards, id_, shop.reward_id, counter).status_code == 201
    assert send(rewards, id_, shop.reward_id, counter).status_code == 200
    assert send(rewards, id_, shop.reward_id, counter, picture((10, 10))).status_code == 409
    assert rewards.get(f"/api/v1/rewards/{shop.reward_id}").json["photo_id"] == id_
    shown = rewards.get(f"/api/v1/reward-photos/{id_}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert "immutable" in shown.headers["Cache-Control"]
    assert Image.open(io.BytesIO(shown.data)).size == (800, 600)


def test_a_new_picture_takes_the_place_of_the_old_one(rewards: FlaskClient, shop: Shop, counter: Headers) -> None:
    old, new = new_id(), new_id()
    send(rewards, old, shop.reward_id, counter)
    send(rewards, new, shop.reward_id, counter)
    assert shop.reward.photo_id == new
    assert [photo.id for photo in RewardPhoto.objects(reward_id=shop.reward_id)] == [new]
    assert rewards.get(f"/api/v1/reward-photos/{old}").status_code == 404


def test_an_older_picture_that_comes_late_does_not_take_the_newer_ones_place(
    rewards: FlaskClient, shop: Shop, counter: Headers
) -> None:
    send(rewards, new_id(), shop.reward_id, counter)
    late = RewardPhoto.objects(reward_id=shop.reward_id).get()
    send(rewards, newer := new_id(), shop.reward_id, counter)
    photos._show(late)  # its process fell asleep before it named the picture
    assert shop.reward.photo_id == newer
    assert [photo.id for photo in RewardPhoto.objects(reward_id=shop.reward_id)] == [newer]


def test_a_crash_before_the_picture_was_named_is_finished_by_the_repeat(
    rewards: FlaskClient, shop: Shop, counter: Headers
) -> None:
    send(rewards, id_ := new_id(), shop.reward_id, counter)
    Reward._get_collection().update_one({"_id": shop.reward_id}, {"$unset": {"photo_id": "", "photo_made_at": ""}})
    assert send(rewards, id_, shop.reward_id, counter).status_code == 200
    assert shop.reward.photo_id == id_


def test_pictures_are_for_the_partner_and_bounded(
    rewards: FlaskClient, shop: Shop, counter: Headers, as_caller: Callable[..., Headers]
) -> None:
    stranger = as_caller(roles={"partner"}, partner_id=new_id())
    assert send(rewards, new_id(), shop.reward_id, stranger).status_code == 403
    assert send(rewards, new_id(), new_id(), counter).status_code == 404
    assert send(rewards, new_id(), "rice", counter).status_code == 422
    too_large = send(rewards, new_id(), shop.reward_id, counter, b"\0" * (2 * 2**20 + 1))
    assert too_large.status_code == 413
    unreadable = send(rewards, new_id(), shop.reward_id, counter, b"no picture")
    assert (unreadable.status_code, unreadable.json["errors"][0]["pointer"]) == (422, "/file")
    assert shop.reward.photo_id is None
