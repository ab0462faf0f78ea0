"""Commending somebody (表彰): proposed, asked whether they accept, in notice, decided, withdrawn where it proved wrong. (ADR 101)

A commendation is one document, and every step is one guarded write of its next revision: the grant sees every objection, and an objection
never meets a commendation that was granted meanwhile.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.talent.commands import nominations
from services.talent.errors import (
    CandidateUnknown,
    CommendationElsewhere,
    CommendationNotFound,
    NoticeNotOver,
    ObjectionOpen,
    OwnCommendation,
    ProposedAlready,
    RoundClosed,
    TooManyProposals,
)
from services.talent.models import Candidate, Commendation, CommendationRound
from services.talent.queries.commendations import check_far_from
from services.talent.rules.calling import is_open
from services.talent.rules.commending import (
    ANSWERABLE,
    PROPOSALS_OPEN_MAX,
    UNDECIDED,
    VOICES_MAX,
    Status,
    check_stands_at,
    status_at,
)
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import Forbidden, IdInUse
from shared.web import Caller
from shared.working_days import period_end

TRIES_MAX = 20
CODE_BYTES = 16

Values = dict[str, Any]
Step = Callable[[Commendation], Values | None]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody says for a person: why, and by which of their service records (ids; only the office picks from them)."""

    resident_id: str
    round_id: str | None
    reason: str
    records: tuple[str, ...]
    request_digest: str


@dataclass(frozen=True, kw_only=True)
class Award:
    """What an award is called, who grants it, for deeds of which days, and the words that stand on it."""

    title: str
    grantor_kind: str
    grantor: str
    since: date
    until: date
    citation: str


def propose(proposal_id: str, said: Proposal, *, by: Caller) -> tuple[Commendation, bool]:
    """Propose somebody for a commendation → (commendation, whether the proposal is new); a second proposer joins the open case.

    Raises OwnCommendation, RoundNotFound, RoundClosed, CandidateUnknown, ProposedAlready, TooManyProposals, Forbidden (records picked by
    somebody who is not of the office), IdInUse.
    """
    if known := _with_voice(proposal_id):
        return _same(known, proposal_id, said, by), False
    _check_proposal(said, by)
    person = _person(said.resident_id, by)
    voice = _voice(proposal_id, said, by)
    for _ in range(TRIES_MAX):
        where = {"resident_id": person.id, "round_id": said.round_id or "", "open": True}
        case = Commendation.objects(__raw__=where).first()
        joined = _begin(person, said, voice, by) if case is None else _join(case, voice)
        if joined is not None:
            if by.may_write_staff:
                _note("propose-commendation", joined, by, proposal_id=proposal_id)
            return joined, True
        if known := _with_voice(proposal_id):
            return _same(known, proposal_id, said, by), False
    raise RuntimeError(f"the commendation of {person.id} changed {TRIES_MAX} times under our hands")


def ask(commendation_id: str, award: Award, *, by: Caller) -> Commendation:
    """Say what the award is, and ask its person whether they accept it; until they answer it may be said anew.

    Raises CommendationNotFound, CommendationElsewhere, and the refusals of `check_far_from`.
    """
    words = asdict(award) | {"since": award.since.isoformat(), "until": award.until.isoformat()}

    def step(case: Commendation) -> Values | None:
        _check_far(case, by)
        if case.asked and all(getattr(case, name) == value for name, value in words.items()):
            return None
        check_stands_at(case.status, (Status.PROPOSED, Status.ASKED))
        return words | {"status": Status.ASKED.value, "asked": {"by": by.resident_id, "at": utc_now()}}

    return _turned(commendation_id, by, step, act="ask-commended")


