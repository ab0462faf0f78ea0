"""The read copies that talent keeps of other services' facts; an older fact never undoes a newer one."""

import os
from datetime import datetime
from typing import Any

from services.talent.commands import objections, registry
from services.talent.models import Candidate, Nomination, SkillItem
from services.talent.rules import skills
from services.talent.rules.nominating import Status
from shared.messaging import Later
from shared.mongo import change_one, insert_new

# Phrases would choose one reading of a name's character, we want all of them; without them the library is 43 MB lighter.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin

NOTHING_PERSONAL: dict[str, Any] = {"name": None, "initials": [], "grid_code": None, "household_id": None}


def register_candidate(
    resident_id: str, *, community_code: str, person: dict[str, Any], registered_at: datetime
) -> None:
    """Keep a resident as a possible candidate; `person` is {name, grid_code, household_id, source: who made the account}."""
    account = {"registered_at": registered_at, "changed_at": registered_at}
    known = {**person, "initials": initials_of(person["name"]), **account}
    candidate = Candidate(id=resident_id, community_code=community_code, **known)
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
        "changed_at": left_at,
    }
    if change_one(Candidate, where={"_id": resident_id}, update={"$set": gone}) is None:
        insert_new(Candidate(id=resident_id, community_code=community_code, changed_at=left_at, left=True))
    registry.remove(resident_id, left_at=left_at)
    objections.forget_objections(resident_id)
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


def initials_of(name: str) -> list[str]:
    """Return the pinyin initials by which `name` can be found."""
    return skills.initials_of(pinyin(name, style=Style.FIRST_LETTER, heteronym=True))


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
