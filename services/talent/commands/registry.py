"""The registry itself: admitting by a decided nomination, suspending, keeping names as people bear them, forgetting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.talent.commands.names import keys_of
from services.talent.errors import NotInRegistry
from services.talent.models import ACTIVE, LEFT, SUSPENDED, Candidate, Nomination, Talent, as_row, as_skill, taxonomy
from services.talent.rules.skills import join_skills
from services.talent.settings import settings
from shared.clock import utc_now
from shared.events.talent import TalentAdmitted, TalentSuspended, VerifiedSkill
from shared.mongo import audit, change_one, insert_new
from shared.problems import NotFound
from shared.web import Caller

TRIES_MAX = 20
NOTHING_SAID: dict[str, Any] = {
    "free_times": [], "languages": [], "resting_until": None, "availability": {}, "asks": [], "last_served_on": None,
    "licences": [], "suspensions": [], "suspension": {},
}  # fmt: skip


def admit(nomination: Nomination) -> None:
    """Enter the candidate of an admitted `nomination` with the skills its ruling verified; a repeat does nothing.

    It waits for nobody: the nomination's id among the talent's admissions is the receipt.
    """
    for _ in range(TRIES_MAX):
        talent = Talent.objects(id=nomination.candidate_id).first()
        if talent is not None and (talent.status == LEFT or nomination.id in talent.admissions):
            break
        if _first_admission(nomination) if talent is None else _further_admission(talent, nomination):
            break
    else:
        raise RuntimeError(f"talent {nomination.candidate_id} changed {TRIES_MAX} times under our hands")
    keep_person(nomination.candidate_id)


def suspend(resident_id: str, *, reason: str, by: Caller) -> Talent:
    """Take a talent off the registry with a `reason`, and tell; the same reason again gives the same answer.

    Raises NotFound outside the caller's community and Conflict when it was done before with another reason.
    """
    now = utc_now()
    talent = Talent.objects(id=resident_id, community_code=by.community_code, status__ne=LEFT).first()
    if talent is None:
        raise NotFound()
    if talent.status == SUSPENDED:
        return _same_suspension(talent, reason)
    suspension = {"reason": reason, "suspended_by": by.resident_id, "suspended_at": now}
    update = {"status": SUSPENDED, "suspension": suspension, "suspensions": [*talent.suspensions, suspension]}
    changed = _turn(talent, update, facts=[_suspended(talent, reason, now)])
    if changed is None:
        return suspend(resident_id, reason=reason, by=by)  # somebody else was first: look again
    audit(settings().service, act="suspend-talent", by=by.resident_id, about=resident_id, detail={"reason": reason})
    return changed


def tell_again(talent: Talent, update: dict[str, Any]) -> Talent | None:
    """Write changed skills as the next revision and tell them, unless the talent is suspended; None if somebody else wrote first."""
    skills, revision = update["skills"], talent.revision + 1
    facts = [] if talent.status == SUSPENDED else [
        _admitted(talent, skills=skills, nominator_ids=talent.nominator_ids, revision=revision)
    ]  # fmt: skip
    return _turn(talent, update, facts=facts)


def keep(talent: Talent, update: dict[str, Any]) -> Talent | None:
    """Write what changes nothing that others were told; None if somebody else wrote first."""
    return _turn(talent, update, facts=[])


def keep_person(resident_id: str) -> None:
    """Bring name, initials and grid of a talent up to the newest that is known of the person.

    Called after either side changed, so that whichever write comes last sees both.
    """
    person = Candidate.objects(id=resident_id, left=False).first()
    if person is None:
        return
    not_newer = {"$or": [{"person_as_of": None}, {"person_as_of": {"$lt": person.changed_at}}]}
    shown = {
        "name": person.name,
        "initials": person.initials,
        "keys": keys_of(person.name),
        "grid_code": person.grid_code,
        "person_as_of": person.changed_at,
    }
    change_one(Talent, where={"_id": resident_id, "status": {"$ne": LEFT}, **not_newer}, update={"$set": shown})


def remove(resident_id: str, *, left_at: datetime) -> None:
    """Take a resident who left off the registry; only the bare id and the dates stay."""
    for _ in range(TRIES_MAX):
        talent = Talent.objects(id=resident_id, status__ne=LEFT).first()
        gone: dict[str, Any] = {
            "status": LEFT,
            "skills": [],
            "nominator_ids": [],
            "initials": [],
            "keys": [],
            "name": None,
            "grid_code": None,
            **NOTHING_SAID,
        }
        if talent is None or _turn(talent, gone, facts=[_suspended(talent, "left_community", left_at)]) is not None:
            return
    raise RuntimeError(f"talent {resident_id} changed {TRIES_MAX} times under our hands")


def _first_admission(nomination: Nomination) -> bool:
    ruling = nomination.ruling
    talent = Talent(
        id=nomination.candidate_id,
        community_code=nomination.community_code,
        status=ACTIVE,
        name=nomination.candidate_name,
        skills=ruling["skills"],
        nominator_ids=ruling["nominator_ids"],
        admissions=[nomination.id],
        admitted_at=ruling["decided_at"],
        revision=1,
    )
    return insert_new(talent, _admitted(talent, skills=talent.skills, nominator_ids=talent.nominator_ids, revision=1))


def _further_admission(talent: Talent, nomination: Nomination) -> bool:
    ruling = nomination.ruling
    joined = join_skills(map(as_skill, talent.skills), map(as_skill, ruling["skills"]))
    skills = [as_row(skill) for skill in joined]
    nominator_ids = [*dict.fromkeys([*talent.nominator_ids, *ruling["nominator_ids"]])]
    fact = _admitted(talent, skills=skills, nominator_ids=nominator_ids, revision=talent.revision + 1)
    update = {"status": ACTIVE, "skills": skills, "nominator_ids": nominator_ids, "suspension": {}}
    if talent.suspension:
        *earlier, last = talent.suspensions or [talent.suspension]
        update["suspensions"] = [*earlier, {**last, "returned_at": ruling["decided_at"]}]
    return _turn(talent, update, facts=[fact], push={"admissions": nomination.id}) is not None


def _turn(
    talent: Talent, update: dict[str, Any], *, facts: Sequence[Any], push: dict[str, Any] | None = None
) -> Talent | None:
    """Write the next revision of `talent`; None if somebody else wrote it first."""
    changes: dict[str, Any] = {"$set": {**update, "revision": talent.revision + 1}}
    if push:
        changes["$push"] = push
    changed: Talent | None = change_one(
        Talent, where={"_id": talent.id, "revision": talent.revision}, update=changes, facts=facts
    )
    return changed


def _same_suspension(talent: Talent, reason: str) -> Talent:
    if talent.suspension.get("reason") == reason:
        return talent
    raise NotInRegistry("The suspension was given another reason.")


def _admitted(
    talent: Talent, *, skills: Sequence[dict[str, str]], nominator_ids: list[str], revision: int
) -> TalentAdmitted:
    told = taxonomy().told(map(as_skill, skills))
    verified = [VerifiedSkill(skill=row.skill, licence_expires_on=row.licence_expires_on) for row in told]
    return TalentAdmitted(
        resident_id=talent.id,
        community_code=talent.community_code,
        skills=verified,
        nominator_ids=list(nominator_ids),
        admitted_at=talent.admitted_at,
        revision=revision,
    )


def _suspended(talent: Talent, reason: str, at: datetime) -> TalentSuspended:
    return TalentSuspended(
        resident_id=talent.id,
        community_code=talent.community_code,
        reason=reason,
        suspended_at=at,
        revision=talent.revision + 1,
    )
