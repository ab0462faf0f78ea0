"""Nominating and deciding: one document a nominator, one guarded write a step, the case decided through its lead."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.commands import leads, registry
from services.talent.errors import (
    AlreadyDecided,
    AlreadyNominated,
    CandidateUnknown,
    CatalogueNotHere,
    NoSkillVerified,
    NoticeNotOver,
    ObjectionOpen,
    OfferSettled,
    StillGathering,
)
from services.talent.models import Candidate, Nomination, Objection, Offer, as_row, as_skill, taxonomy
from services.talent.rules.nominating import (
    OUTCOMES,
    Channel,
    Party,
    Status,
    check_channel,
    check_decider,
    households_behind,
    status_at,
)
from services.talent.rules.skills import Skill, Verification, named_alike, skill_code, verify_skills
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.events.talent import NominationDecided
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest
from shared.problems import Forbidden, IdInUse, NotFound
from shared.web import Caller

COPY_POLL_SECONDS = 0.05
SWEEP_MAX = 200
NOTHING_OPEN = {"objections_open.0": {"$exists": False}}


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """What a nominator says about a candidate; `evidence` is {body, ground, about} of the organization channel, or empty;
    `request_digest` tells the same request from another.
    """

    channel: str
    candidate_id: str
    skills: tuple[Skill, ...]
    statement: str
    request_digest: str
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What a steward says; `skills`, where given, are the steward's own reading of what the candidate can do."""

    decision: str
    reason: str
    skills: tuple[Skill, ...] = field(default=())

    @property
    def digest(self) -> str:
        """What tells the same ruling from another."""
        return digest(
            {"decision": self.decision, "reason": self.reason, "skills": [as_row(skill) for skill in self.skills]}
        )


def nominate(nomination_id: str, nominee: Nominee, *, by: Caller) -> tuple[Nomination, bool]:
    """Put a candidate forward; returns the nomination and whether it was created now.

    Raises ChannelNotYours, CandidateDoesNotFit, CandidateUnknown, AlreadyNominated, and IdInUse where the id stands for
    another request. The same request again gives the same nomination, and finishes what a crash left.
    """
    known = Nomination.objects(id=nomination_id).first()
    created = False
    if known is None:
        check_channel(
            nominee.channel,
            candidate_id=nominee.candidate_id,
            nominator_id=by.resident_id,
            for_office=by.may_write_staff,
        )
        known, created = leads.enter(_new_nomination(nomination_id, nominee, by=by))
    if (known.request_digest, known.nominator_id) != (nominee.request_digest, by.resident_id):
        raise IdInUse()
    if created or known.status == Status.GATHERING:
        gather(known.candidate_id)
        known = Nomination.objects(id=nomination_id).first()
    if created and nominee.channel == Channel.ORGANIZATION:
        _note("nominate", known, by=by, why=nominee.channel)
    return known, created


def nominate_by_offers(offers: Sequence[Offer], candidate: Candidate, *, by: Caller) -> Nomination:
    """Return the nomination by the self channel that a resident's `offers` make, or are joined to where there is an open one.

    The first offer gives the id, so that a repeat lands on itself. Raises OfferSettled where it became somebody else's meanwhile.
    """
    first, skills = offers[0], named_alike([Skill(code) for offer in offers for code in offer.skills], codes={})
    words = "\n".join(dict.fromkeys(offer.words for offer in offers if offer.words))
    nominee = Nominee(
        channel=Channel.SELF, candidate_id=candidate.id, skills=skills, statement=words, request_digest=digest({"offer": first.id})
    )  # fmt: skip
    made = _new_nomination(derive_id("offer", first.id), nominee, by=_speaking_for(candidate))
    made.entered_by = [*dict.fromkeys([*(offer.helped_by for offer in offers if offer.helped_by), by.resident_id])]
    made.offers = [offer.id for offer in offers]
    try:
        nomination, _ = leads.enter(made)
    except AlreadyNominated:
        return _join_offers(made)
    gather(candidate.id)
    if nomination.candidate_id != candidate.id:
        raise OfferSettled()
    return nomination


def gather(candidate_id: str) -> None:
    """Put the gathering nominations of a candidate into notice once enough households stand behind them, or another channel does.

    The earliest becomes the lead; those that come later join it, as they join the lead of another channel. Safe to repeat, and to run
    twice at once: a unique index admits one lead.
    """
    lead = leads.lead_of_candidate(candidate_id) or _elect_lead(candidate_id)
    if lead is None:
        return
    for nomination in _gathering(candidate_id):
        lead = leads.with_notice_of(lead, nomination.skills)
        joined = {"status": Status.IN_NOTICE.value, "lead_id": lead.id, "notice_ends_at": lead.notice_ends_at}
        change_one(Nomination, where={"_id": nomination.id, "status": Status.GATHERING.value}, update={"$set": joined})


