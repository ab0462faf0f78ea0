"""How a community stands against 10/20/70, per grid and over the weeks, and what would bring it forward.

Everything is counted by indexes over the standings: a few milliseconds at 5,000 residents.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from services.engagement.models import (
    HOUSEHOLDS,
    REGISTERED,
    Commons,
    GridOutline,
    Occasion,
    Standing,
    Week,
    rulebook_of,
)
from services.engagement.queries.words import STEPS, explained
from services.engagement.rules import tiers
from services.engagement.rules.tiers import PERCENT, Step, Tier
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.problems import Forbidden
from shared.web import Caller

EACH_MAX = 20
UPCOMING_MAX = 10
FITTING_MAX = 3
TALENTS_MAX = 300
REACH_MAX = 50
NEAR_STEPS = (Step.LEAD, Step.USE_SKILL, Step.ONE_MORE_DEED, Step.COME_BACK, Step.COME_THIS_TIME)
PERSON = {"name": 1, "grid_code": 1, "step": 1, "tier": 1, "skills": 1, "reach": 1, "last_deed_on": 1}

Counts = dict[str, int]
Shown = dict[str, Any]


def engagement(community_code: str, *, viewer: Caller) -> Shown:
    """Return base, targets, actual, trend, next steps, reach and the grids of the viewer's community, else Forbidden."""
    _check_community(community_code, viewer)
    commons, this_day = _commons(community_code), today()
    in_force = rulebook_of(community_code).on(this_day)
    grids, outlines = _counts_by_grid(community_code), _outlines(community_code)
    total = _sum(grids.values())
    talents = _talents_by_grid(community_code)
    per_grid = [
        _with_talents(_show_grid(code, grids.get(code, {}), outlines.get(code), commons), talents.get(code, 0))
        for code in sorted({*grids, *outlines} - {""})
    ]
    return {
        **_measure(total, _base_of(total, commons)),
        "community_code": community_code,
        "base_source": commons.base_unit or REGISTERED,
        "registered_residents": sum(total.values()),
        "rule_version": in_force.version,
        "window_days": in_force.window_days,
        "trend": [*_weeks(community_code), _this_week(total, commons, this_day)],
        "talents": _hundredths(sum(talents.values()), _base_of(total, commons)),
        "next_steps": [*_grid_steps(per_grid), *_people_steps(community_code, this_day), *_activity_steps(community_code)],
        "reach": _reach(community_code),
        "per_grid": per_grid,
    }


def base(community_code: str, *, viewer: Caller) -> Shown:
    """Return the base that stands now: how many, and where the number comes from."""
    _check_community(community_code, viewer)
    commons = _commons(community_code)
    count = commons.base_count
    if count is None:
        count = Standing.objects(community_code=community_code, here=True).count()
    return {"community_code": community_code, "base": count, "base_source": commons.base_unit or REGISTERED}


def _check_community(community_code: str, viewer: Caller) -> None:
    if viewer.community_code != community_code:
        raise Forbidden("This is another community's.")


def _commons(community_code: str) -> Commons:
    return Commons.objects(id=community_code).first() or Commons(id=community_code)


def _counts_by_grid(community_code: str) -> dict[str, Counts]:
    pipeline = [
        {"$match": {"community_code": community_code, "here": True}},
        {"$group": {"_id": {"grid": "$grid_code", "tier": "$tier"}, "people": {"$sum": 1}}},
    ]
    counts: dict[str, Counts] = {}
    for row in Standing._get_collection().aggregate(pipeline):
        counts.setdefault(row["_id"].get("grid") or "", {})[row["_id"]["tier"]] = row["people"]
    return counts


def _outlines(community_code: str) -> dict[str, GridOutline]:
    return {grid.grid_code: grid for grid in GridOutline.objects(community_code=community_code)}


def _sum(grids: Iterable[Counts]) -> Counts:
    total = dict.fromkeys((tier.value for tier in Tier), 0)
    for counts in grids:
        for tier, people in counts.items():
            total[tier] += people
    return total


def _base_of(total: Counts, commons: Commons) -> int:
    registered = sum(total.values())
    return registered if commons.base_count is None else int(commons.base_count)


def _measure(counts: Counts, base_count: int) -> Shown:
    """Set people against targets; whoever is not registered has not been reached either."""
    reached = {tier: counts.get(tier, 0) for tier in PERCENT}
    return {
        "base": base_count,
        "targets": {tier: tiers.target(base_count, tier) for tier in PERCENT},
        "target_percents": PERCENT,
        "actual": {**reached, Tier.UNREACHED.value: max(base_count - sum(reached.values()), 0)},
        "actual_percents": {
            tier: round(100 * people / base_count, 1) if base_count else 0.0 for tier, people in reached.items()
        },
    }


def _show_grid(code: str, counts: Counts, outline: GridOutline | None, commons: Commons) -> Shown:
    """Show a grid by its registered residents, or by the place table's households where the steward chose households."""
    households = outline.households if outline else None
    base_count = households if commons.base_unit == HOUSEHOLDS and households else sum(counts.values())
    names = {"grid_name": outline.grid_name, "quarter_name": outline.quarter_name} if outline else {}
    return {"grid_code": code, "households": households, **names, **_measure(counts, base_count)}


def _with_talents(grid: Shown, active: int) -> Shown:
    return {**grid, "talents": _hundredths(active, grid["base"])}