def answer(commendation_id: str, *, accepts: bool, named: bool, by: Caller) -> Commendation:
    """Say whether one accepts the honour, and whether one's name may stand in full; the office may say it for who told them (noted).

    Who was named, or was not, may say otherwise at any time, also of an award that was granted. What somebody said themselves the office
    does not change. Raises CommendationNotFound, CommendationElsewhere.
    """

    def step(case: Commendation) -> Values | None:
        is_own = by.resident_id == case.resident_id
        if not is_own and not by.may_write_staff:
            raise CommendationNotFound()
        if (case.answer.get("accepts"), case.answer.get("named")) == (accepts, named):
            return None
        if not is_own and case.answer.get("by") == case.resident_id:
            raise CommendationElsewhere()
        said = {"answer": {"accepts": accepts, "named": named, "by": by.resident_id, "at": utc_now()}}
        if accepts and case.status in (Status.GRANTED, Status.WITHDRAWN):
            return said
        check_stands_at(case.status, ANSWERABLE)
        if not accepts:
            return said | {"status": Status.DECLINED.value, "open": False, "objections": without_open(case.objections)}
        return said | ({"status": Status.ACCEPTED.value} if case.status == Status.ASKED else {})

    changed = _turned(commendation_id, by, step)
    if by.resident_id != changed.resident_id:
        _note("answer-for-commended", changed, by, accepts=accepts, named=named)
    return changed


def put_in_notice(commendation_id: str, *, by: Caller) -> Commendation:
    """Let an accepted commendation stand in public notice; again changes nothing. Raises CommendationNotFound, CommendationElsewhere."""

    def step(case: Commendation) -> Values | None:
        _check_far(case, by)
        if case.status == Status.IN_NOTICE:
            return None
        check_stands_at(case.status, (Status.ACCEPTED,))
        now, known = utc_now(), settings()
        ends_at = period_end(now, working_days=known.notice_days, zone=known.zone, days_off=known.days_off)
        return {"status": Status.IN_NOTICE.value, "notice": {"by": by.resident_id, "at": now}, "notice_ends_at": ends_at}

    return _turned(commendation_id, by, step, act="put-commendation-in-notice")


def decide_commendation(commendation_id: str, *, decision: str, reason: str, by: Caller) -> Commendation:
    """Grant the award or refuse it, once its notice is over; the same again changes nothing.

    Raises CommendationNotFound, NoticeNotOver, ObjectionOpen, CommendationElsewhere, and the refusals of `check_far_from`.
    """

    def step(case: Commendation) -> Values | None:
        _check_far(case, by, with_proposers=True)
        if case.ruling:
            if (case.ruling["decision"], case.ruling["reason"]) != (decision, reason):
                raise CommendationElsewhere()
            return None
        _check_decidable(case)
        now = utc_now()
        ruled = {"ruling": {"decision": decision, "reason": reason, "by": by.resident_id, "at": now}, "open": False}
        if decision == "refuse":
            return ruled | {"status": Status.REFUSED.value}
        return ruled | {"status": Status.GRANTED.value} | _numbered(case, now)

    return _turned(commendation_id, by, step, act=f"commendation-{decision}", why=reason)


def set_commendation_aside(commendation_id: str, *, reason: str, by: Caller) -> Commendation:
    """Close what becomes nothing before it stands in notice, with a reason; the same again changes nothing.

    Raises CommendationNotFound, CommendationElsewhere.
    """

    def step(case: Commendation) -> Values | None:
        _check_far(case, by)
        if case.status == Status.SET_ASIDE and case.ruling.get("reason") == reason:
            return None
        check_stands_at(case.status, (Status.PROPOSED, Status.ASKED, Status.ACCEPTED))
        ruling = {"decision": "set_aside", "reason": reason, "by": by.resident_id, "at": utc_now()}
        return {"status": Status.SET_ASIDE.value, "open": False, "ruling": ruling}

    return _turned(commendation_id, by, step, act="set-commendation-aside", why=reason)


