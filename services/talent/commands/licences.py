"""Licences that are renewed: handed in by the talent or entered by the office, good once somebody of the office has held the document.

Nobody sees their own, their household's, or that of whom they put forward. (ADR 93)
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.talent.commands.registry import keep, tell_again
from services.talent.errors import (
    CandidateMayNotDecide,
    HouseholdMayNotDecide,
    LicenceDecided,
    LicenceSeerTooClose,
    NominatorMayNotDecide,
)
from services.talent.models import LEFT, Candidate, Talent, as_row, as_skill, taxonomy
from services.talent.rules.licences import PaperStatus
from services.talent.rules.nominating import Party, check_decider
from services.talent.rules.skills import skill_code
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, digest
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web import Caller

PAPERS_MAX = 40
TRIES_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A licence as it is written on the document; `seen`: whoever enters it holds the document in their hands."""

    skill: str
    licence_no: str
    licence_expires_on: date
    licence_kind: str | None = None
    licence_issuer: str | None = None
    seen: bool = False

    @property
    def digest(self) -> str:
        """What tells the same paper from another."""
        return digest(vars(self))


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the office says of a paper: seen, or refused with a reason."""

    decision: str
    reason: str | None = None


def hand_in(resident_id: str, paper_id: str, paper: Paper, *, by: Caller) -> tuple[dict[str, Any], bool]:
    """Hand in a licence for a skill of the entry; returns the paper as it is kept and whether it was handed in now.

    Raises Forbidden, NotFound, IdInUse, Invalid for a skill that is not theirs or needs none, or a day that is over, and, where it is
    seen at once, LicenceSeerTooClose.
    """
    if by.resident_id != resident_id and not by.may_write_staff:
        raise Forbidden("A licence is handed in by the talent, or entered by the office.")
    if paper.seen and not by.may_write_staff:
        raise Forbidden("Only the office says that it has seen a licence.")
    for _ in range(TRIES_MAX):
        talent = _talent(resident_id, by)
        if known := _paper_in(talent, paper_id):
            return _same(known, paper, by), False
        coded = replace(paper, skill=_skill_of(talent, paper))
        if coded.seen:
            _check_seer(talent, by)
        if written := _write(talent, _entry(paper_id, coded, paper.digest, by), by=by):
            return written, True
    raise RuntimeError(f"talent {resident_id} changed {TRIES_MAX} times under our hands")


def look_at(resident_id: str, paper_id: str, sight: Sight, *, by: Caller) -> dict[str, Any]:
    """Say that a paper was seen, which makes it the licence of its skill, or refuse it; the same again gives the same answer.

    Raises NotFound, LicenceSeerTooClose and LicenceDecided.
    """
    for _ in range(TRIES_MAX):
        talent = _talent(resident_id, by)
        known = _paper_in(talent, paper_id)
        if known is None:
            raise NotFound()
        if known["status"] != PaperStatus.WAITING:
            if (known["status"], known.get("reason")) != (sight.decision, sight.reason):
                raise LicenceDecided()
            return known
        _check_seer(talent, by)
        if written := _write(talent, known | _decided(sight, by), by=by):
            return written
    raise RuntimeError(f"talent {resident_id} changed {TRIES_MAX} times under our hands")


def _write(talent: Talent, paper: dict[str, Any], *, by: Caller) -> dict[str, Any] | None:
    """Keep `paper` among the entry's, and in its skill once it is seen, in one write; None if somebody else wrote meanwhile."""
    others = [_replaced(row, paper) for row in talent.licences if row["id"] != paper["id"]]
    update: dict[str, Any] = {"licences": [*others, paper][-PAPERS_MAX:]}
    is_seen = paper["status"] == PaperStatus.SEEN
    if is_seen:
        update["skills"] = [as_row(_renewed(row, paper)) for row in map(as_skill, talent.skills)]
    changed = tell_again(talent, update) if is_seen else keep(talent, update)
    if changed is None:
        return None
    if by.resident_id != talent.id:
        detail = {"licence_id": paper["id"], "skill": paper["skill"], "why": paper.get("reason")}
        audit(settings().service, act=f"licence-{paper['status']}", by=by.resident_id, about=talent.id, detail=detail)
    return paper


