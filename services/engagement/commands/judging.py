"""Judging: people whom something touched are judged together, and each standing that changed is one guarded write.

A standing is compared-and-set on its revision, and a touch is cleared only if no other came meanwhile: two workers may
judge at once, and the one who saw less tries again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from services.engagement.models import UNPLACED, DeedRecord, Neighbour, RegistryPage, Standing, TierRules, rulebook_of
from services.engagement.rules import mobilization, tiers
from services.engagement.rules.mobilization import Bringer, Brought, Doubt
from services.engagement.rules.tiers import Deed, Happening, Judgement, Kind, Note, Person, Rulebook, Tier
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
DeedsOf = Mapping[str, Sequence[Deed]]
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


def touch_begun_rules() -> None:
    """Touch everybody of a community on the first day of another version; it is marked afterwards, so that a crash touches twice."""
    for rules in TierRules.objects(status="adopted", is_begun=None, applies_from__lte=_today().isoformat()):
        _collection(Neighbour).update_many({"community_code": rules.community_code}, {"$inc": {"touches": 1}})
        change_one(TierRules, where={"_id": rules.id}, update={"$set": {"is_begun": True}})


def judge_all(ids: Sequence[str]) -> Tally:
    """Judge these residents and write the standings that changed."""
    neighbours = {row.id: row for row in Neighbour.objects(id__in=list(ids))}
    tally, _ = judge_neighbours(neighbours)
    return tally


def judge_neighbours(neighbours: Mapping[str, Neighbour]) -> tuple[Tally, dict[str, Person]]:
    """Judge these neighbours and write the standings that changed; returns what they were judged by as well."""
    standings = {row.id: row for row in Standing.objects(id__in=list(neighbours))}  # before the deeds: see the module
    rulebooks = {code: rulebook_of(code) for code in {row.community_code for row in neighbours.values()}}
    tally, people = Tally(), load_people(neighbours)
    for resident_id, person in people.items():
        tally.judged += 1
        neighbour = neighbours[resident_id]
        derived = judged(neighbour, person, rulebooks[neighbour.community_code])
        write_standing(standings.get(resident_id), resident_id, derived, tally)
    return tally, people


def judged(neighbour: Neighbour, person: Person, rulebook: Rulebook) -> dict[str, Any]:
    """Return the fields of the standing that follows today; whoever left has no deed that counts."""
    judgement = tiers.judge(Person() if neighbour.left_on else person, today=_today(), terms=rulebook)
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
    brought = _brought_from(neighbours)
    known = {**{row.id: row for rows in brought.values() for row in rows}, **neighbours}
    happened = _happenings(list(known))
    notes = _notes(list(neighbours))
    deeds = {id_: tiers.deeds_of(happened.get(id_, ())) for id_ in known} if brought else {}
    chains = _chains(neighbours, _links(brought, known, deeds))
    days = {id_: frozenset(deed.day for deed in rows) for id_, rows in deeds.items()}
    return {
        resident_id: Person(
            happenings=frozenset(happened.get(resident_id, ())),
            notes=frozenset(notes.get(resident_id, ())),
            brought={newcomer: days[newcomer] for newcomer in chains[resident_id] if days[newcomer]},
            registered_on=_as_day(neighbour.registered_on),
        )
        for resident_id, neighbour in neighbours.items()
    }


def deeds_of_each(ids: Collection[str]) -> dict[str, tuple[Deed, ...]]:
    """Return the deeds of each of these residents, led ones included."""
    return {resident_id: tiers.deeds_of(rows) for resident_id, rows in _happenings(list(ids)).items()}


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
        rule_version=derived["rule_version"],
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
        "rule_version": judgement.rule_version,
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
        rows = Neighbour.objects(id__in=frontier).only("invited_by", "brought_by")
        frontier = [bringer for bringer in {row.bringer_id for row in rows} if bringer and bringer not in found]
        found.update(dict.fromkeys(frontier))
        if not frontier:
            break
    return list(found)


def _chains(neighbours: Mapping[str, Neighbour], links: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Return for each of these residents the neighbours whom they brought, directly or by others, along `links` that count."""
    chains: dict[str, set[str]] = {}
    for root in neighbours:
        chain: set[str] = set()
        frontier = {root}
        for _ in range(CHAIN_MAX):
            frontier = {newcomer for parent in frontier for newcomer in links.get(parent, ())} - chain - {root}
            chain |= frontier
        chains[root] = chain
    return chains


def _brought_from(neighbours: Mapping[str, Neighbour]) -> dict[str, list[Neighbour]]:
    """Return whom these residents brought, whom those brought, and so on: {bringer: newcomers of the same community}."""
    known, brought = dict(neighbours), dict[str, list[Neighbour]]()
    frontier = list(neighbours)
    for _ in range(CHAIN_MAX):
        by = {"$or": [{"invited_by": {"$in": frontier}}, {"brought_by": {"$in": frontier}}], "left_on": None}
        rows = [row for row in Neighbour.objects(__raw__=by) if _is_link(row, known)]
        for row in rows:
            brought.setdefault(row.bringer_id, []).append(row)
        frontier = [row.id for row in rows if row.id not in known]
        known |= {row.id: row for row in rows}
        if not frontier:
            break
    return brought


def _is_link(newcomer: Neighbour, known: Mapping[str, Neighbour]) -> bool:
    bringer = known.get(newcomer.bringer_id or "")
    return bringer is not None and bringer.community_code == newcomer.community_code


def doubts_about(bringer: Neighbour, newcomers: Sequence[Neighbour], deeds: DeedsOf) -> dict[str, frozenset[Doubt]]:
    """Return what is doubtful about each newcomer with a deed whom one resident brought, whatever was decided about it."""
    above = tuple(_ancestors([bringer.id])) if bringer.bringer_id else ()
    activities = frozenset(deed.activity_id for deed in deeds.get(bringer.id, ()))
    acting = [_brought(row, deeds[row.id]) for row in newcomers if deeds.get(row.id)]
    return mobilization.doubts(Bringer(bringer.id, bringer.household_id, activities, above), acting)


def is_counted(bringer: Neighbour, newcomer_id: str, found: Collection[Doubt]) -> bool:
    """Tell whether a newcomer counts: nothing is doubtful, or a steward who looked said so last."""
    said = [row["counts"] for row in bringer.looked_at if newcomer_id in row["newcomer_ids"]]
    return bool(said[-1]) if said else not found


def _brought(row: Neighbour, deeds: Collection[Deed]) -> Brought:
    activities, days = frozenset(deed.activity_id for deed in deeds), frozenset(deed.day for deed in deeds)
    return Brought(row.id, activities, days, row.household_id, row.phone_tail)


def _links(brought: Mapping[str, Sequence[Neighbour]], known: Mapping[str, Neighbour], deeds: DeedsOf) -> dict[str, list[str]]:
    """Return the links from bringers to newcomers that count; a newcomer without a deed may still have brought others."""
    links = {}
    for bringer_id, newcomers in brought.items():
        bringer = known[bringer_id]
        doubtful = doubts_about(bringer, newcomers, deeds)
        links[bringer_id] = [row.id for row in newcomers if is_counted(bringer, row.id, doubtful.get(row.id, ()))]
    return links


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
