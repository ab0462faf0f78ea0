"""Raising a matter, and what becomes of it before it is discussed: supported, answered, joined, sent on, withdrawn, hidden."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.engagement.commands.acts import Act, Change, Speaker, check_apart, for_whom, perform, speaker
from services.engagement.errors import MatterNotFound, MatterNotThere, OwnMatter, TooManyMatters
from services.engagement.models import SUPPORT, Comment, GridOutline, Matter, Voice
from services.engagement.rules import matters as rules
from services.engagement.rules.matters import Stage, Status
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller

OPEN = Status.OPEN.value


def raise_matter(caller: Caller, matter_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Raise a matter ({title, text, kind, grid_codes, resident_id?}) → (the matter, whether it is new).

    With `resident_id` staff enter it for somebody: 'X for Y'. Raises PersonNotHere, TooManyMatters, IdInUse, and Invalid for an
    unknown grid.
    """
    told = digest(dict(wanted))
    if known := Matter.objects(id=matter_id).first():
        return _same(known, caller, told), False
    who = speaker(caller, for_whom(caller, wanted.get("resident_id")))
    _check_grids(caller.community_code, wanted["grid_codes"])
    if Matter.objects(author_id=who.resident_id, status=OPEN, answered_at=None).count() >= settings().matters_unanswered_max:
        raise TooManyMatters
    made = _new_matter(caller, matter_id, who, wanted, told)
    if not insert_new(made):
        return _same(Matter.objects.get(id=matter_id), caller, told), False
    if who.entered_by:
        audit(settings().service, act="matter-entered", by=caller.resident_id, about=matter_id, detail={"for": who.resident_id})
    return made, True


def support(caller: Caller, matter_id: str, *, resident_id: str | None = None) -> Matter:
    """Stand behind a neighbour's open matter, once; the same again changes nothing. Raises MatterNotThere, OwnMatter."""
    matter = _open_matter(caller, matter_id)
    who = speaker(caller, for_whom(caller, resident_id))
    if matter.author_id == who.resident_id:
        raise OwnMatter
    said = Voice(
        id=support_id(matter_id, who.resident_id), community_code=matter.community_code, matter_id=matter_id, about=SUPPORT,
        question=matter_id, resident_id=who.resident_id, entered_by=who.entered_by, at=utc_now(),
    )  # fmt: skip
    if insert_new(said) and who.entered_by:
        audit(settings().service, act="support-entered", by=caller.resident_id, about=matter_id, detail={"for": who.resident_id})
    return matter


def take_support_back(caller: Caller, matter_id: str) -> Matter:
    """Stand behind a matter no more; the same again changes nothing."""
    matter = _open_matter(caller, matter_id)
    Voice._get_collection().delete_one({"_id": support_id(matter_id, caller.resident_id)})
    return matter


def support_id(matter_id: str, resident_id: str) -> str:
    """Return the id of what a resident's support is kept under."""
    return derive_id(SUPPORT, matter_id, resident_id)


def answer_matter(caller: Caller, matter_id: str, answer_id: str, *, text: str) -> tuple[Matter, bool]:
    """Answer a matter in words that everybody reads."""
    act = Act(code="answered", key=answer_id, by=caller, body={"text": text}, shown={"text": text})
    return perform(Matter.of(caller.community_code, matter_id), act, Change(update={}))


def correct_kind(caller: Caller, matter_id: str, change_id: str, *, kind: str) -> tuple[Matter, bool]:
    """Put a matter under another kind."""
    act = Act(code="kind_corrected", key=change_id, by=caller, body={"kind": kind}, shown={"kind": kind})
    return perform(Matter.of(caller.community_code, matter_id), act, Change(update={"$set": {"kind": kind}}))


def join_matter(caller: Caller, matter_id: str, *, into_id: str, reason: str) -> tuple[Matter, bool]:
    """Join a matter into another open one: it goes on there, with those who stand behind it.

    Both authors read it in the history of theirs. Raises MatterTooClose, MatterNotThere, and Invalid for one into itself.
    """
    matter, into = Matter.of(caller.community_code, matter_id), Matter.of(caller.community_code, into_id)
    check_apart(caller, matter)
    check_apart(caller, into)
    act = Act(code="joined", key="joined", by=caller, body={"into_id": into_id, "reason": reason}, shown={"text": reason, "about": into_id})
    if into_id == matter_id:
        raise Invalid(errors={"/into_id": "A matter cannot be joined into itself."})
    if into.status != OPEN and matter.act_with("joined") is None:
        raise MatterNotThere
    if Matter.objects(joined_into=matter_id).count():
        raise MatterNotThere("Other matters were joined into this one; please join the other way round.")
    change = Change(stages=(Stage.RAISE, Stage.DISCUSS), update={"$set": {"status": Status.JOINED.value, "joined_into": into_id}})
    return perform(matter, act, change)


