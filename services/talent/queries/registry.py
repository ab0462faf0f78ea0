"""What talent shows of the registry, and to whom: licence numbers only to the staff and their owner."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.talent.models import ACTIVE, LEFT, Nomination, Talent, taxonomy
from services.talent.queries.cursors import all_of, name_cursor
from services.talent.queries.licences import show_paper
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today, show_skill
from services.talent.queries.teams import teams_of
from services.talent.rules.fitting import times_asked
from services.talent.rules.skills import fold, skill_code
from services.talent.rules.taxonomy import Known
from services.talent.settings import settings
from shared.clock import local_day
from shared.problems import Forbidden, NotFound
from shared.web import Caller, encode_cursor


@dataclass(frozen=True, kw_only=True)
class Search:
    """What to look for among talents; `skill` and `item` are a code, name or alias, `q` part of a name or its initials."""

    skill: str | None = None
    item: str | None = None
    grid: str | None = None
    q: str | None = None


def talent(resident_id: str, *, viewer: Caller) -> Shown:
    """Return a talent to themselves or their community's staff; Forbidden to neighbours, NotFound to anybody else."""
    found = Talent.objects(id=resident_id, community_code=viewer.community_code, status__ne=LEFT).first()
    if found is None:
        raise NotFound()
    if not viewer.may_see(resident_id):
        raise Forbidden("A talent's entry is shown to its owner and the community's staff.")
    return show_talent(found)


def show_talent(found: Talent) -> Shown:
    """Return the whole entry of a talent, licence numbers included: the caller checks who asks."""
    return {
        **_show_entry(found.to_mongo(), taxonomy().known, local_today()),
        "licences": [show_paper(found.id, paper) for paper in reversed(found.licences)],
        "admissions": _admissions(found),
        "teams": teams_of(found.id),
        "suspensions": [dict(row) for row in found.suspensions or filter(None, [found.suspension])],
    }


def _admissions(found: Talent) -> list[Shown]:
    """Return by which channels a talent came in, the first on top."""
    nominations = Nomination.objects(id__in=list(found.admissions)).only("channel", "ruling")
    rows = [
        {"nomination_id": row.id, "channel": row.channel, "admitted_at": row.ruling["decided_at"]} for row in nominations if row.ruling
    ]
    return sorted(rows, key=lambda row: row["admitted_at"])


def talents(search: Search, *, community_code: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the registry by name; a skill whose licence has run out, or is missing, is not matched."""
    where: dict[str, Any] = {"community_code": community_code, "status": ACTIVE}
    if search.grid:
        where["grid_code"] = search.grid
    also = [skill_filter(word, day=local_today()) for word in (search.skill, search.item) if word]
    if search.q:
        also.append(name_filter(search.q))
    if after := name_cursor(cursor):
        also.append({"$or": [{"name": {"$gt": after[0]}}, {"name": after[0], "_id": {"$gt": after[1]}}]})
    found = show_entries(all_of(where, also), limit=limit + 1)
    following = encode_cursor(found[limit - 1]["name"] or "", found[limit - 1]["resident_id"]) if len(found) > limit else None
    return found[:limit], following


def show_entries(where: Mapping[str, Any], *, limit: int = 0) -> list[Shown]:
    """Return the whole entries that match, by name: the caller checks who asks."""
    known, today = taxonomy().known, local_today()
    rows = Talent._get_collection().find(where, {"outbox": 0, "keys": 0}).sort([("name", 1), ("_id", 1)]).limit(limit)
    return [_show_entry(row, known, today) for row in rows]


def skill_filter(word: str, *, day: date | None) -> dict[str, Any]:
    """Return the filter for who can do what `word` says, or something under it, and is allowed to on `day`; None asks for no licence."""
    known = taxonomy()
    codes = known.answering(skill_code(word, codes=known.words))
    if day is None:
        return {"skills.skill": {"$in": list(codes)}}
    licensed = [code for code in codes if code in known.licensed]
    free = [code for code in codes if code not in known.licensed]
    in_date: dict[str, Any] = {"licence_expires_on": {"$gte": day.isoformat()}}
    none_or_in_date = {"$or": [{"licence_expires_on": {"$exists": False}}, in_date]}
    ways = [{"skill": {"$in": part}, **holds} for part, holds in ((licensed, in_date), (free, none_or_in_date)) if part]
    said_once = {"skill": {"$in": list(codes)}, "$or": ways}  # no index is used for what stands under $or alone
    return {"skills": {"$elemMatch": ways[0] if len(ways) == 1 else said_once}}


def name_filter(q: str) -> dict[str, Any]:
    """Return the filter for whose name has `q` in it, or begins with it from some syllable on, in pinyin or its initials."""
    return {"keys": {"$regex": f"^{re.escape(fold(q))}"}}


def _show_entry(row: Mapping[str, Any], known: Mapping[str, Known], today: date) -> Shown:
    said = row.get("availability", {})
    return {
        "resident_id": row["_id"],
        **{name: row.get(name) for name in ("community_code", "name", "grid_code", "status", "admitted_at", "revision")},
        "skills": [_show_verified(skill, known.get(skill["skill"]), today) for skill in row.get("skills", ())],
        "suspension": row.get("suspension") or None,
        "asked_lately": times_asked(days_of(row.get("asks", ())), today=today),
        "last_served_on": row.get("last_served_on"),
        "availability": {
            "free_times": row.get("free_times", []), "languages": row.get("languages", []),
            "resting_until": _day_of(row.get("resting_until")), "said_by": said.get("said_by"), "said_at": said.get("said_at"),
        },
    }  # fmt: skip


def days_of(asks: Iterable[Mapping[str, Any]]) -> list[date]:
    """Return the days on which somebody was asked."""
    return [local_day(ask["at"], settings().zone) for ask in asks]


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _show_verified(row: Mapping[str, Any], item: Known | None, today: date) -> Shown:
    shown = show_skill(row, item, in_full=True)
    expires_on = shown["licence_expires_on"]
    lacks = shown["licence_required"] and expires_on is None
    return {**shown, "in_date": not lacks and (expires_on is None or expires_on >= today)}
