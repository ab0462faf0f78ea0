"""What others told: kept as dated documents, each landing on itself when told again. The people it concerns are touched,
so that the next judgement looks at them; judging in the handler instead was rejected, since a leader's standing would be
judged once for every person at an activity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mongoengine import Document

from services.engagement.commands.communities import mark_trend
from services.engagement.commands.forgetting import forget_asked, forget_objector
from services.engagement.models import DeedRecord, GridOutline, Neighbour, Occasion, RegistryPage
from services.engagement.rules.tiers import Kind
from services.engagement.settings import settings
from shared.clock import local_day
from shared.ids import derive_id
from shared.messaging import Later
from shared.mongo import change_one, insert_new


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something told of a resident at an activity. `skills`: what the service called for; `leader_id` where somebody led."""

    id: str
    kind: Kind
    resident_id: str
    community_code: str
    activity_id: str
    day: date
    skills: tuple[str, ...] = ()
    led: bool = False
    leader_id: str | None = None
    minutes: int | None = None


def register_neighbour(
    resident_id: str, *, community_code: str, name: str, placed: Mapping[str, Any], registered_at: datetime
) -> None:
    """Keep a resident; `placed` is {grid_code, household_id, phone_tail, invited_by, may_contact}."""
    day = _day(registered_at).isoformat()
    known = {"name": name, "changed_at": registered_at, "registered_on": day, **placed}
    consented = {"may_contact": known.pop("may_contact"), "consents_at": registered_at}
    if not insert_new(Neighbour(id=resident_id, community_code=community_code, **known, **consented)):
        newer = {"_id": resident_id, "left_on": None, "changed_at": {"$lt": registered_at}}
        change_one(Neighbour, where=newer, update={"$set": known})
        change_one(Neighbour, where={"_id": resident_id, "consents_at": None, "left_on": None}, update={"$set": consented})
    _touch([resident_id], community_code=community_code, day=_day(registered_at))


def move_neighbour(resident_id: str, *, placed: Mapping[str, str | None], moved_at: datetime) -> None:
    """Keep where a resident lives now ({grid_code, household_id}). Raises Later while the resident is not known here."""
    newer = {"_id": resident_id, "left_on": None, "changed_at": {"$lte": moved_at}}
    moved = change_one(
        Neighbour, where=newer, update={"$set": {**placed, "changed_at": moved_at}, **_ONE_TOUCH}
    )
    if moved is None and Neighbour.objects(id=resident_id).first() is None:
        raise Later("this resident has not been registered here yet")


def note_consent(resident_id: str, *, may_contact: bool, changed_at: datetime) -> None:
    """Keep whether a resident may be told of activities; what was said later holds. Raises Later while nobody is known by this id."""
    older = {"_id": resident_id, "left_on": None, "$or": [{"consents_at": None}, {"consents_at": {"$lt": changed_at}}]}
    update = {"$set": {"may_contact": may_contact, "consents_at": changed_at}}
    if change_one(Neighbour, where=older, update=update) is None and Neighbour.objects(id=resident_id).first() is None:
        raise Later("this resident has not been registered here yet")


def part_with(resident_id: str, *, community_code: str, left_at: datetime) -> None:
    """Forget the name of a resident who left; their deeds stay under the bare id."""
    forgotten = dict.fromkeys(("name", "grid_code", "household_id", "phone_tail", "may_contact"))
    gone = {**forgotten, "left_on": _day(left_at).isoformat(), "changed_at": left_at}
    if change_one(Neighbour, where={"_id": resident_id}, update={"$set": gone}) is None:
        insert_new(Neighbour(id=resident_id, community_code=community_code, **gone))
    forget_asked(resident_id)
    forget_objector(resident_id)
    _touch([resident_id], community_code=community_code, day=_day(left_at))


def turn_registry_page(resident_id: str, *, community_code: str, revision: int, page: Mapping[str, Any]) -> None:
    """Keep a revision of the talent registry; `page` is {at, is_talent, skills}."""
    day = _day(page["at"])
    entry = RegistryPage(
        id=derive_id("registry-page", resident_id, str(revision)),
        resident_id=resident_id,
        community_code=community_code,
        revision=revision,
        day=day.isoformat(),
        is_talent=page["is_talent"],
        skills=page["skills"],
    )
    insert_new(entry)
    _touch([resident_id], community_code=community_code, day=day)


def keep_deed(told: Told) -> None:
    """Keep something told of a resident, and touch them and whoever led."""
    said = {
        "kind": told.kind.value,
        "day": told.day.isoformat(),
        "skills": [*dict.fromkeys(told.skills)],
        "led": told.led,
        "leader_id": told.leader_id,
        "minutes": told.minutes,
    }
    where = {"resident_id": told.resident_id, "community_code": told.community_code, "activity_id": told.activity_id}
    _put(DeedRecord, told.id, {**where, **said})
    concerned = [resident_id for resident_id in (told.resident_id, told.leader_id) if resident_id]
    _touch(concerned, community_code=told.community_code, day=told.day)


def withdraw_record(record_id: str, *, resident_id: str, community_code: str, activity_id: str) -> None:
    """Keep that a record proved wrong, whether or not the record itself has arrived."""
    where = {"resident_id": resident_id, "community_code": community_code, "activity_id": activity_id}
    record = _put(DeedRecord, record_id, {**where, "withdrawn": True})
    concerned = [id_ for id_ in (resident_id, record.leader_id) if id_]
    _touch(concerned, community_code=community_code, day=date.fromisoformat(record.day) if record.day else None)


def list_grid(
    grid_code: str, *, community_code: str, names: tuple[str, str], households: int, listed_at: datetime
) -> None:
    """Keep a grid (`names`: its own, its quarter's); only a later listing replaces what is known."""
    known = {"grid_name": names[0], "quarter_name": names[1], "households": households, "listed_at": listed_at}
    id_ = derive_id("grid", community_code, grid_code)
    if not insert_new(GridOutline(id=id_, community_code=community_code, grid_code=grid_code, **known)):
        change_one(GridOutline, where={"_id": id_, "listed_at": {"$lt": listed_at}}, update={"$set": known})


def announce_activity(activity_id: str, *, revision: int, known: Mapping[str, Any]) -> None:
    """Keep an activity that somebody's skill may fit; only a higher `revision` replaces what is known."""
    if not insert_new(Occasion(id=activity_id, revision=revision, **known)):
        newer = {"_id": activity_id, "revision": {"$lt": revision}}
        change_one(Occasion, where=newer, update={"$set": {**known, "revision": revision}})


_ONE_TOUCH = {"$inc": {"touches": 1}}


def _put(document_class: type[Document], id_: str, known: Mapping[str, Any]) -> Any:
    """Bring `known` into the document, whether it stands already or not."""
    update = {"$set": dict(known)}
    changed = change_one(document_class, where={"_id": id_}, update=update)
    if changed is None and insert_new(fresh := document_class(id=id_, **known)):
        return fresh
    return changed or change_one(document_class, where={"_id": id_}, update=update)


def _touch(resident_ids: Iterable[str], *, community_code: str, day: date | None) -> None:
    """Say that these people have to be judged again, and from which day on the trend may be another (None: all of it)."""
    concerned = {"_id": {"$in": [*dict.fromkeys(resident_ids)]}}
    Neighbour._get_collection().update_many(concerned, _ONE_TOUCH)
    mark_trend(community_code, since=day)


def _day(moment: datetime) -> date:
    return local_day(moment, settings().zone)