def decide(nomination_id: str, ruling: Ruling, *, by: Caller) -> Nomination:
    """Admit or refuse the candidate; the same ruling again gives the same nomination.

    Raises NotFound outside the caller's community, the refusals of `check_decider`, StillGathering, NoticeNotOver,
    AlreadyDecided, CatalogueNotHere and NoSkillVerified.
    """
    nomination = Nomination.objects(id=nomination_id, community_code=by.community_code).first()
    if nomination is None:
        raise NotFound()
    lead = leads.lead_of(nomination)
    if not lead.ruling:
        lead = _rule(lead, ruling, by=by)
    if lead.ruling["digest"] != ruling.digest:
        raise AlreadyDecided()
    follow_decision(lead.id)
    decided: Nomination = Nomination.objects(id=nomination_id).first()
    return decided


def follow_decision(nomination_id: str) -> None:
    """Do what follows from a decided nomination: its group is decided alike, an admitted candidate enters the registry."""
    nomination = Nomination.objects(id=nomination_id).first()
    if nomination is None or not nomination.ruling or nomination.lead_id != nomination.id:
        return
    if nomination.status == Status.ADMITTED:
        registry.admit(nomination)
    for follower in Nomination.objects(lead_id=nomination_id, open=True).limit(leads.GROUP_MAX):
        _write_ruling(follower, nomination.ruling, at=nomination.ruling["decided_at"])


def refuse_by_objection(objection: Objection) -> None:
    """Close a candidacy as refused by an objection that was upheld against it; nothing where it is decided already."""
    lead = Nomination.objects(id=objection.nomination_id).first()
    if lead.ruling:
        follow_decision(lead.id)
        return
    entry = {
        "decision": "refuse",
        "reason": objection.decision_reason,
        "decided_by": objection.decided_by,
        "decided_at": objection.decided_at,
        "digest": digest({"objection": objection.id}),
        "skills": [],
        "faults": [],
        "nominator_ids": [*dict.fromkeys(nomination.nominator_id for nomination in leads.group(lead))],
        "objection_id": objection.id,
    }
    _write_ruling(lead, entry, at=objection.decided_at)
    follow_decision(lead.id)


def reopen(lead_id: str) -> None:
    """Open a refused candidacy again, with those that followed it. Where the candidate has been put forward anew, that goes on instead."""
    lead = Nomination.objects(id=lead_id).first()
    opened = {"status": Status.IN_NOTICE.value, "open": True}
    try:
        if lead.status == Status.REFUSED:
            update = {
                "$set": {**opened, "leads": True, "announced": True},
                "$push": {"former_rulings": lead.ruling},
                "$unset": {"ruling": ""},
            }
            change_one(Nomination, where={"_id": lead_id, "status": Status.REFUSED.value}, update=update)
        for follower in Nomination.objects(lead_id=lead_id, id__ne=lead_id, status=Status.REFUSED).limit(leads.GROUP_MAX):
            where = {"_id": follower.id, "status": Status.REFUSED.value}
            change_one(Nomination, where=where, update={"$set": opened, "$unset": {"ruling": ""}})
    except DuplicateKeyError:
        return


def sweep() -> None:
    """Finish what a crash left between two writes: groups that are large enough, followers of a decided lead, cases in two parts."""
    leads.unite()
    gathering = Nomination.objects(status=Status.GATHERING).order_by("-nominated_at").limit(SWEEP_MAX)
    for candidate_id in dict.fromkeys(nomination.candidate_id for nomination in gathering):
        gather(candidate_id)
    followers = Nomination.objects(
        __raw__={"open": True, "lead_id": {"$exists": True}, "$expr": {"$ne": ["$lead_id", "$_id"]}}
    )
    for lead_id in dict.fromkeys(nomination.lead_id for nomination in followers.limit(SWEEP_MAX)):
        follow_decision(lead_id)