def send_on(caller: Caller, matter_id: str, *, to: str, reason: str) -> tuple[Matter, bool]:
    """Send a matter on to whoever it belongs to (`to`: which body), with a reason. Raises MatterTooClose, MatterNotThere."""
    matter = Matter.of(caller.community_code, matter_id)
    check_apart(caller, matter)
    act = Act(code="sent_on", key="sent_on", by=caller, body={"to": to, "reason": reason}, shown={"text": reason, "to": to})
    return perform(matter, act, Change(stages=(Stage.RAISE, Stage.DISCUSS), update={"$set": {"status": Status.SENT_ON.value}}))


def hide_matter(caller: Caller, matter_id: str, *, reason: str) -> tuple[Matter, bool]:
    """Take from sight what must not stand in public, with a reason that its author reads. Raises MatterTooClose, MatterNotThere."""
    matter = Matter.of(caller.community_code, matter_id)
    check_apart(caller, matter)
    act = Act(code="hidden", key="hidden", by=caller, body={"reason": reason}, shown={"text": reason})
    return perform(matter, act, Change(stages=(Stage.RAISE, Stage.DISCUSS), update={"$set": {"status": Status.HIDDEN.value}}))


def withdraw_matter(caller: Caller, matter_id: str) -> tuple[Matter, bool]:
    """Withdraw one's own matter while it is not discussed yet. Raises MatterNotFound for another's, MatterNotThere."""
    matter = Matter.of(caller.community_code, matter_id)
    if matter.author_id != caller.resident_id:
        raise MatterNotFound
    act = Act(code="withdrawn", key="withdrawn", by=caller)
    return perform(matter, act, Change(stages=(Stage.RAISE,), update={"$set": {"status": Status.WITHDRAWN.value}}))


def read_news(caller: Caller, matter_id: str) -> Matter:
    """Note that the author has read what became of their matter. Raises MatterNotFound for another's."""
    own = {"_id": matter_id, "community_code": caller.community_code, "author_id": caller.resident_id}
    changed = change_one(Matter, where=own, update={"$set": {"author_read_at": utc_now()}})
    if changed is None:
        raise MatterNotFound
    return changed


def forget_sayings(resident_id: str) -> None:
    """Take the id of somebody who left out of what they raised and said; the words and the counts stay."""
    Matter._get_collection().update_many(
        {"author_id": resident_id}, {"$unset": {"author_id": "", "author_household_id": "", "author_read_at": ""}}
    )
    Comment._get_collection().update_many({"author_id": resident_id}, {"$unset": {"author_id": ""}})
    Voice._get_collection().update_many({"resident_id": resident_id}, {"$unset": {"resident_id": "", "words": ""}})


def _new_matter(caller: Caller, matter_id: str, who: Speaker, wanted: Mapping[str, Any], told: str) -> Matter:
    now, chosen = utc_now(), settings()
    due_on: date = rules.answer_due(local_day(now, chosen.zone), chosen.answer_working_days, chosen.days_off)
    return Matter(
        id=matter_id, community_code=caller.community_code, title=wanted["title"], text=wanted["text"], kind=wanted["kind"],
        grid_codes=sorted(set(wanted["grid_codes"])), author_id=who.resident_id, author_household_id=who.household_id,
        entered_by=who.entered_by, body_digest=told, raised_at=now, answer_due_on=due_on.isoformat(), stage=Stage.RAISE.value, status=OPEN,
    )  # fmt: skip


def _same(known: Matter, caller: Caller, told: str) -> Matter:
    """Return what stands under the id if it is the very same, else IdInUse."""
    by = {known.author_id, known.entered_by}
    if (known.community_code, known.body_digest) != (caller.community_code, told) or caller.resident_id not in by:
        raise IdInUse
    return known


def _open_matter(caller: Caller, matter_id: str) -> Matter:
    matter = Matter.of(caller.community_code, matter_id)
    if matter.status != OPEN:
        raise MatterNotThere
    return matter


def _check_grids(community_code: str, grid_codes: list[str]) -> None:
    known = set(GridOutline.objects(community_code=community_code, grid_code__in=grid_codes).distinct("grid_code"))
    if unknown := [code for code in grid_codes if code not in known]:
        raise Invalid(errors={"/grid_codes": f"The community has no such grid: {unknown[0]}."})
