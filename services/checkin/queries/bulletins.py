"""Issues of the bulletin as anybody reads them: who no longer agrees to be named, or has left, is no longer in them. (ADR 102)"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.checkin.commands import group_posts
from services.checkin.errors import BulletinNotFound
from services.checkin.models import Attendee, Bulletin, GroupPost
from services.checkin.queries.cursors import offset_page
from shared.ids import derive_id
from shared.web import Caller

View = dict[str, Any]
LISTED = ("community_code", "number", "since", "until", "made_at", "withdrawn_at")
KEPT = ("foreword", "totals", "awards", "matters", "projects")


def bulletins(community_code: str, *, limit: int, cursor: str | None) -> tuple[list[View], str | None]:
    """Return a page of a community's issues, the newest first, without their content."""
    rows = Bulletin._get_collection().find({"community_code": community_code}, dict.fromkeys(LISTED, 1)).sort("number", -1)
    return offset_page(rows, limit=limit, cursor=cursor)


def bulletin(bulletin_id: str, viewer: Caller | None) -> View:
    """Return an issue to anybody; of one that was withdrawn its number and days alone. Raises BulletinNotFound."""
    found = Bulletin.objects(id=bulletin_id).first()
    if found is None:
        raise BulletinNotFound
    return described(found, viewer)


def described(found: Bulletin, viewer: Caller | None) -> View:
    """Return an issue as `viewer` sees it; stewards also read whether the group can be told of it, and was."""
    told: View = {"_id": found.id, **{name: getattr(found, name) for name in LISTED}}
    is_office = viewer is not None and viewer.is_staff and viewer.community_code == found.community_code
    if is_office:
        told |= {"withdrawal_reason": found.withdrawal_reason, **_posting(found)}
    if found.withdrawn_at is not None:
        return told
    named = _named([who for row in found.activities for who in row.get("named_ids") or ()] + [row["resident_id"] for row in found.talents])
    unnamed = sum(row["resident_id"] not in named for row in found.talents)
    talents = [{"name": named[row["resident_id"]], "skills": row["skills"]} for row in found.talents if row["resident_id"] in named]
    return told | {
        **{name: getattr(found, name) for name in KEPT}, "activities": [_activity(row, named) for row in found.activities],
        "talents": talents, "talents_unnamed": found.talents_unnamed + unnamed,
    }  # fmt: skip


def _activity(row: Mapping[str, Any], named: Mapping[str, str]) -> View:
    return {**row, "names": [named[who] for who in row.get("named_ids") or () if who in named]}


def _named(resident_ids: Sequence[str]) -> dict[str, str]:
    people = Attendee.named(resident_ids).values()
    return {person.id: person.name for person in people if person.name and person.consents_to("publish")}


def _posting(found: Bulletin) -> View:
    post = GroupPost.objects(id=derive_id("bulletin-post", found.id)).only("status").first()
    return {"has_group": bool(group_posts.group_addresses().get(found.community_code)), "post": post.status if post else None}
