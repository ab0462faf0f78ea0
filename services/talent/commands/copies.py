"""The read copies that talent keeps of other services' facts; an older fact never undoes a newer one."""

from datetime import datetime
from typing import Any

from services.talent.commands import commendations, courses, honours, levels, mentoring, objections, registry, thanks
from services.talent.commands.names import initials_of
from services.talent.models import Candidate, GridOutline, Nomination, SkillItem, forget_taxonomy
from services.talent.rules import skills
from services.talent.rules.nominating import Status
from shared.ids import derive_id
from shared.messaging import Later
from shared.mongo import change_one, insert_new

PUBLISH = "publish"
NOTHING_PERSONAL: dict[str, Any] = {"name": None, "initials": [], "grid_code": None, "household_id": None}


def register_candidate(
    resident_id: str, *, community_code: str, person: dict[str, Any], registered_at: datetime
) -> None:
    """Keep a resident as a possible candidate; `person` is {name, grid_code, household_id, source: who made the account, consents}."""
    account = {"registered_at": registered_at, "changed_at": registered_at}
    known = {**person, "initials": initials_of(person["name"]), **account}
    agreed = {"consents": known.pop("consents", []), "consents_at": registered_at}
    candidate = Candidate(id=resident_id, community_code=community_code, **known, **agreed)
    if not insert_new(candidate):
        newer = {"_id": resident_id, "left": False, "changed_at": {"$lt": registered_at}}
        change_one(Candidate, where=newer, update={"$set": known})
    registry.keep_person(resident_id)


def move_candidate(resident_id: str, *, home: dict[str, Any], moved_at: datetime) -> None:
    """Keep where a resident lives now. Raises Later while the resident is not known here."""
    newer = {"_id": resident_id, "left": False, "changed_at": {"$lte": moved_at}}
    moved = change_one(Candidate, where=newer, update={"$set": {**home, "changed_at": moved_at}})
    if moved is None and Candidate.objects(id=resident_id).first() is None:
        raise Later("this resident has not been registered here yet")
    registry.keep_person(resident_id)


def change_consents(resident_id: str, *, consents: list[str], changed_at: datetime) -> None:
    """Keep what a resident agrees to now; who takes `publish` back is off the honour page. Raises Later while they are not known here."""
    before = Candidate.objects(id=resident_id).only("consents").first()
    newer: dict[str, Any] = {"_id": resident_id, "left": False, "$or": [{"consents_at": None}, {"consents_at": {"$lt": changed_at}}]}
    changed = change_one(Candidate, where=newer, update={"$set": {"consents": consents, "consents_at": changed_at}})
    if before is None:
        raise Later("this resident has not been registered here yet")
    if changed is not None and PUBLISH in before.consents and PUBLISH not in consents:
        honours.forget_honour(resident_id)


def forget_resident(resident_id: str, *, community_code: str, left_at: datetime) -> None:
    """Drop what is personal of a resident who left: the copy, the skills and licences, the words of their nominations."""
    gone: dict[str, Any] = {
        "left": True,
        "name": None,
        "initials": [],
        "grid_code": None,
        "household_id": None,
        "registered_at": None,
        "source": None,
        "consents": [],
        "changed_at": left_at,
    }
    if change_one(Candidate, where={"_id": resident_id}, update={"$set": gone}) is None:
        insert_new(Candidate(id=resident_id, community_code=community_code, changed_at=left_at, left=True))
    registry.remove(resident_id, left_at=left_at)
    objections.forget_objections(resident_id)
    courses.forget_trainings(resident_id)
    levels.forget_level(resident_id)
    mentoring.forget_mentoring(resident_id)
    commendations.forget_commendations(resident_id)
    thanks.forget_notes(resident_id)
    honours.forget_honour(resident_id)
    for nomination in Nomination.objects(candidate_id=resident_id).only("id"):
        _strip_candidate(nomination.id)
    for nomination in Nomination.objects(nominator_id=resident_id, status=Status.GATHERING).only("id"):
        _lapse(nomination.id)


def list_skill_item(
    code: str, *, names: tuple[str, str], aliases: list[str], licence_required: bool, revision: int
) -> None:
    """Keep an item of the catalogue (`names`: Chinese, English); only a higher `revision` replaces what is known."""
    words = [*dict.fromkeys(skills.fold(word) for word in (code, *names, *aliases))]
    known = {
        "name_zh": names[0],
        "name_en": names[1],
        "words": words,
        "licence_required": licence_required,
        "revision": revision,
    }
    if not insert_new(SkillItem(id=code, **known)):
        change_one(SkillItem, where={"_id": code, "revision": {"$lt": revision}}, update={"$set": known})
    forget_taxonomy()


def list_grid(grid_code: str, *, community_code: str, quarter_name: str, listed_at: datetime) -> None:
    """Keep in which quarter a grid lies; only a later listing replaces what is known."""
    known = {"quarter_name": quarter_name, "listed_at": listed_at}
    id_ = derive_id("grid", community_code, grid_code)
    if not insert_new(GridOutline(id=id_, community_code=community_code, grid_code=grid_code, **known)):
        change_one(GridOutline, where={"_id": id_, "listed_at": {"$lt": listed_at}}, update={"$set": known})


def _strip_candidate(nomination_id: str) -> None:
    _lapse(nomination_id)
    nothing: dict[str, Any] = {
        "candidate_name": None,
        "statement": None,
        "evidence": {},
        "skills": [],
        "ruling.skills": [],
        "announced": False,
    }
    change_one(Nomination, where={"_id": nomination_id}, update={"$set": nothing})


def _lapse(nomination_id: str) -> None:
    closed = {"status": Status.LAPSED.value, "open": False, "leads": False, "announced": False}
    change_one(Nomination, where={"_id": nomination_id, "open": True}, update={"$set": closed})
