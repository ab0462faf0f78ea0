"""Issues of the residents' bulletin: made in one act from deeds already recorded, told to the group on request, withdrawn. (ADR 102)"""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.checkin.commands.group_posts import group_addresses
from services.checkin.errors import BulletinTooLong, BulletinWithdrawn, GroupUnknown
from services.checkin.models import Attendee, Bulletin, GroupPost
from services.checkin.queries.activities_held import activities_held
from services.checkin.queries.register import totals
from services.checkin.rules import bulletins as rules
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Conflict, IdInUse
from shared.web import Caller

PAGE = 200
TRIES_MAX = 20
POST = "bulletin"

Wanted = Mapping[str, Any]


def make_bulletin(caller: Caller, bulletin_id: str, wanted: Wanted) -> tuple[Bulletin, bool]:
    """Make the next issue of what a period came to → (issue, created).

    `wanted` has since, until (days), foreword, left_out (lines), and from the other services awards [{id, title}], talents
    [{resident_id, skills}], matters and projects [{id, title, about}]. Figures and activities are our own. Raises IdInUse, BulletinTooLong.
    """
    if (known := Bulletin.objects(id=bulletin_id).first()) is not None:
        return _same(known, caller, wanted), False
    content = _content(caller, wanted)
    for _ in range(TRIES_MAX):
        last = Bulletin.objects(community_code=caller.community_code).order_by("-number").only("number").first()
        made = Bulletin(
            id=bulletin_id, community_code=caller.community_code, number=(last.number if last else 0) + 1,
            since=wanted["since"].isoformat(), until=wanted["until"].isoformat(), foreword=wanted["foreword"],
            request_digest=digest(wanted), made_by=caller.resident_id, made_at=utc_now(), **content,
        )  # fmt: skip
        try:
            if not insert_new(made):
                return _same(Bulletin.objects.get(id=bulletin_id), caller, wanted), False
        except DuplicateKeyError:  # somebody else made this number at the same moment
            continue
        audit(settings().service, act="bulletin-made", by=caller.resident_id, about=bulletin_id, detail={"number": made.number})
        return made, True
    raise Conflict("Issues are being made at this moment; please try again.")


def withdraw_bulletin(caller: Caller, bulletin_id: str, reason: str) -> Bulletin:
    """Withdraw an issue: its number stays, its content is shown to nobody any more. The same again changes nothing.

    Raises BulletinNotFound, BulletinWithdrawn (with another reason).
    """
    found = Bulletin.of(caller.community_code, bulletin_id)
    ended = {"withdrawn_at": utc_now(), "withdrawn_by": caller.resident_id, "withdrawal_reason": reason}
    changed = change_one(Bulletin, where={"_id": found.id, "withdrawn_at": None}, update={"$set": ended})
    if changed is not None:
        audit(settings().service, act="bulletin-withdrawn", by=caller.resident_id, about=bulletin_id, detail={"why": reason})
        return changed
    known = Bulletin.of(caller.community_code, bulletin_id)
    if known.withdrawal_reason != reason:
        raise BulletinWithdrawn
    return known


def post_bulletin(caller: Caller, bulletin_id: str) -> Bulletin:
    """Let the community's group be told of an issue, once, with its link; nothing is posted by itself.

    Raises BulletinNotFound, BulletinWithdrawn, GroupUnknown.
    """
    found = Bulletin.of(caller.community_code, bulletin_id)
    if found.withdrawn_at is not None:
        raise BulletinWithdrawn
    if not group_addresses().get(caller.community_code):
        raise GroupUnknown
    title, text = rules.post_of(found.number, found.totals, activities=len(found.activities))
    now = utc_now()
    post = GroupPost(
        id=derive_id("bulletin-post", found.id), community_code=found.community_code, activity_id=found.id, kind=POST, title=title,
        text=f"{text}\n{settings().public_url.rstrip('/')}/bulletins/{found.id}", next_try_at=now, made_at=now,
    )  # fmt: skip
    if insert_new(post):
        audit(settings().service, act="bulletin-posted", by=caller.resident_id, about=bulletin_id)
    return found


def _content(caller: Caller, wanted: Wanted) -> dict[str, Any]:
    left_out = frozenset(wanted["left_out"])
    held = rules.without_lines(_held(caller, wanted), left_out, kind="activity", key="activity_id")
    talents = rules.without_lines(wanted["talents"], left_out, kind="talent", key="resident_id")
    people = Attendee.named(row["resident_id"] for row in talents).values()
    may_be_named = {row.id for row in people if row.community_code == caller.community_code and row.consents_to("publish")}
    named = [row for row in talents if row["resident_id"] in may_be_named]
    sums = {name: sum for name, sum in totals(caller, wanted["since"], wanted["until"]).items() if name not in ("since", "until")}
    return {
        "totals": rules.totals_without(sums | {"days": []}, left_out), "activities": held,
        "talents": named, "talents_unnamed": len(talents) - len(named),
        **{f"{kind}s": rules.without_lines(wanted[f"{kind}s"], left_out, kind=kind, key="id") for kind in ("award", "matter", "project")},
    }  # fmt: skip


def _held(caller: Caller, wanted: Wanted) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = []
    cursor: str | None = None
    while len(held) <= rules.ACTIVITIES_MAX:
        rows, cursor = activities_held(caller, {"since": wanted["since"], "until": wanted["until"], "limit": PAGE, "cursor": cursor})
        held += [{name: value for name, value in row.items() if name != "names"} for row in rows]
        if cursor is None:
            return held
    raise BulletinTooLong


def _same(known: Bulletin, caller: Caller, wanted: Wanted) -> Bulletin:
    if (known.community_code, known.request_digest) != (caller.community_code, digest(wanted)):
        raise IdInUse
    return known
