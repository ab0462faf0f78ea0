"""Who can do this, there, then, and is allowed to: one question, answered in an order that says its reasons. (ADR 92)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.talent.models import ACTIVE, GridOutline, Talent, taxonomy
from services.talent.queries.registry import Search, days_of, name_filter, show_entries, skill_filter
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from services.talent.rules.availability import When, next_time, when_is
from services.talent.rules.fitting import Person, Wanted, may_do, place_of, reasons_for
from services.talent.rules.skills import skill_code
from services.talent.settings import settings
from shared.web import decode_cursor, encode_cursor

ALWAYS_NEEDED = ("name", "resting_until", "asks.at", "last_served_on")
AT_ONCE = 5_000


@dataclass(frozen=True, kw_only=True)
class Question(Search):
    """A search with what makes it a question: `near` is a grid, `at` a moment or one of FREE_TIMES, `language` a code. Unless `allowed` is
    false only those are found whose licence holds then."""

    near: str | None = None
    at: datetime | str | None = None
    language: str | None = None
    allowed: bool = True


def fitting(question: Question, *, community_code: str, limit: int, cursor: str | None) -> Page:
    """Return a page of those who fit, whom to ask first on top, each with `reasons`."""
    wanted, after = _wanted(question, community_code), _place_in(cursor)
    where = _where(question, wanted, community_code)
    placed: list[tuple[tuple[Any, ...], Person]] = []
    for step in _steps(question, wanted):
        placed += _placed({"$and": [where, step]}, question, wanted, after)
        if len(placed) > limit:
            break
    shown = [person for _, person in placed[:limit]]
    following = encode_cursor(*placed[limit - 1][0]) if len(placed) > limit else None
    return _show(shown, wanted), following


def where_of(question: Question, *, community_code: str) -> dict[str, Any]:
    """Return the filter by which a question is asked of the database."""
    wanted = _wanted(question, community_code)
    return {"$and": [_where(question, wanted, community_code), {"$or": _steps(question, wanted)}]}


def _steps(question: Question, wanted: Wanted) -> list[dict[str, Any]]:
    """Return filters that share out all who may fit, so that everybody of one stands before everybody of the next: whoever is far down
    is read only where the page is not full before. Who has said other times than the one that is asked for is in none."""
    if wanted.when is None:
        return [{}]
    free, not_said = {"free_times": wanted.when.free_time}, {"free_times.0": {"$exists": False}}
    if not question.allowed:  # what somebody may do outweighs when
        return [{"$or": [free, not_said]}]
    if wanted.near is None or question.skill or question.item:  # few enough as they are
        return [free, not_said]
    here = [wanted.near, *wanted.quarter]
    return [{**free, "grid_code": {"$in": here}}, {**free, "grid_code": {"$nin": here}}, not_said]


def _placed(
    where: Mapping[str, Any], question: Question, wanted: Wanted, after: tuple[Any, ...] | None
) -> list[tuple[tuple[Any, ...], Person]]:
    """Return who matches, in order, each with their place, from behind `after` on."""
    rows = Talent._get_collection().find(where, dict.fromkeys(_needed(wanted), 1), batch_size=AT_ONCE)
    people = [_person(row) for row in rows]
    if question.allowed:
        people = [person for person in people if may_do(person, wanted)]
    placed = [(place_of(person, wanted), person) for person in people]
    return sorted(row for row in placed if after is None or row[0] > after)


def _needed(wanted: Wanted) -> list[str]:
    """Return what decides the order; all else is read of those alone who are shown."""
    asked = {
        "skills.skill": wanted.skills, "skills.licence_expires_on": wanted.skills, "free_times": wanted.when, "grid_code": wanted.near,
    }  # fmt: skip
    return [*ALWAYS_NEEDED, *(name for name, is_asked in asked.items() if is_asked)]


def _show(people: list[Person], wanted: Wanted) -> list[Shown]:
    entries = {row["resident_id"]: row for row in show_entries({"_id": {"$in": [person.id for person in people]}})}
    told = {person.id: list(reasons_for(person, wanted)) for person in people}
    return [{**entries[id_], "reasons": reasons} for id_, reasons in told.items() if id_ in entries]


def _wanted(question: Question, community_code: str) -> Wanted:
    known, today = taxonomy(), local_today()
    codes = [known.answering(skill_code(word, codes=known.words)) for word in (question.skill, question.item) if word]
    skills = tuple(dict.fromkeys(code for answering in codes for code in answering))
    return Wanted(
        today=today, skills=skills, licensed=known.licensed, near=question.near, quarter=_quarter_of(question.near, community_code),
        when=_when(question.at, today), language=question.language,
    )  # fmt: skip


def _when(at: datetime | str | None, today: date) -> When | None:
    if at is None:
        return None
    return next_time(at, today=today) if isinstance(at, str) else when_is(at, zone=settings().zone)


def _quarter_of(grid_code: str | None, community_code: str) -> frozenset[str]:
    """Return the grids of the quarter of a grid; nothing where the place table does not know it."""
    if grid_code is None:
        return frozenset()
    found = GridOutline._get_collection().find({"community_code": community_code}, {"grid_code": 1, "quarter_name": 1})
    quarters = {row["grid_code"]: row.get("quarter_name") for row in found}
    quarter = quarters.get(grid_code)
    return frozenset(code for code, name in quarters.items() if quarter and name == quarter)


def _where(question: Question, wanted: Wanted, community_code: str) -> dict[str, Any]:
    """Return the filter for all who may fit, whenever they are free."""
    where: dict[str, Any] = {"community_code": community_code, "status": ACTIVE}
    if question.grid:
        where["grid_code"] = question.grid
    if question.language:
        where["languages"] = question.language
    also = [skill_filter(word, day=wanted.day if question.allowed else None) for word in (question.skill, question.item) if word]
    if question.q:
        also.append(name_filter(question.q))
    if wanted.when:
        also.append({"$or": [{"resting_until": None}, {"resting_until": {"$lt": wanted.day.isoformat()}}]})
    return {**where, "$and": also} if also else where


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        id=row["_id"], name=row.get("name") or "", grid=row.get("grid_code"),
        skills=tuple((skill["skill"], skill.get("licence_expires_on")) for skill in row.get("skills", ())),
        free_times=row.get("free_times", ()), resting_until=row.get("resting_until"),
        asked_on=days_of(row.get("asks", ())), deed_on=date.fromisoformat(served_on) if (served_on := row.get("last_served_on")) else None,
    )  # fmt: skip


def _place_in(cursor: str | None) -> tuple[Any, ...] | None:
    return decode_cursor(cursor, int, int, int, int, int, int, str, str)
