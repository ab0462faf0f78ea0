"""Keep this service's copy of residents, from facts that may come twice and in any order.

Every update is one pipeline update that compares with what is stored, so order and repetition don't matter.
"""

import time
from datetime import date, datetime
from typing import Any

from pypinyin import Style, lazy_pinyin

from services.checkin.errors import UnknownResident
from services.checkin.models import Attendee
from services.checkin.settings import settings
from shared.events.identity import (
    BirthStated,
    ConsentsChanged,
    MandateGiven,
    ResidentLeft,
    ResidentMoved,
    ResidentRegistered,
)
from shared.events.talent import NominationDecided, TalentAdmitted, TalentSuspended, TrainingRecorded
from shared.web import Caller

PATIENCE_STEP_SECONDS = 0.05
FORGOTTEN = ("name", "initials", "phone_tail", "household_id", "guardian_given_at", "guardian_withdrawn_at", "courses")


def know_resident(fact: ResidentRegistered) -> None:
    """Copy a registered resident. One who left later stays forgotten; a later move keeps its place."""
    stays = {"$lt": [{"$ifNull": ["$left_at", _BEFORE_ALL]}, fact.registered_at]}
    unmoved = {"$lte": [{"$ifNull": ["$moved_at", _BEFORE_ALL]}, fact.registered_at]}
    _update(fact.resident_id, {
        "community_code": fact.community_code,
        "registered_at": fact.registered_at,
        "left_at": _when(stays, None, "$left_at"),
        "name": _when(stays, {"$literal": fact.name}, None),
        "initials": _when(stays, {"$literal": initials_of(fact.name)}, None),
        "phone_tail": _when(stays, fact.phone_tail, None),
        "grid_code": _when(unmoved, fact.grid_code, "$grid_code"),
        "household_id": _when(unmoved, fact.household_id, "$household_id"),
        **_consents(fact.consents, fact.registered_at),
    })


def keep_consents(fact: ConsentsChanged) -> None:
    """Copy what a resident agrees to now, unless something later is known."""
    _update(fact.resident_id, {"community_code": fact.community_code, **_consents(fact.consents, fact.changed_at)})


def keep_birth(fact: BirthStated) -> None:
    """Copy when a resident was born, unless something later is known."""
    born = {"birth_year": fact.birth_year, "birth_month": fact.birth_month}
    _update(fact.resident_id, {"community_code": fact.community_code, **_birth(born, fact.stated_at)})


def keep_guardian_consent(resident_id: str, community_code: str, **moments: datetime) -> None:
    """Copy when a guardian's consent was given (`given_at`) or withdrawn (`withdrawn_at`): the latest of each. Of who left it is not
    kept."""
    latest = {}
    for name, moment in moments.items():
        stays = {"$lt": [{"$ifNull": ["$left_at", _BEFORE_ALL]}, moment]}
        latest[f"guardian_{name}"] = _when(stays, {"$max": [f"$guardian_{name}", moment]}, f"$guardian_{name}")
    _update(resident_id, {"community_code": community_code, **latest})


def move_resident(fact: ResidentMoved) -> None:
    """Copy where a resident lives now, unless a later move is known."""
    later = {"$lt": [{"$ifNull": ["$moved_at", _BEFORE_ALL]}, fact.moved_at]}
    _update(fact.resident_id, {
        "community_code": fact.community_code,
        "grid_code": _when(later, fact.grid_code, "$grid_code"),
        "household_id": _when(later, fact.household_id, "$household_id"),
        "moved_at": {"$max": ["$moved_at", fact.moved_at]},
    })


def forget_resident(fact: ResidentLeft) -> None:
    """Keep no more than the bare id of a resident who left (their verified records stay, as the law asks)."""
    returned = {"$gt": [{"$ifNull": ["$registered_at", _BEFORE_ALL]}, fact.left_at]}
    kept = {field: _when(returned, f"${field}", None) for field in FORGOTTEN}
    left_at = _when(returned, "$left_at", fact.left_at)
    none = _consents([], fact.left_at) | _birth({"birth_year": None, "birth_month": None}, fact.left_at)
    _update(fact.resident_id, {"community_code": fact.community_code, **kept, "left_at": left_at, **none})


def tie_nominators(fact: NominationDecided | TalentAdmitted) -> None:
    """Remember who nominated a resident: nominators never verify what their nominee did."""
    resident_id = fact.candidate_id if isinstance(fact, NominationDecided) else fact.resident_id
    known = {"$ifNull": ["$nominated_by", []]}
    _update(resident_id, {
        "community_code": fact.community_code,
        "nominated_by": {"$setUnion": [known, {"$literal": fact.nominator_ids}]},
    })