def _new_nomination(nomination_id: str, nominee: Nominee, *, by: Caller) -> Nomination:
    now = utc_now()
    gathers = nominee.channel == Channel.RESIDENT
    skills = named_alike(nominee.skills, codes=taxonomy().words)
    return Nomination(
        id=nomination_id,
        request_digest=nominee.request_digest,
        community_code=by.community_code,
        channel=nominee.channel,
        candidate_id=nominee.candidate_id,
        candidate_name=_candidate_name(nominee, by=by),
        nominator_id=by.resident_id,
        nominator_household_id=_household_of(by),
        skills=[as_row(skill) for skill in skills],
        statement=nominee.statement,
        evidence=dict(nominee.evidence),
        status=(Status.GATHERING if gathers else Status.IN_NOTICE).value,
        open=True,
        nominated_at=now,
        **({} if gathers else leads.as_lead(nomination_id, start=now)),
    )


def _speaking_for(candidate: Candidate) -> Caller:
    """Return the candidate as the one who puts themselves forward: they did, on the form."""
    return Caller(
        resident_id=candidate.id, community_code=candidate.community_code, household_id=candidate.household_id, name=candidate.name or ""
    )  # fmt: skip


def _join_offers(made: Nomination) -> Nomination:
    """Add what offers say to the nomination by the self channel that the candidate has open."""
    where = {"candidate_id": made.candidate_id, "nominator_id": made.candidate_id, "channel": Channel.SELF.value, "open": True}
    known = Nomination.objects(__raw__=where).first()
    if known is None:
        raise OfferSettled()  # it was decided at this moment: look again
    told = {skill["skill"] for skill in known.skills}
    joined = {
        "skills": {"$each": [skill for skill in made.skills if skill["skill"] not in told]},
        "offers": {"$each": made.offers},
        "entered_by": {"$each": made.entered_by},
    }
    changed: Nomination | None = change_one(Nomination, where=where | {"_id": known.id}, update={"$addToSet": joined})
    if changed is None:
        raise OfferSettled()
    return changed


def _candidate_name(nominee: Nominee, *, by: Caller) -> str | None:
    if nominee.channel == Channel.SELF:
        return by.name or _name_in_copy(by.resident_id)
    name: str = wait_for_candidate(nominee.candidate_id, community_code=by.community_code).name
    return name


def _name_in_copy(resident_id: str) -> str | None:
    candidate = Candidate.objects(id=resident_id).first()
    return candidate.name if candidate else None


def wait_for_candidate(candidate_id: str, *, community_code: str) -> Candidate:
    """Return the candidate's copy; whoever has just been registered may still be on the way here, so wait a moment."""
    deadline = time.monotonic() + settings().copy_wait_ms / 1000
    while time.monotonic() < deadline:
        candidate: Candidate | None = Candidate.objects(
            id=candidate_id, community_code=community_code, left=False
        ).first()
        if candidate is not None:
            return candidate
        time.sleep(COPY_POLL_SECONDS)
    raise CandidateUnknown(errors={"/candidate_id": "Nobody of this id lives in your community."})


def _household_of(caller: Caller) -> str | None:
    if caller.household_id:
        return caller.household_id
    copy = Candidate.objects(id=caller.resident_id).first()
    return copy.household_id if copy else None


def _gathering(candidate_id: str) -> list[Nomination]:
    found = Nomination.objects(candidate_id=candidate_id, status=Status.GATHERING).order_by("nominated_at", "id")
    return list(found.limit(leads.GROUP_MAX))


def _elect_lead(candidate_id: str) -> Nomination | None:
    gathered = _gathering(candidate_id)
    behind = households_behind([nomination.nominator for nomination in gathered], candidate=_party(candidate_id))
    if not gathered or behind < settings().households_needed:
        return None
    first = gathered[0]
    elected = {"status": Status.IN_NOTICE.value, **leads.as_lead(first.id, start=utc_now())}
    try:
        lead: Nomination | None = change_one(
            Nomination, where={"_id": first.id, "status": Status.GATHERING.value}, update={"$set": elected}
        )
    except DuplicateKeyError:  # another process elected one at the same moment
        lead = None
    return lead or leads.lead_of_candidate(candidate_id)


def _party(resident_id: str) -> Party:
    copy = Candidate.objects(id=resident_id).first()
    return Party(resident_id, copy.household_id if copy else None)


def _lead_of(nomination: Nomination) -> Nomination:
    if nomination.lead_id in (None, nomination.id):
        return nomination
    return Nomination.objects(id=nomination.lead_id).first() or nomination


