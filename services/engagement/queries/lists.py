"""The lists of what to do next, a row a person with the one act that fits: invite to an activity, call, ask to lead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.engagement.models import DeedRecord, GridOutline, Invitation, Neighbour, Occasion, Standing
from services.engagement.queries.asks import why_closed_each
from services.engagement.queries.communities import EACH_MAX, NEAR_STEPS, PERSON, at_step, sleeping, today, upcoming
from services.engagement.queries.words import FITS, PARTS_OF_DAY, STEPS, WEEKDAYS, explained
from services.engagement.rules.asking import ACT_OF, Act, Listing
from services.engagement.rules.fitting import Coming, Fit, Habits, Visit, best_fits, part_of_day
from services.engagement.rules.tiers import Kind, Step, Tier
from services.engagement.settings import settings
from shared.problems import Forbidden
from shared.web import Caller

HABIT_DAYS = 365
FITTING_EACH_MAX = 3
NOT_YET_MAX = 2_000

Shown = dict[str, Any]


def listed(community_code: str, listing: str, *, viewer: Caller) -> list[Shown]:
    """Return the rows of one list of the viewer's community, else Forbidden.

    Each row has the person, the reason, the act that fits with the best activity and why it fits, and what keeps from asking (`closed`).
    """
    if viewer.community_code != community_code:
        raise Forbidden("This is another community's.")
    found = list(_rows(community_code, Listing(listing)))
    ids = [row["resident_id"] for row in found if row.get("resident_id")]
    neighbours = {row.id: row for row in Neighbour.objects(id__in=ids)}
    closed = why_closed_each(neighbours)
    return [{**row, "closed": _closed(row, closed, viewer)} for row in found]


def stand_on(community_code: str, listing: str, *, activity_id: str | None = None) -> list[str]:
    """Return the ids of those who stand on a list now; on the list of fitting activities, for that activity."""
    rows = _rows(community_code, Listing(listing))
    same = (row for row in rows if listing != Listing.FITTING or row.get("activity_id") == activity_id)
    return [*dict.fromkeys(row["resident_id"] for row in same if row.get("resident_id"))]


def _rows(community_code: str, listing: Listing) -> Iterator[Shown]:
    coming = _coming(community_code)
    if listing == Listing.NO_BACKBONE:
        yield from _grids_without_backbone(community_code)
        return
    people = _people_on(community_code, listing, coming)
    habits = _habits([row["_id"] for row in people], people)
    for row in people:
        fits = best_fits(row["_id"], habits[row["_id"]], coming)
        if listing == Listing.FITTING:
            yield from (_row(listing, row, "fits", found) for found in fits if "skill" in found.reasons)
        elif listing == Listing.SLEEPING:
            yield _row(listing, row, "sleeping", fits[0] if fits else None)
        else:
            yield _row(listing, row, row["step"], fits[0] if fits else None)


def _people_on(community_code: str, listing: Listing, coming: Sequence[Coming]) -> list[Shown]:
    if listing == Listing.SLEEPING:
        return sleeping(community_code, today())
    if listing == Listing.NEAR:
        return [row for step in NEAR_STEPS for row in at_step(community_code, step)]
    if listing == Listing.NOT_YET:
        return _not_yet_come(community_code)
    wanted = [skill for activity in coming for skill in activity.skills]
    where = {"community_code": community_code, "is_talent": True, "here": True, "skills": {"$in": wanted}}
    found = Standing._get_collection().find(where, PERSON).sort("last_deed_on", 1).limit(FITTING_EACH_MAX * EACH_MAX)
    return list(found) if wanted else []


def _not_yet_come(community_code: str) -> list[Shown]:
    """Return registered residents who never came and may be asked today: those first who were never asked, and of these the newest.

    They are most of a community, so those who may not be asked now do not stand in the way of the others.
    """
    where = {"community_code": community_code, "here": True, "step": Step.FIRST_DEED.value}
    waiting = {row["_id"]: row for row in Standing._get_collection().find(where, PERSON).sort("since", -1).limit(NOT_YET_MAX)}
    last_asked = {"$group": {"_id": "$resident_id", "on": {"$max": "$made_on"}}}
    rows = Invitation._get_collection().aggregate([{"$match": {"resident_id": {"$in": list(waiting)}}}, last_asked])
    asked = {row["_id"]: row["on"] for row in rows}
    in_turn = sorted(waiting, key=lambda id_: asked.get(id_, ""))
    found: list[Shown] = []
    for start in range(0, len(in_turn), EACH_MAX):
        some = {row.id: row for row in Neighbour.objects(id__in=in_turn[start : start + EACH_MAX])}
        closed = why_closed_each(some)
        found += [waiting[id_] for id_ in in_turn[start : start + EACH_MAX] if id_ in some and closed[id_] is None]
        if len(found) >= EACH_MAX:
            break
    return found[:EACH_MAX]


def _row(listing: Listing, row: Mapping[str, Any], reason: str, found: Fit | None) -> Shown:
    """Show a person: called where nothing is coming that fits, or where a call is what fits; else invited to what fits best."""
    act = ACT_OF[listing] if found or listing == Listing.SLEEPING else Act.CALL
    sentence = explained(reason, STEPS, {"days": settings().sleeping_days, "title": found.activity.title if found else ""})
    shown = {
        "step": listing.value, "resident_id": row["_id"], "name": row.get("name"), "grid_code": row.get("grid_code") or None,
        "tier": row["tier"], "act": act.value, "text_zh": sentence["text_zh"], "text_en": sentence["text_en"], "fits": [],
    }  # fmt: skip
    if found is None:
        return shown
    activity = found.activity
    told = {"activity_id": activity.activity_id, "title": activity.title, "starts_at": activity.starts_at}
    return {**shown, **told, "fits": [_fit_in_words(code, params) for code, params in found.reasons.items()]}


def _fit_in_words(code: str, params: Mapping[str, str]) -> Shown:
    """Say why an activity fits; what a weekday and a part of the day are called differs by language."""
    zh, en = dict(params), dict(params)
    for name, table in (("weekday", WEEKDAYS), ("part", PARTS_OF_DAY)):
        if name in params:
            zh[name], en[name] = table[params[name]]
    told = explained(code, FITS, params)
    return {**told, "text_zh": explained(code, FITS, zh)["text_zh"], "text_en": explained(code, FITS, en)["text_en"]}


def _grids_without_backbone(community_code: str) -> Iterator[Shown]:
    """Yield for each grid without a backbone the talent whom one may ask to lead: of those who helped last, the first by name."""
    here = {"community_code": community_code, "here": True}
    led = set(Standing._get_collection().distinct("grid_code", {**here, "tier": Tier.BACKBONE.value}))
    outlined = GridOutline.objects(community_code=community_code).distinct("grid_code")
    lived_in = {*Standing._get_collection().distinct("grid_code", here), *outlined}
    for grid_code in sorted(code for code in lived_in - led if code):
        where = {**here, "grid_code": grid_code, "is_talent": True}
        row = _first({**where, "step": Step.LEAD.value}) or _first(where)
        sentence = explained("no_backbone" if row else "no_talent", STEPS)
        words = {name: sentence[name] for name in ("text_zh", "text_en")}
        shown = {"step": Listing.NO_BACKBONE.value, "grid_code": grid_code, "fits": [], **words}
        yield shown | ({"resident_id": row["_id"], "name": row.get("name"), "tier": row["tier"], "act": Act.ASSIGN.value} if row else {})


def _first(where: Mapping[str, Any]) -> Shown | None:
    found: Shown | None = Standing._get_collection().find_one(where, PERSON, sort=[("name", 1)])
    return found


def _coming(community_code: str) -> list[Coming]:
    outlines = list(GridOutline.objects(community_code=community_code))
    zone = ZoneInfo(settings().zone)
    return [
        Coming(
            activity_id=row.id, title=row.title, item=row.item, starts_at=row.starts_at.astimezone(zone), leader_id=row.leader_id,
            skills=frozenset(row.skills), grids=_grids_named(row.place or "", outlines),
        )
        for row in upcoming(community_code)
    ]  # fmt: skip


def _grids_named(place: str, outlines: Iterable[GridOutline]) -> frozenset[str]:
    """Return the grids whose name, or whose quarter's name, stands in the words that say where."""
    names = ((grid.grid_code, name) for grid in outlines for name in (grid.grid_name, grid.quarter_name))
    return frozenset(code for code, name in names if name and name in place)


