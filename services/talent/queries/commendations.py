"""Commendations as the office, their person, their proposers and the public see them: the name in full only where its owner allows it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.talent.errors import CommendationNotFound, NotInNotice, RoundNotFound
from services.talent.models import Candidate, Commendation, CommendationRound
from services.talent.queries.cursors import all_of, moment_cursor, moment_key, name_cursor
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from services.talent.rules.calling import is_open
from services.talent.rules.commending import OWN_TO_SEE, Status, may_be_named, number_of, status_at
from services.talent.rules.nominating import Party, check_decider
from shared.clock import utc_now
from shared.masking import masked, without_numbers
from shared.problems import Forbidden
from shared.web import Caller, encode_cursor

OF_THE_AWARD = ("title", "grantor_kind", "grantor", "since", "until")
OF_A_ROUND = ("id", "community_code", *OF_THE_AWARD, "about", "open_until", "opened_at", "closed_at")
GOES_ON, GRANTED, CLOSED = "open", "granted", "closed"


def rounds(*, community_code: str | None, status: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of rounds, newest first; `status` open or closed."""
    where: dict[str, Any] = {"community_code": community_code} if community_code else {}
    today, also = local_today().isoformat(), []
    if status == "open":
        where |= {"closed_at": None, "open_until": {"$gte": today}}
    elif status == "closed":
        also.append({"$or": [{"closed_at": {"$ne": None}}, {"open_until": {"$lt": today}}]})
    also += _before("opened_at", cursor)
    found = list(CommendationRound.objects(__raw__=all_of(where, also)).order_by("-opened_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].opened_at, found[limit - 1].id) if len(found) > limit else None
    return [show_round(row) for row in found[:limit]], following


def commendation_round(round_id: str) -> Shown:
    """Return a round; RoundNotFound if there is none."""
    found = CommendationRound.objects(id=round_id).first()
    if found is None:
        raise RoundNotFound()
    return show_round(found)


def show_round(found: CommendationRound) -> Shown:
    """Return a round as anybody reads it."""
    open_now = is_open(local_today(), open_until=found.open_until, is_closed=found.closed_at is not None)
    return {name: getattr(found, name) for name in OF_A_ROUND} | {"status": "open" if open_now else "closed"}


def commendations(wanted: Mapping[str, Any], *, viewer: Caller, limit: int, cursor: str | None) -> Page:
    """Return a page of commendations, those that changed last on top: the community's for staff, else one's own.

    `wanted` has status, resident_id (staff alone) and mine: one's own also for staff.
    """
    where: dict[str, Any] = {"community_code": viewer.community_code, **_with_status(wanted["status"])}
    also = _before("changed_at", cursor)
    if wanted["mine"] or not viewer.is_staff:
        also.append({"resident_id": viewer.resident_id, "status": {"$in": list(OWN_TO_SEE)}})
    elif wanted["resident_id"]:
        where["resident_id"] = wanted["resident_id"]
    found = list(Commendation.objects(__raw__=all_of(where, also)).order_by("-changed_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].changed_at, found[limit - 1].id) if len(found) > limit else None
    people = people_in(found[:limit])
    return [_shown(case, people, viewer) for case in found[:limit]], following


def commendation(commendation_id: str, *, viewer: Caller) -> Shown:
    """Return a commendation to the staff, or to its person once they were asked. Raises CommendationNotFound."""
    return show_commendation(Commendation.of(viewer.community_code, commendation_id), viewer=viewer)


def show_commendation(case: Commendation, *, viewer: Caller) -> Shown:
    """Return a commendation as `viewer` may see it; CommendationNotFound for neighbours."""
    is_own = case.resident_id == viewer.resident_id and case.status in OWN_TO_SEE
    if not viewer.is_staff and not is_own:
        raise CommendationNotFound()
    people = people_in([case])
    return _shown(case, people, viewer) | {"conflict": conflict_of(viewer, case)}


def proposals(*, viewer: Caller, limit: int, cursor: str | None) -> Page:
    """Return a page of what the viewer proposed. A proposer reads whether it goes on, was granted or is closed, and not why."""
    where = {"voices.by": viewer.resident_id, "community_code": viewer.community_code}
    found = list(Commendation.objects(__raw__=all_of(where, _before("changed_at", cursor))).order_by("-changed_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].changed_at, found[limit - 1].id) if len(found) > limit else None
    people = people_in(found[:limit])
    return [_proposal(case, _voice_of(case, viewer), people) for case in found[:limit]], following


def show_proposal(case: Commendation, *, viewer: Caller, proposal_id: str) -> Shown:
    """Return a proposal to whoever made it."""
    voice = next(row for row in case.voices if row["id"] == proposal_id)
    return _proposal(case, voice, people_in([case]))


def commendation_notices(*, community_code: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of the commendations in public notice, the last begun on top."""
    where: dict[str, Any] = {"status": Status.IN_NOTICE.value, **({"community_code": community_code} if community_code else {})}
    found = list(Commendation.objects(__raw__=all_of(where, _before("changed_at", cursor))).order_by("-changed_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].changed_at, found[limit - 1].id) if len(found) > limit else None
    people = people_in(found[:limit])
    return [_notice(case, people) for case in found[:limit]], following


def commendation_notice(commendation_id: str) -> Shown:
    """Return one commendation in public notice. Raises NotInNotice."""
    case = Commendation.objects(id=commendation_id, status=Status.IN_NOTICE.value).first()
    if case is None:
        raise NotInNotice()
    return _notice(case, people_in([case]))


def awards(wanted: Mapping[str, Any], *, community_code: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of the awards that stand, newest first; `wanted` has since and until (ISO days, or None) and ids (or none)."""
    where: dict[str, Any] = {"status": Status.GRANTED.value, "person_name": {"$ne": None}}
    where |= {"community_code": community_code} if community_code else {}
    where |= {"_id": {"$in": wanted["ids"]}} if wanted["ids"] else {}
    if days := {operator: day for operator, day in (("$gte", wanted["since"]), ("$lte", wanted["until"])) if day}:
        where["awarded_on"] = days
    also: list[Shown] = []
    if key := name_cursor(cursor):
        also.append({"$or": [{"awarded_on": {"$lt": key[0]}}, {"awarded_on": key[0], "_id": {"$lt": key[1]}}]})
    found = list(Commendation.objects(__raw__=all_of(where, also)).order_by("-awarded_on", "-id").limit(limit + 1))
    following = encode_cursor(found[limit - 1].awarded_on, found[limit - 1].id) if len(found) > limit else None
    people = people_in(found[:limit])
    return [show_award(case, people) for case in found[:limit]], following


def checked_award(code: str) -> Shown:
    """Return what an award says to whoever has its code, and whether it stands. Raises CommendationNotFound."""
    case = Commendation.objects(code=code, person_name__ne=None).first()
    if case is None:
        raise CommendationNotFound()
    withdrawn_at = case.withdrawal.get("at")
    status = Status.WITHDRAWN if withdrawn_at else Status.GRANTED
    return show_award(case, people_in([case])) | {"status": status.value, "withdrawn_at": withdrawn_at}


def show_award(case: Commendation, people: Mapping[str, Candidate]) -> Shown:
    """Return an award as anybody reads it."""
    return {
        "id": case.id, "community_code": case.community_code, "person": public_name(case, people), **_award(case),
        "citation": public_citation(case, people), "awarded_on": case.awarded_on, "number": number_of(case.year, case.serial),
    }  # fmt: skip


def check_far_from(case: Commendation, by: Caller, *, with_proposers: bool) -> None:
    """Refuse whoever is commended, lives with them, or (`with_proposers`) is or lives with somebody who proposed them.

    Raises CandidateMayNotDecide, NominatorMayNotDecide, HouseholdMayNotDecide.
    """
    people = people_in([case], more=[by.resident_id])
    proposers = [Party(row["by"], row["household_id"]) for row in case.voices] if with_proposers else []
    today = [_party(party.resident_id, people) for party in proposers]
    decider = Party(by.resident_id, by.household_id or _party(by.resident_id, people).household_id)
    check_decider(decider, candidate=_party(case.resident_id, people), nominators=[*proposers, *today])


def conflict_of(viewer: Caller, case: Commendation) -> str | None:
    """Return why the viewer may not decide (the slug of the refusal), or None."""
    try:
        check_far_from(case, viewer, with_proposers=True)
    except Forbidden as refusal:
        return refusal.slug
    return None


def people_in(cases: Iterable[Commendation], *, more: Sequence[str] = ()) -> dict[str, Candidate]:
    """Return the copies of all who have a part in commendations, by id."""
    ids = {id_ for case in cases for id_ in (case.resident_id, *(row["by"] for row in (*case.voices, *case.objections)))} | set(more)
    return {row.id: row for row in Candidate.objects(id__in=list(ids))}


def public_name(case: Commendation, people: Mapping[str, Candidate]) -> str:
    """Return the person's name as anybody may read it."""
    return str(_name(case, people)) if _is_named(case, people) else masked(_name(case, people))


def public_citation(case: Commendation, people: Mapping[str, Candidate]) -> str:
    """Return the words of an award as anybody may read them: without phones, and without the name where it is masked."""
    words = without_numbers(case.citation or "")
    names = {name for name in (_name(case, people), case.person_name) if name}
    for name in names if not _is_named(case, people) else ():
        words = words.replace(name, masked(name))
    return words


def _is_named(case: Commendation, people: Mapping[str, Candidate]) -> bool:
    person = people.get(case.resident_id)
    return may_be_named(agreed=bool(case.answer.get("named")), consents=person.consents if person else ())


def _name(case: Commendation, people: Mapping[str, Candidate]) -> str | None:
    person = people.get(case.resident_id)
    return (person.name if person else None) or case.person_name


def _shown(case: Commendation, people: Mapping[str, Candidate], viewer: Caller) -> Shown:
    in_full = viewer.is_staff and viewer.resident_id != case.resident_id
    return {
        "id": case.id, "community_code": case.community_code, "resident_id": case.resident_id, "person_name": _name(case, people),
        "round_id": case.round_id or None, **_award(case), "citation": case.citation,
        "status": status_at(utc_now(), stored=case.status, notice_ends_at=case.notice_ends_at).value,
        "voices": [_voice(row, people, in_full=in_full) for row in case.voices],
        "asked_at": case.asked.get("at"), **_answer(case),
        "publishes": "publish" in (people[case.resident_id].consents if case.resident_id in people else ()),
        "notice_ends_at": case.notice_ends_at, "objections_open": len(case.open_objections),
        "proposed_at": case.proposed_at, "changed_at": case.changed_at,
        "decision": case.ruling.get("decision"), "reason": case.ruling.get("reason"), "decided_at": case.ruling.get("at"),
        "decided_by": case.ruling.get("by") if viewer.is_staff else None,
        "awarded_on": case.awarded_on, "number": number_of(case.year, case.serial) if case.serial else None, "code": case.code,
        "withdrawn_at": case.withdrawal.get("at"), "withdrawal_reason": case.withdrawal.get("reason"),
    }  # fmt: skip


def _award(case: Commendation) -> Shown:
    return {name: getattr(case, name) for name in OF_THE_AWARD}


def _answer(case: Commendation) -> Shown:
    by = case.answer.get("by")
    told = {"accepts": case.answer.get("accepts"), "named": case.answer.get("named"), "answered_at": case.answer.get("at")}
    return told | {"answered_by_office": bool(by) and by != case.resident_id}


def _voice(row: Mapping[str, Any], people: Mapping[str, Candidate], *, in_full: bool) -> Shown:
    """Return a proposal inside a commendation: its person reads why, and not from whom."""
    said = {"reason": row["reason"], "said_at": row["said_at"], "for_office": row["for_office"], "records": row["records"]}
    if not in_full:
        return said
    proposer = people.get(row["by"])
    return said | {"id": row["id"], "by": row["by"], "by_name": proposer.name if proposer else None}


def _voice_of(case: Commendation, viewer: Caller) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(row for row in case.voices if row["by"] == viewer.resident_id)
    return found


def _proposal(case: Commendation, voice: Mapping[str, Any], people: Mapping[str, Candidate]) -> Shown:
    status = GOES_ON if case.open else GRANTED if case.status == Status.GRANTED else CLOSED
    return {
        "id": voice["id"], "commendation_id": case.id, "person": public_name(case, people), "title": case.title,
        "round_id": case.round_id or None, "reason": voice["reason"], "records": voice["records"], "said_at": voice["said_at"],
        "status": status,
    }  # fmt: skip


def _notice(case: Commendation, people: Mapping[str, Candidate]) -> Shown:
    return {
        "id": case.id, "community_code": case.community_code, "person": public_name(case, people), **_award(case),
        "citation": public_citation(case, people), "notice_ends_at": case.notice_ends_at,
        "status": status_at(utc_now(), stored=case.status, notice_ends_at=case.notice_ends_at).value,
    }  # fmt: skip


def _with_status(status: str | None) -> dict[str, Any]:
    if status in (Status.DECIDABLE, Status.IN_NOTICE):
        then = "$lte" if status == Status.DECIDABLE else "$gt"
        return {"status": Status.IN_NOTICE.value, "notice_ends_at": {then: utc_now()}}
    return {"status": status} if status else {}


def _before(name: str, cursor: str | None) -> list[Shown]:
    if (after := moment_cursor(cursor)) is None:
        return []
    return [{"$or": [{name: {"$lt": after[0]}}, {name: after[0], "_id": {"$lt": after[1]}}]}]


def _party(resident_id: str, people: Mapping[str, Candidate]) -> Party:
    copy = people.get(resident_id)
    return Party(resident_id, copy.household_id if copy else None)