def withdraw_award(commendation_id: str, *, reason: str, by: Caller) -> Commendation:
    """Withdraw an award that was granted; the record keeps it with the reason. The same again changes nothing.

    Raises CommendationNotFound, CommendationElsewhere, and the refusals of `check_far_from`.
    """

    def step(case: Commendation) -> Values | None:
        _check_far(case, by, with_proposers=True)
        if case.withdrawal:
            if case.withdrawal["reason"] != reason:
                raise CommendationElsewhere()
            return None
        check_stands_at(case.status, (Status.GRANTED,))
        return {"status": Status.WITHDRAWN.value, "withdrawal": {"reason": reason, "by": by.resident_id, "at": utc_now()}}

    return _turned(commendation_id, by, step, act="withdraw-award", why=reason)


def forget_commendations(resident_id: str) -> None:
    """Let undecided commendations of who left lapse, and take words and names out of all: number, title, day, grantor stay (Order 67)."""
    for case in Commendation.objects(resident_id=resident_id).only("id"):
        turn(case.id, _stripped)
    for case in Commendation.objects(__raw__={"objections.by": resident_id, "objections.status": "open"}).only("id"):
        turn(case.id, lambda known: {"objections": without_open(known.objections, of=resident_id)})


def turn(commendation_id: str, step: Step) -> tuple[Commendation, bool]:
    """Write the revision that `step` makes of a commendation (None: it stands so already) → (commendation, whether anything changed)."""
    for _ in range(TRIES_MAX):
        case = Commendation.objects(id=commendation_id).first()
        values = step(case)
        if values is None:
            return case, False
        update = {"$set": {**values, "changed_at": utc_now()}, "$inc": {"revision": 1}}
        try:
            changed = change_one(Commendation, where={"_id": case.id, "revision": case.revision}, update=update)
        except DuplicateKeyError:  # somebody else was given this number at the same moment
            continue
        if changed is not None:
            return changed, True
    raise RuntimeError(f"commendation {commendation_id} changed {TRIES_MAX} times under our hands")


def without_open(objections: list[dict[str, Any]], *, of: str | None = None) -> list[dict[str, Any]]:
    """Return objections with the open ones (`of` one person, or all) taken back."""
    back = {"status": "taken_back", "decided_at": utc_now()}
    return [row | back if row["status"] == "open" and of in (None, row["by"]) else row for row in objections]


def _turned(commendation_id: str, by: Caller, step: Step, *, act: str = "", why: str | None = None) -> Commendation:
    Commendation.of(by.community_code, commendation_id)
    changed, is_new = turn(commendation_id, step)
    if act and is_new:
        _note(act, changed, by, **({"why": why} if why else {}))
    return changed


def _check_far(case: Commendation, by: Caller, *, with_proposers: bool = False) -> None:
    try:
        check_far_from(case, by, with_proposers=with_proposers)
    except Forbidden as refusal:
        _note("commendation-act-refused", case, by, why=refusal.slug)
        raise


def _check_decidable(case: Commendation) -> None:
    status = status_at(utc_now(), stored=case.status, notice_ends_at=case.notice_ends_at)
    if status == Status.IN_NOTICE:
        raise NoticeNotOver(f"It lasts until {case.notice_ends_at.isoformat(timespec='minutes')}.")
    check_stands_at(status, (Status.DECIDABLE,))
    if case.open_objections:
        raise ObjectionOpen()


def _numbered(case: Commendation, now: datetime) -> Values:
    """Return the day, the next number of the community's year, and the code to check an award by."""
    day = local_day(now, settings().zone)
    last = Commendation.objects(community_code=case.community_code, year=day.year).order_by("-serial").only("serial").first()
    serial = (last.serial if last else 0) + 1
    return {"awarded_on": day.isoformat(), "year": day.year, "serial": serial, "code": secrets.token_urlsafe(CODE_BYTES)}


