"""Judging: people whom something touched are judged together, and each standing that changed is one guarded write.

A standing is compared-and-set on its revision, and a touch is cleared only if no other came meanwhile: two workers may
judge at once, and the one who saw less tries again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from services.engagement.models import UNPLACED, DeedRecord, Neighbour, RegistryPage, Standing
from services.engagement.rules import tiers
from services.engagement.rules.tiers import RULE_VERSION, Happening, Judgement, Kind, Note, Person, Terms, Tier
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.events.engagement import TierChanged
from shared.mongo import change_one, insert_new
from shared.telemetry import log

BATCH = 500
ROUNDS_MAX = 5
CHAIN_MAX = 5
SLIDING_MAX = 2000
NO_DAY = "2000-01-01"
DAYS_MAX = 4000
DEEDS_AT_ONCE = 5000
_TOLD = dict.fromkeys(("resident_id", "kind", "activity_id", "day", "skills", "led", "withdrawn"), 1)


@dataclass
class Tally:
    """What a judgement of many found: how many were judged, whose standing was another (id → stored and judged tier), and
    for whom somebody else was faster.
    """

    judged: int = 0
    differing: dict[str, tuple[str, str]] = field(default_factory=dict)
    overtaken: set[str] = field(default_factory=set)


def judge_touched() -> int:
    """Judge everybody whom something touched, and those up their chain; returns how many were touched."""
    total = 0
    for _ in range(ROUNDS_MAX):
        touched = [row.id for row in Neighbour.objects(touches__gt=0).only("id").limit(BATCH)]
        if not touched:
            break
        ancestors = _ancestors(touched)
        _collection(Neighbour).update_many({"_id": {"$in": ancestors}}, {"$inc": {"touches": 1}})
        _settle([*dict.fromkeys([*touched, *ancestors])])
        total += len(touched)
    return total


def touch_sliding() -> None:
    """Touch those whose standing may be another today although nothing happened: a deed has left the window."""
    sliding = Standing.objects(slides_on__lte=_today().isoformat()).only("id").limit(SLIDING_MAX)
    untouched = {"_id": {"$in": [row.id for row in sliding]}, "touches": 0}
    _collection(Neighbour).update_many(untouched, {"$inc": {"touches": 1}})


def judge_all(ids: Sequence[str]) -> Tally:
    """Judge these residents and write the standings that changed."""
    neighbours = {row.id: row for row in Neighbour.objects(id__in=list(ids))}
    tally, _ = judge_neighbours(neighbours)
    return tally


def judge_neighbours(neighbours: Mapping[str, Neighbour]) -> tuple[Tally, dict[str, Person]]:
    """Judge these neighbours and write the standings that changed; returns what they were judged by as well."""
    standings = {row.id: row for row in Standing.objects(id__in=list(neighbours))}  # before the deeds: see the module
    tally, people = Tally(), load_people(neighbours)
    for resident_id, person in people.items():
        tally.judged += 1
        write_standing(standings.get(resident_id), resident_id, judged(neighbours[resident_id], person), tally)
    return tally, people


def judged(neighbour: Neighbour, person: Person) -> dict[str, Any]:
    """Return the fields of the standing that follows today; whoever left has no deed that counts."""
    judgement = tiers.judge(Person() if neighbour.left_on else person, today=_today(), terms=terms())
    return {**_place_of(neighbour), **_fields_of(judgement)}


def write_standing(stored: Standing | None, resident_id: str, derived: dict[str, Any], tally: Tally) -> None:
    """Write what was derived over the standing that was `stored` before the deeds were read; tells a changed tier.

    Where somebody wrote since, nothing is written and the resident is among the tally's overtaken.
    """
    if stored is not None and all(getattr(stored, name) == value for name, value in derived.items()):
        return
    was = stored.tier if stored is not None else Tier.UNREACHED.value
    tally.differing[resident_id] = (was, derived["tier"])
    facts = [_tier_changed(resident_id, was, derived)] if derived["here"] and was != derived["tier"] else []
    if stored is None:
        written = insert_new(Standing(id=resident_id, **derived), *facts)
    else:
        guard = {"_id": resident_id, "revision": stored.revision}
        update = {"$set": {**derived, "revision": stored.revision + 1}}
        written = change_one(Standing, where=guard, update=update, facts=facts) is not None
    if not written:
        tally.overtaken.add(resident_id)


def load_people(neighbours: Mapping[str, Neighbour]) -> dict[str, Person]:
    """Return what each of these residents is judged by, in a handful of queries however many they are."""
    brought_by = _descendants(neighbours)
    newcomers = {newcomer for chain in brought_by.values() for newcomer in chain}
    happened = _happenings([*neighbours, *newcomers])
    notes = _notes(list(neighbours))
    days = {
        newcomer: frozenset(deed.day for deed in tiers.deeds_of(happened.get(newcomer, ()))) for newcomer in newcomers
    }
    return {
        resident_id: Person(
            happenings=frozenset(happened.get(resident_id, ())),
            notes=frozenset(notes.get(resident_id, ())),
            brought={newcomer: days[newcomer] for newcomer in brought_by[resident_id] if days[newcomer]},
            registered_on=_as_day(neighbour.registered_on),
        )
        for resident_id, neighbour in neighbours.items()
    }


def terms() -> Terms:
    """Return the thresholds in force."""
    now = settings()
    return Terms(now.window_days, now.repeated_deeds, now.led_activities, now.mobilized_people)


def _settle(ids: Sequence[str]) -> None:
    """Judge until nothing came between reading and clearing; what still does stays touched for the next time."""
    waiting = list(ids)
    for _ in range(ROUNDS_MAX):
        marks = {row.id: row.touches for row in Neighbour.objects(id__in=waiting).only("id", "touches")}
        overtaken = judge_all(waiting).overtaken
        waiting = [*overtaken, *_not_cleared({id_: mark for id_, mark in marks.items() if id_ not in overtaken})]
        if not waiting:
            return
    log().warning("people stay touched", people=len(waiting))


def _not_cleared(marks: Mapping[str, int]) -> list[str]:
    """Clear the touches that were seen; returns those among whom somebody touched or cleared meanwhile."""
    remaining: list[str] = []
    for mark in set(marks.values()):
        same = [id_ for id_, seen in marks.items() if seen == mark]
        cleared = _collection(Neighbour).update_many({"_id": {"$in": same}, "touches": mark}, {"$set": {"touches": 0}})
        if cleared.matched_count < len(same):
            remaining += same
    return remaining


def _tier_changed(resident_id: str, was: str, derived: Mapping[str, Any]) -> TierChanged:
    return TierChanged(
        resident_id=resident_id,
        community_code=derived["community_code"],
        from_tier=was,
        to_tier=derived["tier"],
        rule_version=RULE_VERSION,
        changed_at=utc_now(),
    )


def _place_of(neighbour: Neighbour) -> dict[str, Any]:
    return {
        "community_code": neighbour.community_code,
        "here": neighbour.left_on is None,
        "name": neighbour.name,
        "grid_code": neighbour.grid_code or UNPLACED,
    }


def _fields_of(judgement: Judgement) -> dict[str, Any]:
    return {
        "tier": judgement.tier.value,
        "since": _as_text(judgement.since),
        "why": [
            {"code": reason.code, "params": dict(reason.params), "dates": [day.isoformat() for day in reason.dates]}
            for reason in judgement.why
        ],
        "rule_version": RULE_VERSION,
        "step": judgement.step.value if judgement.step else None,
        "deeds": judgement.deeds,
        "reach": judgement.reach,
        "last_deed_on": _as_text(judgement.last_deed_on),
        "is_talent": judgement.is_talent,
        "talent_since": _as_text(judgement.talent_since),
        "skills": list(judgement.skills),
        "slides_on": _as_text(judgement.slides_on),
    }


def _ancestors(ids: Iterable[str]) -> list[str]:
    """Return who brought these people, who brought those, and so on up to CHAIN_MAX."""
    found: dict[str, None] = {}
    frontier = list(ids)
    for _ in range(CHAIN_MAX):
        rows = Neighbour.objects(id__in=frontier, invited_by__ne=None).only("invited_by")
        frontier = [inviter for inviter in {row.invited_by for row in rows} if inviter not in found]
        found.update(dict.fromkeys(frontier))
        if not frontier:
            break
    return list(found)


def _descendants(neighbours: Mapping[str, Neighbour]) -> dict[str, set[str]]:
    """Return for each of these residents the neighbours of their community whom they brought, directly or by others."""
    brought = _brought_from(list(neighbours))
    chains: dict[str, set[str]] = {}
    for root, neighbour in neighbours.items():
        chain: set[str] = set()
        frontier = {root}
        for _ in range(CHAIN_MAX):
            nearest = {row for parent in frontier for row in brought.get(parent, ())}
            frontier = (
                {id_ for id_, community_code in nearest if community_code == neighbour.community_code} - chain - {root}
            )
            chain |= frontier
        chains[root] = chain
    return chains


def _brought_from(ids: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    brought: dict[str, set[tuple[str, str]]] = {}
    frontier, seen = list(ids), set(ids)
    for _ in range(CHAIN_MAX):
        rows = list(Neighbour.objects(invited_by__in=frontier, left_on=None).only("id", "invited_by", "community_code"))
        for row in rows:
            brought.setdefault(row.invited_by, set()).add((row.id, row.community_code))
        frontier = [row.id for row in rows if row.id not in seen]
        seen.update(frontier)
        if not frontier:
            break
    return brought


def _happenings(ids: Sequence[str]) -> dict[str, list[Happening]]:
    """Return what is told of each: of themselves, and of having led by those whom they led."""
    found: dict[str, list[Happening]] = {}
    for row in _collection(DeedRecord).find({"resident_id": {"$in": list(ids)}}, _TOLD).batch_size(DEEDS_AT_ONCE):
        found.setdefault(row["resident_id"], []).append(_happening(row))
    for row in _collection(DeedRecord).aggregate(_led_by(ids), batchSize=DEEDS_AT_ONCE):
        found.setdefault(row["_id"]["leader_id"], []).append(_leading(**row["_id"], withdrawn=row["withdrawn"]))
    return found


def _led_by(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Ask for each activity and day that somebody led, once however many they led there: it is void where every record of it is."""
    which = {"leader_id": "$leader_id", "activity_id": "$activity_id", "day": "$day"}
    others = {"leader_id": {"$in": list(ids)}, "$expr": {"$ne": ["$leader_id", "$resident_id"]}}
    void = {"$min": {"$ifNull": ["$withdrawn", False]}}
    return [{"$match": others}, {"$group": {"_id": which, "withdrawn": void}}]


