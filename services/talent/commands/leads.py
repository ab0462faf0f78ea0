"""One case a candidate, whatever the channels: its first nomination leads, those that come later follow. (ADR 83)

A unique index admits one lead, so that two channels at the same moment make one case.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.errors import AlreadyNominated
from services.talent.models import Nomination
from services.talent.rules.nominating import Status
from services.talent.settings import settings
from shared.clock import utc_now
from shared.mongo import change_one, insert_new
from shared.working_days import period_end

GROUP_MAX = 500
TRIES_MAX = 20
UNITED_MAX = 200


def as_lead(nomination_id: str, *, start: datetime) -> dict[str, Any]:
    """Return what makes a nomination a lead whose notice begins at `start`."""
    return {"lead_id": nomination_id, "leads": True, "notice_ends_at": _notice_end(start), "announced": True}


def enter(nomination: Nomination) -> tuple[Nomination, bool]:
    """Insert a nomination → (nomination, whether it is new): as its candidate's lead, or behind the one that there is.

    Raises AlreadyNominated where the nominator has an open one of this candidate by this channel.
    """
    for _ in range(TRIES_MAX):
        try:
            if insert_new(nomination):
                return nomination, True
            return Nomination.objects(id=nomination.id).first(), False
        except DuplicateKeyError as error:
            if known := Nomination.objects(id=nomination.id).first():
                return known, False
            if not _has_lead(error):
                raise AlreadyNominated() from error
            _follow(nomination)
    raise RuntimeError(f"the lead of {nomination.candidate_id} changed {TRIES_MAX} times under our hands")


def lead_of_candidate(candidate_id: str) -> Nomination | None:
    """Return the nomination that leads the candidate's open case, or None."""
    found: Nomination | None = Nomination.objects(candidate_id=candidate_id, leads=True).first()
    return found


def lead_of(nomination: Nomination) -> Nomination:
    """Return the nomination by which `nomination` is decided."""
    if nomination.lead_id in (None, nomination.id):
        return nomination
    return Nomination.objects(id=nomination.lead_id).first() or nomination


def group(lead: Nomination) -> list[Nomination]:
    """Return a lead and those that follow it."""
    followers = Nomination.objects(lead_id=lead.id, id__ne=lead.id).order_by("nominated_at", "id")
    return [lead, *followers.limit(GROUP_MAX)]


def with_notice_of(lead: Nomination, skills: Iterable[dict[str, str]]) -> Nomination:
    """Return the lead, its notice begun anew where `skills` name one that has not stood in it yet.

    That happens once: otherwise whoever keeps naming new skills would keep the decision away for good.
    """
    noticed = {skill["skill"] for one in group(lead) for skill in one.skills}
    if {skill["skill"] for skill in skills} <= noticed:
        return lead
    where = {"_id": lead.id, "leads": True, "notice_extended": {"$ne": True}}
    update = {"$max": {"notice_ends_at": _notice_end(utc_now())}, "$set": {"notice_extended": True}}
    changed: Nomination | None = change_one(Nomination, where=where, update=update)
    return changed or lead


def unite() -> None:
    """Make one case of what was nominated by several channels before there was one lead a candidate (a job of the worker)."""
    its_own = {"lead_id": {"$exists": True}, "$expr": {"$eq": ["$lead_id", "$_id"]}}
    alone = {"open": True, "status": Status.IN_NOTICE.value, "leads": {"$ne": True}, **its_own}
    for nomination in Nomination.objects(__raw__=alone).order_by("nominated_at", "id").limit(UNITED_MAX):
        _unite(nomination, where={"_id": nomination.id, "open": True, "leads": {"$ne": True}})


def _unite(nomination: Nomination, *, where: dict[str, Any]) -> None:
    try:
        change_one(Nomination, where=where, update={"$set": {"leads": True}})
    except DuplicateKeyError:
        if lead := lead_of_candidate(nomination.candidate_id):
            change_one(Nomination, where=where, update={"$set": {"lead_id": lead.id, "announced": False}})


def _follow(nomination: Nomination) -> None:
    """Put a nomination that is not stored yet behind its candidate's lead; it stays a lead where that has just been decided."""
    if (lead := lead_of_candidate(nomination.candidate_id)) is None:
        changes = as_lead(nomination.id, start=nomination.nominated_at)
    else:
        lead = with_notice_of(lead, nomination.skills)
        changes = {"lead_id": lead.id, "leads": None, "notice_ends_at": lead.notice_ends_at, "announced": None}
    for name, value in changes.items():
        setattr(nomination, name, value)


def _has_lead(error: DuplicateKeyError) -> bool:
    """Tell whether a clash was at the one lead that a candidate may have."""
    keys: Sequence[str] = list((error.details or {}).get("keyPattern", {}))
    return keys == ["candidate_id"]


def _notice_end(start: datetime) -> datetime:
    now = settings()
    return period_end(start, working_days=now.notice_days, zone=now.zone, days_off=now.days_off)