def _rule(lead: Nomination, ruling: Ruling, *, by: Caller) -> Nomination:
    """Decide an open lead by one guarded write; whoever was faster wins, and the caller sees their ruling."""
    now, group = utc_now(), leads.group(lead)
    _check_decider(lead, group, by=by)
    _check_open(lead, now)
    verified = _verify(ruling, group)
    entry = {
        "decision": ruling.decision,
        "reason": ruling.reason,
        "decided_by": by.resident_id,
        "decided_at": now,
        "digest": ruling.digest,
        "skills": [as_row(skill) for skill in verified.verified],
        "faults": [{"pointer": pointer, "detail": detail} for pointer, detail in verified.faults.items()],
        "nominator_ids": [*dict.fromkeys(nomination.nominator_id for nomination in group)],
    }
    decided = _write_ruling(lead, entry, at=now, also=NOTHING_OPEN)
    if decided is None:
        return _rule_again(lead.id, ruling, by=by)
    _note(f"nomination-{ruling.decision}", lead, by=by, why=ruling.reason)
    return decided


def _rule_again(lead_id: str, ruling: Ruling, *, by: Caller) -> Nomination:
    lead: Nomination = Nomination.objects(id=lead_id).first()
    return lead if lead.ruling else _rule(lead, ruling, by=by)


def _check_decider(lead: Nomination, group: Iterable[Nomination], *, by: Caller) -> None:
    """Run the conflict graph over households as they were and as they are; a refusal is written to the audit log."""
    decider = Party(by.resident_id, _household_of(by))
    then = [party for nomination in group for party in _who_put_forward(nomination)]
    today = [_party(party.resident_id) for party in then]
    try:
        check_decider(decider, candidate=_party(lead.candidate_id), nominators=[*then, *today], refused_by=lead.refused_by)
    except Forbidden as refusal:
        _note("decision-refused", lead, by=by, why=refusal.slug)
        raise


def _who_put_forward(nomination: Nomination) -> list[Party]:
    """Return the nominator and, of an offer, who of the office filled it in or said whose it is: they had a hand in it too."""
    return [nomination.nominator, *(Party(resident_id) for resident_id in nomination.entered_by)]


def _check_open(lead: Nomination, now: datetime) -> None:
    status = status_at(now, stored=lead.status, notice_ends_at=lead.notice_ends_at)
    if status == Status.GATHERING:
        raise StillGathering()
    if status == Status.IN_NOTICE:
        raise NoticeNotOver(f"It lasts until {lead.notice_ends_at.isoformat(timespec='minutes')}.")
    if status != Status.DECIDABLE:
        raise AlreadyDecided()
    if lead.objections_open:
        raise ObjectionOpen()


def _verify(ruling: Ruling, group: Sequence[Nomination]) -> Verification:
    if OUTCOMES[ruling.decision] != Status.ADMITTED:
        return Verification((), {})
    known = taxonomy()
    if known.is_empty:
        raise CatalogueNotHere()
    proposed = ruling.skills or [as_skill(row) for nomination in group for row in nomination.skills]
    skills = named_alike(proposed, codes=known.words)
    found = verify_skills(skills, licensed=known.licensed, today=local_day(utc_now(), settings().zone))
    if not found.verified:
        raise NoSkillVerified(errors=found.faults)
    return found


def _write_ruling(
    nomination: Nomination, entry: dict[str, Any], *, at: datetime, also: Mapping[str, Any] = MappingProxyType({})
) -> Nomination | None:
    status = OUTCOMES[entry["decision"]].value
    fact = NominationDecided(
        nomination_id=nomination.id,
        candidate_id=nomination.candidate_id,
        community_code=nomination.community_code,
        channel=nomination.channel,
        nominator_ids=list(entry["nominator_ids"]),
        decision=entry["decision"],
        decided_by=entry["decided_by"],
        decided_at=at,
    )
    closed = {"status": status, "ruling": entry, "open": False, "leads": False, "announced": False}
    guard = {"_id": nomination.id, "open": True, "status": Status.IN_NOTICE.value, **also}
    decided: Nomination | None = change_one(Nomination, where=guard, update={"$set": closed}, facts=[fact])
    return decided


def _note(act: str, nomination: Nomination, *, by: Caller, why: str) -> None:
    detail = {"nomination_id": nomination.id, "why": why}
    audit(settings().service, act=act, by=by.resident_id, about=nomination.candidate_id, detail=detail)


def codes_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return the catalogue's codes for what somebody wrote, each once; what it does not know stays as it is."""
    codes = taxonomy().words
    return tuple(dict.fromkeys(skill_code(word, codes=codes) for word in words))
