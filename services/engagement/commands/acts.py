"""How an act changes a matter: one guarded write that carries the act in the matter's history, and a line in the log where staff do it.

An act has a key that stands in the history once. The same act told again finds itself there and changes nothing; another one under the
same key is refused; an act that supposes another stage than the matter's is refused.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.engagement.errors import MatterNotThere, MatterTooClose, NotConcerned, PersonNotHere
from services.engagement.models import Matter, Neighbour, Voice
from services.engagement.rules import matters as rules
from services.engagement.rules.matters import Stage, Status
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Forbidden, IdInUse, Invalid
from shared.web import Caller

STAGES = tuple(Stage)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something done to a matter: `body` is what was asked for, `shown` what of it everybody may read in the history."""

    code: str
    key: str
    by: Caller
    body: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells this act from another one under the same key."""
        return digest({"code": self.code, **self.body})


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an act does to a matter: it stands at one of `stages`, fits `where`, and gets `update`."""

    update: Mapping[str, Any]
    stages: Collection[Stage] = STAGES
    where: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[Any] = ()


def perform(matter: Matter, act: Act, change: Change) -> tuple[Matter, bool]:
    """Do an act → (the matter, whether it was done now). Raises IdInUse and MatterNotThere."""
    if is_done(matter, act):
        return matter, False
    now = utc_now()
    changed = change_one(Matter, where=_guard(matter, act, change), update=_with_history(change.update, act, now), facts=change.facts)
    if changed is None:
        fresh = Matter.of(matter.community_code, matter.id)
        if is_done(fresh, act):
            return fresh, False
        raise MatterNotThere
    if act.by.is_staff:
        detail = {"key": act.key, **_plain(act.body)}
        audit(settings().service, act=f"matter-{act.code}", by=act.by.resident_id, about=matter.id, detail=detail)
    return changed, True


def is_done(matter: Matter, act: Act) -> bool:
    """Tell whether this very act stands in the history; IdInUse where another one does under its key."""
    known = matter.act_with(act.key)
    if known is not None and known["digest"] != act.digest:
        raise IdInUse
    return known is not None


def check_apart(caller: Caller, matter: Matter) -> None:
    """Refuse with MatterTooClose whoever raised the matter, and their household; the refusal is logged."""
    if (tie := tie_to_author(caller, matter)) is not None:
        audit(settings().service, act="matter-act-refused", by=caller.resident_id, about=matter.id, detail={"tie": tie})
        raise MatterTooClose


def tie_to_author(caller: Caller, matter: Matter) -> str | None:
    """Return why the caller may not decide about a matter, or None."""
    return rules.tie(
        caller.resident_id, households_of(caller), to_id=matter.author_id, to_household_id=matter.author_household_id
    )  # fmt: skip


def households_of(caller: Caller) -> set[str]:
    """Return all households that token or copy name for the caller."""
    known = Neighbour.objects(id=caller.resident_id).first()
    return {id_ for id_ in (caller.household_id, known and known.household_id) if id_}


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """For whom something is said: the caller, or a resident for whom staff enter it (`entered_by`)."""

    resident_id: str
    household_id: str | None
    grid_code: str | None
    entered_by: str | None = None


def speaker(caller: Caller, resident_id: str | None) -> Speaker:
    """Return who speaks. Raises PersonNotHere where staff enter something for somebody who is not known here.

    Of a caller whose registration is still on its way here, the grid is not known yet.
    """
    who = resident_id or caller.resident_id
    known = Neighbour.objects(id=who, community_code=caller.community_code, left_on=None).first()
    if who == caller.resident_id:
        home = caller.household_id or (known and known.household_id)
        return Speaker(resident_id=who, household_id=home, grid_code=known and known.grid_code)
    if known is None:
        raise PersonNotHere(errors={"/resident_id": PersonNotHere.title})
    return Speaker(resident_id=who, household_id=known.household_id, grid_code=known.grid_code, entered_by=caller.resident_id)


def spot(rows: Sequence[Mapping[str, Any]], id_: str) -> int | None:
    """Return where the row with this id stands in a list that only grows, so that a write may name its place; None if nowhere."""
    return next((place for place, row in enumerate(rows) if row["id"] == id_), None)


def check_concerned(matter: Matter, who: Speaker) -> None:
    """Refuse with NotConcerned who does not live where the matter is."""
    if not rules.is_concerned(matter.grid_codes, who.grid_code):
        raise NotConcerned


def say(said: Voice, *, by: Caller) -> None:
    """Keep what somebody says to a question; said anew it takes the place of what stood there.

    That staff entered it is logged, but not what it says.
    """
    if not insert_new(said):
        anew = {"resident_id": said.resident_id, "answer": said.answer, "words": said.words, "at": said.at, "entered_by": said.entered_by}
        change_one(Voice, where={"_id": said.id}, update={"$set": anew})
    if said.entered_by:
        audit(settings().service, act=f"{said.about}-entered", by=by.resident_id, about=said.matter_id, detail={"for": said.resident_id})


def for_whom(caller: Caller, resident_id: str | None) -> str | None:
    """Return for whom something is entered; only staff enter it for others."""
    if resident_id not in (None, caller.resident_id) and not caller.may_write_staff:
        raise Forbidden("Only the office enters this for somebody else.")
    return resident_id


def check_not_to_come(day: date, field_name: str) -> None:
    """Refuse with Invalid a day on which something is said to have been done, if it is still to come."""
    if day.isoformat() > today():
        raise Invalid(errors={f"/{field_name}": "This day is still to come."})


def today() -> str:
    """Return the community's present day, ISO."""
    return local_day(utc_now(), settings().zone).isoformat()


def _guard(matter: Matter, act: Act, change: Change) -> dict[str, Any]:
    stages = [stage.value for stage in change.stages]
    own = {"_id": matter.id, "community_code": matter.community_code, "status": Status.OPEN.value, "stage": {"$in": stages}}
    return {**own, **change.where, "$and": [{"history.key": {"$ne": act.key}}]}


def _with_history(update: Mapping[str, Any], act: Act, now: datetime) -> dict[str, Any]:
    """Return the update with the act in the history; the first one by staff is the first answer. ($min keeps the earliest.)"""
    row = {"code": act.code, "key": act.key, "digest": act.digest, "at": now, "by": act.by.resident_id, **act.shown}
    answered = {"answered_at": now} if act.by.may_write_staff else {}
    return {
        **update,
        "$push": {**update.get("$push", {}), "history": row},
        "$min": {**update.get("$min", {}), **answered},
    }


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the log can keep: days as text."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in detail.items()}