def tie_proxy(fact: MandateGiven) -> None:
    """Remember who may act for a resident: the two never verify each other, though the mandate end."""
    known = {"$ifNull": ["$proxy_ids", []]}
    _update(fact.person_id, {
        "community_code": fact.community_code,
        "proxy_ids": {"$setUnion": [known, {"$literal": [fact.proxy_id]}]},
    })


def know_talent(fact: TalentAdmitted) -> None:
    """Copy a talent's verified skills, unless a later revision is known, and who nominated them."""
    tie_nominators(fact)
    skills = [{"skill": row.skill, "licence_expires_on": _iso(row.licence_expires_on)} for row in fact.skills]
    _set_skills(fact.resident_id, skills, revision=fact.revision)


def suspend_talent(fact: TalentSuspended) -> None:
    """Forget the skills of a suspended talent, unless a later revision is known."""
    _set_skills(fact.resident_id, [], revision=fact.revision)


def keep_training(fact: TrainingRecorded) -> None:
    """Copy that a resident has completed a course, or has not after all, unless a later revision is known. Of who left it is not kept."""
    path = f"courses.{fact.course_id}"
    known = {"$ifNull": [f"${path}.revision", 0]}
    stays = {"$lt": [{"$ifNull": ["$left_at", _BEFORE_ALL]}, fact.recorded_at]}
    told = {"completed_on": _iso(fact.completed_on), "revision": fact.revision}
    newer = {"$and": [{"$lt": [known, fact.revision]}, stays]}
    _update(fact.resident_id, {"community_code": fact.community_code, path: _when(newer, {"$literal": told}, f"${path}")})


def await_attendee(community_code: str, resident_id: str) -> Attendee | None:
    """Return the community's copy of a resident, waiting a moment for one who registered just now; None if none comes."""
    deadline = time.monotonic() + settings().copy_patience_ms / 1000
    while (found := Attendee.of(community_code, resident_id)) is None or found.presence == "unknown":
        if time.monotonic() >= deadline:
            break
        time.sleep(PATIENCE_STEP_SECONDS)
    return found


def lives_here(community_code: str, resident_id: str) -> bool:
    """Tell whether the community knows a resident who has not left, waiting a moment as `await_attendee` does."""
    attendee = await_attendee(community_code, resident_id)
    return attendee is not None and attendee.presence == "known"


def require_leader(caller: Caller, leader_id: str, *, named_in: str = "/leader_id") -> None:
    """Raise UnknownResident unless the leader lives in the community; `named_in` is where the request names them. The caller's own
    token speaks for themselves: their registration may still be on its way here."""
    if leader_id == caller.resident_id:
        return
    if not lives_here(caller.community_code, leader_id):
        raise UnknownResident(errors={named_in: "Nobody with this id lives in your community."})


def initials_of(name: str) -> str:
    """Return the pinyin initials of a name (`王小红` → `wxh`), by which staff find people fastest."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).lower()


_BEFORE_ALL = datetime(1, 1, 1)  # noqa: DTZ001 - BSON has no zones; this is smaller than any moment


def _consents(consents: list[str], at: datetime) -> dict[str, Any]:
    """Return the values that let `consents` hold since `at`, where nothing later is known."""
    later = {"$lt": [{"$ifNull": ["$consents_at", _BEFORE_ALL]}, at]}
    return {
        "consents": _when(later, {"$literal": consents}, {"$ifNull": ["$consents", []]}),
        "consents_at": {"$max": ["$consents_at", at]},
    }  # fmt: skip


def _birth(born: dict[str, int | None], at: datetime) -> dict[str, Any]:
    """Return the values that let a birth be known since `at`, where nothing later is."""
    later = {"$lt": [{"$ifNull": ["$birth_at", _BEFORE_ALL]}, at]}
    return {name: _when(later, value, f"${name}") for name, value in born.items()} | {"birth_at": {"$max": ["$birth_at", at]}}


def _when(condition: dict[str, Any], then: Any, otherwise: Any) -> dict[str, Any]:
    return {"$cond": [condition, then, otherwise]}


def _update(resident_id: str, values: dict[str, Any]) -> None:
    Attendee._get_collection().update_one({"_id": resident_id}, [{"$set": values}], upsert=True)


def _set_skills(resident_id: str, skills: list[dict[str, Any]], *, revision: int) -> None:
    known = {"$ifNull": ["$talent_revision", 0]}
    newer = {"$lt": [known, revision]}
    _update(resident_id, {
        "skills": _when(newer, {"$literal": skills}, {"$ifNull": ["$skills", []]}),
        "talent_revision": {"$max": [known, revision]},
    })


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
