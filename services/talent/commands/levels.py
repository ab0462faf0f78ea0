"""Levels: days are counted from deeds, and a steward decides; nobody is raised by a number alone. (ADR 97)"""

from collections.abc import Collection, Iterable

from pymongo import UpdateOne

from services.talent.errors import (
    CandidateMayNotDecide,
    HouseholdMayNotDecide,
    LevelDeciderTooClose,
    NominatorMayNotDecide,
    NotInRegistry,
)
from services.talent.models import ACTIVE, LEFT, Candidate, Mentorship, ServiceDay, Standing, Talent
from services.talent.queries.levels import days_so_far, standing_of
from services.talent.rules import levels as rules
from services.talent.rules.levels import MentorshipStatus
from services.talent.rules.nominating import Party, check_decider
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.events.checkin import HoursVerified, RecordWithdrawn
from shared.mongo import audit, change_one, insert_new
from shared.problems import Invalid, NotFound
from shared.web import Caller

TRIES_MAX = 20


def keep_service_days(facts: Iterable[HoursVerified], *, talents: Collection[str]) -> None:
    """Keep on which days talents served, of many facts together. Safe to repeat, in any order with `withdraw_service_day`."""
    kept = [
        UpdateOne(
            {"_id": fact.record_id},
            {"$set": {"resident_id": fact.resident_id, "on": fact.served_on.isoformat(), "item": fact.item}}, upsert=True,
        )
        for fact in facts if fact.resident_id in talents
    ]  # fmt: skip
    if kept:
        ServiceDay._get_collection().bulk_write(kept, ordered=False)


def withdraw_service_day(fact: RecordWithdrawn) -> None:
    """Count a day no more whose record proved wrong."""
    if Talent.objects(id=fact.resident_id, status__ne=LEFT).only("id").first():
        gone = {"$set": {"resident_id": fact.resident_id, "gone": True}}
        ServiceDay._get_collection().update_one({"_id": fact.record_id}, gone, upsert=True)


def decide_level(resident_id: str, level: str, *, reason: str, by: Caller) -> Standing:
    """Let a talent stand on a level from today on, with a reason; the same again gives the same answer.

    A steward may place somebody who has fewer days than a level takes: what they had then stands in the decision. Raises NotFound,
    NotInRegistry, LevelDeciderTooClose, Invalid where they stand on that level already.
    """
    for _ in range(TRIES_MAX):
        talent = Talent.objects(id=resident_id, community_code=by.community_code, status__ne=LEFT).first()
        if talent is None:
            raise NotFound()
        if talent.status != ACTIVE:
            raise NotInRegistry()
        standing = standing_of(talent)
        last = standing.decisions[-1] if standing.decisions else {}
        if (last.get("level"), last.get("reason"), last.get("decided_by")) == (level, reason, by.resident_id):
            return standing
        if standing.level == level:
            raise Invalid(errors={"/level": "They stand on this level already."})
        _check_distance(talent, by)
        if decided := _write(talent, standing, level, reason, by):
            audit(settings().service, act="decide-level", by=by.resident_id, about=resident_id, detail=decided.decisions[-1])
            return decided
    raise RuntimeError(f"the level of {resident_id} changed {TRIES_MAX} times under our hands")


def forget_level(resident_id: str) -> None:
    """Forget the level and days of somebody who left."""
    Standing.objects(id=resident_id).delete()
    ServiceDay.objects(resident_id=resident_id).delete()


def _write(talent: Talent, standing: Standing, level: str, reason: str, by: Caller) -> Standing | None:
    """Write the decision; None if somebody else decided meanwhile."""
    now = utc_now()
    decision = {
        "level": level, "before": standing.level, "reason": reason, "days": days_so_far(talent, standing), "rule": rules.RULE,
        "decided_by": by.resident_id, "decided_at": now,
    }  # fmt: skip
    values = {"level": level, "since": local_day(now, settings().zone).isoformat(), "decisions": [*standing.decisions, decision]}
    if not standing.decisions:
        fresh = Standing(id=talent.id, community_code=talent.community_code, **values)
        return fresh if insert_new(fresh) else None
    where = {"_id": talent.id, "decisions": {"$size": len(standing.decisions)}}
    return change_one(Standing, where=where, update={"$set": values})


def _check_distance(talent: Talent, by: Caller) -> None:
    """Run the conflict graph: not oneself, one's household, whom one put forward, or whom one mentors or is mentored by."""
    copies = {row.id: row.household_id for row in Candidate.objects(id__in=[talent.id, by.resident_id]).only("id", "household_id")}
    decider = Party(by.resident_id, by.household_id or copies.get(by.resident_id))
    pair = {"$in": [talent.id, by.resident_id]}
    agreed = {"$in": [MentorshipStatus.AGREED.value, MentorshipStatus.ENDED.value]}
    tied = {"mentee_id": pair, "mentor_id": pair, "status": agreed}
    try:
        nominators = [Party(id_, None) for id_ in talent.nominator_ids]
        check_decider(decider, candidate=Party(talent.id, copies.get(talent.id)), nominators=nominators)
        if by.resident_id != talent.id and Mentorship.objects(__raw__=tied).first():
            raise NominatorMayNotDecide()
    except (CandidateMayNotDecide, HouseholdMayNotDecide, NominatorMayNotDecide) as refusal:
        audit(settings().service, act="level-refused", by=by.resident_id, about=talent.id, detail={"why": refusal.slug})
        raise LevelDeciderTooClose() from refusal