def _check_proposal(said: Proposal, by: Caller) -> None:
    if said.resident_id == by.resident_id:
        raise OwnCommendation(errors={"/resident_id": "Nobody proposes themselves."})
    if said.records and not by.may_write_staff:
        raise Forbidden("Records are picked by the office; please use words.")
    if said.round_id:
        found = CommendationRound.of(by.community_code, said.round_id)
        today = local_day(utc_now(), settings().zone)
        if not is_open(today, open_until=found.open_until, is_closed=found.closed_at is not None):
            raise RoundClosed()
    own = {"open": True, "voices.by": by.resident_id}
    if not by.may_write_staff and Commendation.objects(__raw__=own).count() >= PROPOSALS_OPEN_MAX:
        raise TooManyProposals()


def _person(resident_id: str, by: Caller) -> Candidate:
    try:
        return nominations.wait_for_candidate(resident_id, community_code=by.community_code)
    except CandidateUnknown:
        raise CandidateUnknown(errors={"/resident_id": "Nobody of this id lives in your community."}) from None


def _voice(proposal_id: str, said: Proposal, by: Caller) -> dict[str, Any]:
    copy = Candidate.objects(id=by.resident_id).first()
    return {
        "id": proposal_id, "by": by.resident_id, "household_id": by.household_id or (copy.household_id if copy else None),
        "for_office": by.may_write_staff, "reason": said.reason, "records": [*said.records], "said_at": utc_now(),
        "digest": said.request_digest,
    }  # fmt: skip


def _begin(person: Candidate, said: Proposal, voice: Mapping[str, Any], by: Caller) -> Commendation | None:
    """Begin a case with its first voice; None where somebody else began one at the same moment."""
    found = CommendationRound.of(by.community_code, said.round_id) if said.round_id else None
    award = {name: getattr(found, name) for name in ("title", "grantor_kind", "grantor", "since", "until")} if found else {}
    made = Commendation(
        id=voice["id"], community_code=by.community_code, resident_id=person.id, person_name=person.name, round_id=said.round_id or "",
        status=Status.PROPOSED.value, open=True, voices=[dict(voice)], proposed_at=voice["said_at"], changed_at=voice["said_at"], **award,
    )  # fmt: skip
    try:
        return made if insert_new(made) else None
    except DuplicateKeyError:
        return None


def _join(case: Commendation, voice: Mapping[str, Any]) -> Commendation | None:
    if any(row["id"] == voice["id"] for row in case.voices):
        return None
    if any(row["by"] == voice["by"] for row in case.voices):
        raise ProposedAlready()
    if len(case.voices) >= VOICES_MAX:
        raise TooManyProposals()
    update = {"$push": {"voices": dict(voice)}, "$inc": {"revision": 1}, "$set": {"changed_at": voice["said_at"]}}
    where = {"_id": case.id, "revision": case.revision, "open": True}
    return change_one(Commendation, where=where, update=update)


def _with_voice(proposal_id: str) -> Commendation | None:
    found: Commendation | None = Commendation.objects(__raw__={"voices.id": proposal_id}).first()
    return found or Commendation.objects(id=proposal_id).first()


def _same(case: Commendation, proposal_id: str, said: Proposal, by: Caller) -> Commendation:
    voice: Mapping[str, Any] = next((row for row in case.voices if row["id"] == proposal_id), {})
    if (voice.get("by"), voice.get("digest")) != (by.resident_id, said.request_digest):
        raise IdInUse()
    return case


def _stripped(case: Commendation) -> Values | None:
    if case.person_name is None:
        return None
    nothing: Values = {"person_name": None, "citation": None, "voices": [], "objections": [], "answer": {}, "asked": {}, "notice": {}}
    words = {name: {**row, "reason": ""} for name, row in (("ruling", case.ruling), ("withdrawal", case.withdrawal)) if row}
    lapsed = {"status": Status.LAPSED.value, "open": False} if case.status in UNDECIDED else {}
    return {**nothing, **words, **lapsed}


def _note(act: str, case: Commendation, by: Caller, **detail: Any) -> None:
    audit(settings().service, act=act, by=by.resident_id, about=case.resident_id, detail={"commendation_id": case.id, **detail})
