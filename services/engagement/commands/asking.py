"""Asking people, and what they answer. An ask is one document; that somebody has one open already is what its unique index says."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.engagement.errors import ActivityNotComing, AskAnswered, AskNotFound, NotToBeAsked, OwnAsk
from services.engagement.models import AskingWish, Invitation, Neighbour, Occasion, Standing
from services.engagement.queries.asks import why_closed
from services.engagement.queries.lists import stand_on
from services.engagement.rules.asking import Answer, Closed
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import Forbidden, IdInUse, NotFound
from shared.web import Caller

PEERS_MAX = 20


def ask(ask_id: str, wanted: Mapping[str, Any], *, by: Caller) -> tuple[Invitation, bool]:
    """Ask a resident ({resident_id, act, step, activity_id?}) → (the ask, whether it is new).

    Raises NotFound for nobody of the community, OwnAsk, ActivityNotComing, NotToBeAsked.
    """
    if known := Invitation.objects(id=ask_id).first():
        return _same(known, wanted, by), False
    neighbour = Neighbour.objects(id=wanted["resident_id"], community_code=by.community_code, left_on=None).first()
    if neighbour is None:
        raise NotFound("Nobody of this community has this id.")
    if neighbour.id == by.resident_id:
        raise OwnAsk
    made = _new(ask_id, wanted, by, last_day=_last_day(wanted.get("activity_id"), by.community_code))
    others = stand_on(by.community_code, wanted["step"], activity_id=wanted.get("activity_id"))
    made.peers = [peer for peer in others if peer not in (neighbour.id, by.resident_id)][:PEERS_MAX]
    if reason := why_closed(neighbour):
        raise _refused(reason, wanted, by)
    _close_over(neighbour.id)
    try:
        is_new = insert_new(made)
    except DuplicateKeyError:
        raise _refused(Closed.OPEN_ASK, wanted, by) from None
    if not is_new:
        return _same(Invitation.objects.get(id=ask_id), wanted, by), False
    detail = {name: wanted.get(name) for name in ("act", "step", "activity_id")}
    audit(settings().service, act="asked", by=by.resident_id, about=neighbour.id, detail=detail)
    return made, True


def answer_ask(ask_id: str, *, answer: str, by: Caller) -> Invitation:
    """Answer one's own ask, or as staff note what was said on the phone or at the door; the same again changes nothing.

    Raises AskNotFound, AskAnswered. 'coming' keeps the ask open until its time is over: nobody is asked to something else meanwhile.
    """
    found = Invitation.objects(id=ask_id, community_code=by.community_code).first()
    if found is None or not (found.resident_id == by.resident_id or by.may_write_staff):
        raise AskNotFound
    if found.answer == answer:
        return found  # type: ignore[no-any-return]
    said = {"answer": answer, "answered_by": by.resident_id, "answered_at": utc_now()}
    update: dict[str, Any] = {"$set": said}
    if answer != Answer.COMING:
        update["$unset"] = {"open": ""}
    changed = change_one(Invitation, where={"_id": ask_id, "answer": {"$in": _before(answer)}}, update=update)
    if changed is None:
        raise AskAnswered
    if by.resident_id != found.resident_id:
        audit(settings().service, act="answer-noted", by=by.resident_id, about=found.resident_id, detail={"answer": answer})
    return changed


def set_asking(resident_id: str, *, is_open: bool, by: Caller) -> None:
    """Say that one may be asked again from now on, or not any more. Raises Forbidden for anybody else: what somebody wishes they say."""
    if resident_id != by.resident_id:
        raise Forbidden("Only they can say whether they may be asked.")
    said = {"open": is_open, "at": utc_now()}
    if not insert_new(AskingWish(id=resident_id, community_code=by.community_code, **said)):
        change_one(AskingWish, where={"_id": resident_id}, update={"$set": said})


def _before(answer: str) -> list[str | None]:
    """Return from what one may go over to this answer: whoever said that they come may still say no."""
    return [None] if answer == Answer.COMING else [None, Answer.COMING.value, Answer.NOT_THIS_TIME.value]


def _new(ask_id: str, wanted: Mapping[str, Any], by: Caller, *, last_day: date | None) -> Invitation:
    today = local_day(utc_now(), settings().zone)
    closes_on = last_day or today + timedelta(days=settings().ask_days)
    return Invitation(
        id=ask_id, community_code=by.community_code, resident_id=wanted["resident_id"], act=wanted["act"], step=wanted["step"],
        activity_id=wanted.get("activity_id"), grid_code=_grid_of(wanted["resident_id"]), made_by=by.resident_id, made_at=utc_now(),
        made_on=today.isoformat(), closes_on=closes_on.isoformat(), open=True,
    )  # fmt: skip


def _last_day(activity_id: str | None, community_code: str) -> date | None:
    """Return the day of the activity that somebody is asked to, None for none. Raises ActivityNotComing."""
    if activity_id is None:
        return None
    activity = Occasion.objects(id=activity_id, community_code=community_code, status="open", starts_at__gt=utc_now()).first()
    if activity is None:
        raise ActivityNotComing
    return local_day(activity.starts_at, settings().zone)


def _grid_of(resident_id: str) -> str | None:
    standing = Standing.objects(id=resident_id).only("grid_code").first()
    return standing.grid_code or None if standing else None


def _close_over(resident_id: str) -> None:
    """Close an open ask whose time is over: it stands in the way of nothing any more."""
    today = local_day(utc_now(), settings().zone).isoformat()
    over = {"resident_id": resident_id, "open": True, "closes_on": {"$lt": today}}
    change_one(Invitation, where=over, update={"$unset": {"open": ""}})


def _refused(reason: Closed, wanted: Mapping[str, Any], by: Caller) -> NotToBeAsked:
    detail = {"reason": reason.value, "act": wanted["act"]}
    audit(settings().service, act="ask-refused", by=by.resident_id, about=wanted["resident_id"], detail=detail)
    return NotToBeAsked(reason)


def _same(known: Invitation, wanted: Mapping[str, Any], by: Caller) -> Invitation:
    told = ("resident_id", "act", "step", "activity_id")
    if known.made_by != by.resident_id or any(getattr(known, name) != wanted.get(name) for name in told):
        raise IdInUse
    return known