def _hundredths(active: int, base_count: int) -> Shown:
    """Set active talents, who have a deed in the window, against one in a hundred."""
    return {"active": active, "wanted": tiers.one_in_a_hundred(base_count)}


def _talents_by_grid(community_code: str) -> Counts:
    pipeline = [
        {"$match": {"community_code": community_code, "is_talent": True, "here": True, "deeds": {"$gt": 0}}},
        {"$group": {"_id": "$grid_code", "people": {"$sum": 1}}},
    ]
    return {row["_id"] or "": row["people"] for row in Standing._get_collection().aggregate(pipeline)}


def _weeks(community_code: str) -> list[Shown]:
    oldest = tiers.last_sundays(today(), weeks=settings().trend_weeks)[0].isoformat()
    weeks = Week.objects(community_code=community_code, ends_on__gte=oldest).order_by("ends_on")
    return [{"ends_on": week.ends_on, "base": week.base, **week.counts} for week in weeks]


def _this_week(total: Counts, commons: Commons, day: date) -> Shown:
    return {"ends_on": day.isoformat(), "base": sum(total.values()), **total}


def _grid_steps(per_grid: Iterable[Mapping[str, Any]]) -> list[Shown]:
    empty = [grid for grid in per_grid if not grid["actual"][Tier.BACKBONE.value]]
    return [
        {"kind": "grid_without_backbone", "grid_code": grid["grid_code"], **_because("no_backbone")} for grid in empty
    ]


def _people_steps(community_code: str, day: date) -> list[Shown]:
    asleep = [
        _person_step("sleeping_talent", row, "sleeping", days=settings().sleeping_days)
        for row in sleeping(community_code, day)
    ]
    near = [
        _person_step("one_deed_away", row, row["step"]) for step in NEAR_STEPS for row in at_step(community_code, step)
    ]
    worthy = [_person_step("nominate", row, row["step"]) for row in at_step(community_code, Step.BE_NOMINATED)]
    return [*asleep, *near, *worthy]


def sleeping(community_code: str, day: date) -> list[Shown]:
    """Return talents who had time enough and did nothing, those longest without a deed first."""
    cutoff = (day - timedelta(days=settings().sleeping_days)).isoformat()
    where = {
        "community_code": community_code,
        "is_talent": True,
        "here": True,
        "talent_since": {"$lt": cutoff},
        "$or": [{"last_deed_on": None}, {"last_deed_on": {"$lt": cutoff}}],
    }
    return _people(where, sort="last_deed_on", direction=1, limit=EACH_MAX)


def at_step(community_code: str, step: Step) -> list[Shown]:
    """Return who stands before a step, those first who did something lately."""
    where = {"community_code": community_code, "here": True, "step": step.value}
    return _people(where, sort="last_deed_on", direction=-1, limit=EACH_MAX)


def _activity_steps(community_code: str) -> list[Shown]:
    """Return who has the skill for an upcoming activity, those longest without a deed first; its leader knows already."""
    coming = upcoming(community_code)
    wanted = [skill for row in coming for skill in row.skills]
    where = {"community_code": community_code, "is_talent": True, "here": True, "skills": {"$in": wanted}}
    talents = _people(where, sort="last_deed_on", direction=1, limit=TALENTS_MAX) if wanted else []
    return [step for activity in coming for step in _fitting_steps(activity, talents)]


def upcoming(community_code: str) -> list[Occasion]:
    """Return the next activities that are still to come."""
    coming = Occasion.objects(community_code=community_code, status="open", starts_at__gt=utc_now())
    return list(coming.order_by("starts_at").limit(UPCOMING_MAX))


def _fitting_steps(activity: Occasion, talents: list[Shown]) -> list[Shown]:
    others = {row["_id"]: row for row in talents if row["_id"] != activity.leader_id}
    ranked = [(who, row["skills"]) for who, row in others.items()]
    fitting = tiers.fitting(activity.skills, ranked, most=FITTING_MAX)
    shown = {"activity_id": activity.id, "starts_at": activity.starts_at}
    return [{**_person_step("fitting_activity", others[who], "fits", title=activity.title), **shown} for who in fitting]


def _reach(community_code: str) -> list[Shown]:
    """Return how many people each backbone mobilized, by name: this is no ranking."""
    where = {"community_code": community_code, "tier": Tier.BACKBONE.value, "here": True}
    rows = _people(where, sort="name", direction=1, limit=REACH_MAX)
    return [
        {"resident_id": row["_id"], "name": row.get("name"), "grid_code": row.get("grid_code"), "people": row["reach"]}
        for row in rows
    ]


def _people(where: Mapping[str, Any], *, sort: str, direction: int, limit: int) -> list[Shown]:
    return list(Standing._get_collection().find(where, PERSON).sort(sort, direction).limit(limit))


def _person_step(kind: str, row: Mapping[str, Any], reason: str, **params: Any) -> Shown:
    person = {
        "resident_id": row["_id"],
        "name": row.get("name"),
        "grid_code": row.get("grid_code") or None,
        "tier": row["tier"],
    }
    return {"kind": kind, **person, **_because(reason, **params)}


def _because(code: str, **params: Any) -> Shown:
    sentence = explained(code, STEPS, params)
    return {"reason": sentence.pop("code"), **sentence}


def today() -> date:
    """Return the day on which the community is."""
    return local_day(utc_now(), settings().zone)
