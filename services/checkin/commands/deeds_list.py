"""The list of deeds: the office publishes, a unit takes one on, reports it done, the office confirms, and both sides rate each other.

Who has a deed is decided by one guarded write, so that of two units at once exactly one has it. Nobody is assigned to one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.checkin.commands.catalogue import item_code
from services.checkin.commands.repeats import same_again
from services.checkin.commands.residents import lives_here
from services.checkin.errors import (
    AskerRates,
    DeedConfirmerInConflict,
    DeedNotFound,
    DeedStandsElsewhere,
    DeedTaken,
    NotYourDeed,
    RatingClosed,
    UnknownResident,
)
from services.checkin.models import Activity, Attendee, ListedDeed
from services.checkin.rules import deeds_list as rules
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Forbidden, Invalid
from shared.web import Caller

OF_A_DEED = ("title", "text", "grid_code", "place", "people_wanted", "source", "matter_id", "asked_by")

Row = dict[str, Any]


def publish(caller: Caller, deed_id: str, wanted: Mapping[str, Any]) -> tuple[ListedDeed, bool]:
    """Put a deed on the list: OF_A_DEED, item and wanted_by; return it and whether it is new. Raises UnknownItem, UnknownResident, Invalid
    for a day that is over, IdInUse."""
    asked = digest(wanted)
    if known := ListedDeed.objects(id=deed_id).first():
        return same_again(known, caller, asked), False
    item = item_code(wanted["item"])
    _require_to_come(wanted["wanted_by"])
    if wanted.get("asked_by") and not lives_here(caller.community_code, wanted["asked_by"]):
        raise UnknownResident(errors={"/asked_by": "Nobody with this id lives in your community."})
    deed = ListedDeed(
        id=deed_id, community_code=caller.community_code, item=item, wanted_by=wanted["wanted_by"].isoformat(), request_digest=asked,
        published_by=caller.resident_id, published_at=utc_now(), **{name: wanted.get(name) for name in OF_A_DEED},
    )  # fmt: skip
    if not insert_new(deed):
        return same_again(ListedDeed.objects(id=deed_id).first(), caller, asked), False
    _audit(caller, "deed-published", deed_id)
    return deed, True


def put_off(caller: Caller, deed_id: str, wanted_by: date) -> ListedDeed:
    """Give a deed that is not done another day. Raises DeedNotFound, DeedStandsElsewhere, Invalid for a day that is over."""
    found = ListedDeed.of(caller.community_code, deed_id)
    if found.wanted_by == wanted_by.isoformat():
        return found
    _require_to_come(wanted_by)
    changed = _change(deed_id, [rules.OPEN, rules.CLAIMED], {"$set": {"wanted_by": wanted_by.isoformat()}})
    _audit(caller, "deed-put-off", deed_id, before=found.wanted_by, after=wanted_by.isoformat())
    return changed


def call_off(caller: Caller, deed_id: str, reason: str) -> ListedDeed:
    """Take a deed off the list that is not needed any more. Called off already is fine. Raises DeedNotFound, DeedStandsElsewhere."""
    found = ListedDeed.of(caller.community_code, deed_id)
    if found.status == rules.CALLED_OFF:
        return found
    told = {"status": rules.CALLED_OFF, "called_off_by": caller.resident_id, "called_off_at": utc_now(), "called_off_reason": reason}
    changed = _change(deed_id, [rules.OPEN, rules.CLAIMED], {"$set": told})
    _audit(caller, "deed-called-off", deed_id)
    return changed


def claim(caller: Caller, deed_id: str) -> tuple[ListedDeed, bool]:
    """Let the caller's unit have a deed; return it and whether that is new. Raises DeedNotFound, DeedTaken, DeedStandsElsewhere,
    Forbidden for who stands for no unit."""
    if caller.partner_id is None:
        raise Forbidden("Deeds are taken on for a unit that you stand for.")
    found = ListedDeed.of(caller.community_code, deed_id)
    if found.partner_id == caller.partner_id:
        return found, False
    told = {"status": rules.CLAIMED, "partner_id": caller.partner_id, "claimed_by": caller.resident_id, "claimed_at": utc_now()}
    changed = change_one(ListedDeed, where={"_id": deed_id, "status": rules.OPEN}, update={"$set": told})
    if changed is None:
        return _beaten(caller, deed_id)
    _audit(caller, "deed-claimed", deed_id, partner_id=caller.partner_id)
    return changed, True


def give_back(caller: Caller, deed_id: str) -> None:
    """Let a deed be open again: its unit says so, or the office for it. Open already is fine. Raises DeedNotFound, NotYourDeed,
    DeedStandsElsewhere once it is reported."""
    found = ListedDeed.of(caller.community_code, deed_id)
    if not caller.may_write_staff:
        _require_unit(caller, found)
    if found.status == rules.OPEN:
        return
    before = {"partner_id": found.partner_id, "claimed_at": found.claimed_at, "given_back_at": utc_now(), "by_id": caller.resident_id}
    update = {"$set": {"status": rules.OPEN}, "$unset": {"partner_id": "", "claimed_by": "", "claimed_at": ""}, "$push": {"claims": before}}
    _change(deed_id, [rules.CLAIMED], update, partner_id=found.partner_id)
    _audit(caller, "deed-given-back", deed_id, partner_id=found.partner_id)


def report(caller: Caller, deed_id: str, wanted: Mapping[str, Any]) -> ListedDeed:
    """Say as the unit that a deed is done: {text, people?, served?, activity_id?}. With an activity its people come through check-in.

    The same again changes nothing. Raises DeedNotFound, NotYourDeed, DeedStandsElsewhere, Invalid.
    """
    found = ListedDeed.of(caller.community_code, deed_id)
    _require_unit(caller, found)
    said = {name: wanted[name] for name in ("text", "people", "served", "activity_id") if wanted.get(name) is not None}
    if found.status == rules.REPORTED and _is_same(found.reports[-1], said):
        return found
    _require_evidence(caller, said)
    row = {**said, "by_id": caller.resident_id, "at": utc_now()}
    return _change(deed_id, [rules.CLAIMED], {"$set": {"status": rules.REPORTED}, "$push": {"reports": row}}, partner_id=caller.partner_id)


def confirm(caller: Caller, deed_id: str) -> ListedDeed:
    """Confirm for the office that a deed is done; from now on both sides rate each other. Done already is fine.

    Raises DeedNotFound, DeedStandsElsewhere, DeedConfirmerInConflict for who stands for the unit.
    """
    found = ListedDeed.of(caller.community_code, deed_id)
    if found.status == rules.DONE:
        return found
    _require_distance(caller, found)
    now = utc_now()
    until = rules.rated_until(local_day(now, settings().zone), days=settings().rating_days)
    told = {"status": rules.DONE, "done_by": caller.resident_id, "done_at": now, "rate_until": until.isoformat()}
    changed = _change(deed_id, [rules.REPORTED], {"$set": told})
    _audit(caller, "deed-confirmed", deed_id, partner_id=found.partner_id)
    return changed


def send_back(caller: Caller, deed_id: str, reason: str) -> ListedDeed:
    """Send a report back to its unit with a reason: the deed is claimed as before. Raises as `confirm` does."""
    found = ListedDeed.of(caller.community_code, deed_id)
    _require_distance(caller, found)
    if found.status == rules.CLAIMED and found.returns and found.returns[-1]["reason"] == reason:
        return found
    row = {"reason": reason, "by_id": caller.resident_id, "at": utc_now()}
    changed = _change(deed_id, [rules.REPORTED], {"$set": {"status": rules.CLAIMED}, "$push": {"returns": row}})
    _audit(caller, "deed-sent-back", deed_id, partner_id=found.partner_id)
    return changed


def rate_unit(caller: Caller, deed_id: str, *, stars: int, words: str) -> ListedDeed:
    """Rate a unit for a deed that is done: who asked for it, or the office where nobody did or they are no longer here.

    The same again changes nothing; until the stated day it may be changed. Raises DeedNotFound, DeedStandsElsewhere, RatingClosed,
    AskerRates, NotYourDeed, DeedConfirmerInConflict.
    """
    found = ListedDeed.of(caller.community_code, deed_id)
    _require_rates(caller, found)
    by = rules.ASKER if found.asked_by == caller.resident_id else rules.OFFICE
    return _rate(caller, found, "rating_of_unit", {"stars": stars, "words": words, "by": by})


def rate_support(caller: Caller, deed_id: str, *, stars: int, words: str) -> ListedDeed:
    """Rate as the unit how the community supported it in a deed that is done. As `rate_unit` otherwise; NotYourDeed for another unit."""
    found = ListedDeed.of(caller.community_code, deed_id)
    _require_unit(caller, found)
    return _rate(caller, found, "rating_of_support", {"stars": stars, "words": words})


def answer_rating(caller: Caller, deed_id: str, words: str) -> ListedDeed:
    """Answer as the unit how it was rated, until some days after the last day of rating. Raises DeedNotFound, NotYourDeed,
    DeedStandsElsewhere where nobody has rated it, RatingClosed."""
    found = ListedDeed.of(caller.community_code, deed_id)
    _require_unit(caller, found)
    if not found.rating_of_unit:
        raise DeedStandsElsewhere
    if found.answer and found.answer["words"] == words:
        return found
    if _today() > rules.answered_until(date.fromisoformat(found.rate_until), days=settings().rating_days):
        raise RatingClosed
    return _change(deed_id, [rules.DONE], {"$set": {"answer": {"words": words, "by_id": caller.resident_id, "at": utc_now()}}})


def forget_asker(community_code: str, resident_id: str) -> None:
    """Let deeds that somebody asked for who left be nobody's wish any more; the office rates what is still to be rated. What they wrote
    stays without their id: the unit was told it."""
    theirs = {"community_code": community_code, "asked_by": resident_id}
    ListedDeed._get_collection().update_many(theirs, {"$unset": {"asked_by": ""}})
    rated = {"community_code": community_code, "rating_of_unit.by_id": resident_id}
    ListedDeed._get_collection().update_many(rated, {"$unset": {"rating_of_unit.by_id": ""}})


def _today() -> date:
    return local_day(utc_now(), settings().zone)


def _require_to_come(day: date) -> None:
    if day < _today():
        raise Invalid(errors={"/wanted_by": "This day is over."})


def _require_unit(caller: Caller, deed: ListedDeed) -> None:
    """Raise NotYourDeed for who does not stand for the unit that has the deed; they do not hear of deeds that others have."""
    if caller.partner_id is None or deed.partner_id not in (None, caller.partner_id):
        raise NotYourDeed


def _require_distance(caller: Caller, deed: ListedDeed) -> None:
    if caller.partner_id == deed.partner_id or (deed.reports and deed.reports[-1]["by_id"] == caller.resident_id):
        _audit(caller, "deed-confirmation-refused", deed.id)
        raise DeedConfirmerInConflict


def _require_rates(caller: Caller, deed: ListedDeed) -> None:
    if deed.asked_by == caller.resident_id:
        return
    if not caller.may_write_staff:
        raise NotYourDeed if caller.partner_id == deed.partner_id else DeedNotFound
    asker = Attendee.of(caller.community_code, deed.asked_by) if deed.asked_by else None
    if asker is not None and asker.presence == "known":
        raise AskerRates
    _require_distance(caller, deed)


def _rate(caller: Caller, deed: ListedDeed, field: str, rating: Row) -> ListedDeed:
    if deed.status != rules.DONE:
        raise DeedStandsElsewhere
    if not rules.differs(deed[field] or None, stars=rating["stars"], words=rating["words"]):
        return deed
    if _today() > date.fromisoformat(deed.rate_until):
        raise RatingClosed
    changed = _change(deed.id, [rules.DONE], {"$set": {field: {**rating, "by_id": caller.resident_id, "at": utc_now()}}})
    if caller.may_write_staff:
        _audit(caller, "deed-rated", deed.id, stars=rating["stars"])
    return changed


def _require_evidence(caller: Caller, said: Row) -> None:
    """Raise Invalid where neither an activity nor a number says how many people worked, or the activity is none that took place."""
    if "activity_id" not in said:
        if "people" not in said:
            raise Invalid(errors={"/people": "Please say how many people worked, or name the activity where they checked in."})
        return
    held = Activity.objects(id=said["activity_id"], community_code=caller.community_code, status__in=["open", "closed"], pairing_id=None)
    if (found := held.only("starts_at").first()) is None or found.starts_at > utc_now():
        raise Invalid(errors={"/activity_id": "There is no such activity in your community, or it has not begun."})


def _is_same(row: Mapping[str, Any], said: Row) -> bool:
    return {name: value for name, value in row.items() if name not in ("by_id", "at")} == said


def _change(deed_id: str, standing: Sequence[str], update: Row, **more: Any) -> ListedDeed:
    """Write to a deed that stands at one of `standing`; DeedStandsElsewhere otherwise."""
    changed = change_one(ListedDeed, where={"_id": deed_id, "status": {"$in": list(standing)}, **more}, update=update)
    if changed is None:
        raise DeedStandsElsewhere
    return changed


def _beaten(caller: Caller, deed_id: str) -> tuple[ListedDeed, bool]:
    """Return the deed where the claim of a moment ago was ours (a double tap); DeedTaken, or DeedStandsElsewhere for one called off."""
    found = ListedDeed.of(caller.community_code, deed_id)
    if found.partner_id == caller.partner_id:
        return found, False
    raise DeedTaken if found.partner_id else DeedStandsElsewhere


def _audit(caller: Caller, act: str, deed_id: str, **detail: Any) -> None:
    audit(settings().service, act=act, by=caller.resident_id, about=deed_id, detail=detail)