def _happening(row: Mapping[str, Any]) -> Happening:
    return Happening(
        id=row["_id"],
        kind=row.get("kind") or Kind.SERVED.value,
        activity_id=row["activity_id"],
        day=_day_of(row.get("day") or NO_DAY),
        skills=frozenset(row.get("skills") or ()),
        led=bool(row.get("led")),
        withdrawn=bool(row.get("withdrawn")),
    )


def _leading(leader_id: str, activity_id: str, day: str | None = None, *, withdrawn: bool) -> Happening:
    id_ = f"led-{activity_id}-{day}-{leader_id}"
    return Happening(id_, Kind.LED, activity_id, _day_of(day or NO_DAY), withdrawn=withdrawn)


@lru_cache(maxsize=DAYS_MAX)
def _day_of(text: str) -> date:
    return date.fromisoformat(text)


def _notes(ids: Sequence[str]) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for page in RegistryPage.objects(resident_id__in=list(ids)):
        skills = tuple((row["skill"], _as_day(row.get("expires_on"))) for row in page.skills)
        found.setdefault(page.resident_id, []).append(
            Note(page.revision, date.fromisoformat(page.day), page.is_talent, skills)
        )
    return found


def _collection(document_class: Any) -> Any:
    return document_class._get_collection()


def _today() -> date:
    return local_day(utc_now(), settings().zone)


def _as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _as_text(day: date | None) -> str | None:
    return day.isoformat() if day else None