def _replaced(row: dict[str, Any], paper: dict[str, Any]) -> dict[str, Any]:
    waits = row["status"] == PaperStatus.WAITING and row["skill"] == paper["skill"] and paper["status"] != PaperStatus.REFUSED
    return row | {"status": PaperStatus.REPLACED.value} if waits else dict(row)


def _renewed(skill: Any, paper: dict[str, Any]) -> Any:
    if skill.skill != paper["skill"]:
        return skill
    return replace(
        skill, licence_no=paper["licence_no"], licence_expires_on=date.fromisoformat(paper["licence_expires_on"]),
        licence_kind=paper.get("licence_kind"), licence_issuer=paper.get("licence_issuer"),
        licence_seen_by=paper["decided_by"], licence_seen_at=paper["decided_at"],
    )  # fmt: skip


def _entry(paper_id: str, paper: Paper, request_digest: str, by: Caller) -> dict[str, Any]:
    entry = {
        "id": paper_id, "skill": paper.skill, "licence_no": paper.licence_no,
        "licence_expires_on": paper.licence_expires_on.isoformat(), "licence_kind": paper.licence_kind,
        "licence_issuer": paper.licence_issuer, "digest": request_digest, "handed_in_by": by.resident_id, "handed_in_at": utc_now(),
        "status": PaperStatus.WAITING.value,
    }  # fmt: skip
    return entry | (_decided(Sight(decision=PaperStatus.SEEN.value), by) if paper.seen else {})


def _decided(sight: Sight, by: Caller) -> dict[str, Any]:
    return {"status": sight.decision, "reason": sight.reason, "decided_by": by.resident_id, "decided_at": utc_now()}


def _talent(resident_id: str, by: Caller) -> Talent:
    talent: Talent | None = Talent.objects(id=resident_id, community_code=by.community_code, status__ne=LEFT).first()
    if talent is None:
        raise NotFound()
    return talent


def _paper_in(talent: Talent, paper_id: str) -> dict[str, Any] | None:
    return next((dict(row) for row in talent.licences if row["id"] == paper_id), None)


def _same(known: dict[str, Any], paper: Paper, by: Caller) -> dict[str, Any]:
    if (known["digest"], known["handed_in_by"]) != (paper.digest, by.resident_id):
        raise IdInUse()
    return known


def _skill_of(talent: Talent, paper: Paper) -> str:
    known = taxonomy()
    code = skill_code(paper.skill, codes=known.words)
    if code not in {row["skill"] for row in talent.skills}:
        raise Invalid(errors={"/skill": "This skill does not stand in the entry."})
    if code not in known.licensed:
        raise Invalid(errors={"/skill": "This skill needs no licence."})
    if paper.licence_expires_on <= local_day(utc_now(), settings().zone):
        raise Invalid(errors={"/licence_expires_on": "The licence has run out."})
    return code


def _check_seer(talent: Talent, by: Caller) -> None:
    """Run the conflict graph; a refusal is written to the audit log."""
    seer, owner = Party(by.resident_id, by.household_id or _household_of(by.resident_id)), Party(talent.id, _household_of(talent.id))
    try:
        check_decider(seer, candidate=owner, nominators=[Party(id_, None) for id_ in talent.nominator_ids])
    except (CandidateMayNotDecide, HouseholdMayNotDecide, NominatorMayNotDecide) as refusal:
        audit(settings().service, act="licence-sight-refused", by=by.resident_id, about=talent.id, detail={"why": refusal.slug})
        raise LicenceSeerTooClose() from refusal


def _household_of(resident_id: str) -> str | None:
    copy = Candidate.objects(id=resident_id).first()
    return copy.household_id if copy else None