def _habits(ids: Sequence[str], people: Iterable[Mapping[str, Any]]) -> dict[str, Habits]:
    """Return what is known of each: skills, grid, and the deeds of the last year with item and time of day."""
    since = (today() - timedelta(days=HABIT_DAYS)).isoformat()
    where = {"resident_id": {"$in": list(ids)}, "day": {"$gte": since}, "kind": {"$ne": Kind.MISSED.value}, "withdrawn": {"$ne": True}}
    told = {"resident_id": 1, "activity_id": 1, "day": 1}
    deeds = {(row["resident_id"], row["activity_id"]): row for row in DeedRecord._get_collection().find(where, told)}
    held = {row.id: row for row in Occasion.objects(id__in=list({activity for _, activity in deeds})).only("id", "item", "starts_at")}
    visits: dict[str, list[Visit]] = {}
    for (resident_id, activity_id), row in deeds.items():
        visits.setdefault(resident_id, []).append(_visit(row["day"], held.get(activity_id)))
    return {
        row["_id"]: Habits(frozenset(row.get("skills") or ()), row.get("grid_code") or None, tuple(visits.get(row["_id"], ())))
        for row in people
    }


def _visit(day: str, activity: Occasion | None) -> Visit:
    if activity is None:
        return Visit(date.fromisoformat(day))
    part = part_of_day(activity.starts_at.astimezone(ZoneInfo(settings().zone)))
    return Visit(date.fromisoformat(day), activity.item, part)


def _closed(row: Mapping[str, Any], closed: Mapping[str, Any], viewer: Caller) -> str | None:
    resident_id = row.get("resident_id")
    if resident_id is None or resident_id == viewer.resident_id:
        return None if resident_id is None else "oneself"
    reason = closed.get(resident_id)
    return reason.value if reason else None
