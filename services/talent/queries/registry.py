"""What talent shows of the registry, and to whom: licence numbers only to the staff and their owner."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.talent.models import ACTIVE, LEFT, SkillItem, Talent
from services.talent.queries.cursors import all_of, name_cursor
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today, show_skill
from services.talent.rules.skills import skill_code
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
    return _show_talents([found])[0]


def talents(search: Search, *, community_code: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the registry by name; a skill whose licence has run out, or is missing, is not matched."""
    where: dict[str, Any] = {"community_code": community_code, "status": ACTIVE}
    if search.grid:
        where["grid_code"] = search.grid
    items = list(SkillItem.objects)
    also = [_skill_filter(word, items) for word in (search.skill, search.item) if word]
    if search.q:
        also.append(_name_filter(search.q))
    if after := name_cursor(cursor):
        also.append({"$or": [{"name": {"$gt": after[0]}}, {"name": after[0], "_id": {"$gt": after[1]}}]})
    found = list(Talent.objects(__raw__=all_of(where, also)).order_by("name", "id").limit(limit + 1))
    following = encode_cursor(found[limit - 1].name or "", found[limit - 1].id) if len(found) > limit else None
    return _show_talents(found[:limit], items=items), following


def _skill_filter(word: str, items: Sequence[SkillItem]) -> dict[str, Any]:
    code = skill_code(word, codes={name: item.id for item in items for name in item.words})
    today = local_today().isoformat()
    if any(item.id == code and item.licence_required for item in items):
        in_date: dict[str, Any] = {"licence_expires_on": {"$gte": today}}
    else:
        in_date = {"$or": [{"licence_expires_on": {"$exists": False}}, {"licence_expires_on": {"$gte": today}}]}
    return {"skills": {"$elemMatch": {"skill": code, **in_date}}}


def _name_filter(q: str) -> dict[str, Any]:
    part = re.escape(q)
    return {"$or": [{"name": {"$regex": part, "$options": "i"}}, {"initials": {"$regex": re.escape(q.lower())}}]}


def _show_talents(found: Iterable[Talent], *, items: Sequence[SkillItem] | None = None) -> list[Shown]:
    known = {item.id: item for item in (SkillItem.objects if items is None else items)}
    return [_show_entry(row, known) for row in found]


def _show_entry(row: Talent, items: Mapping[str, SkillItem]) -> Shown:
    today = local_today()
    return {
        "resident_id": row.id,
        **{
            name: getattr(row, name)
            for name in ("community_code", "name", "grid_code", "status", "admitted_at", "revision")
        },
        "skills": [_show_verified(skill, items.get(skill["skill"]), today) for skill in row.skills],
        "suspension": row.suspension or None,
    }


def _show_verified(row: Mapping[str, Any], item: SkillItem | None, today: date) -> Shown:
    shown = show_skill(row, item, in_full=True)
    expires_on = shown["licence_expires_on"]
    lacks = shown["licence_required"] and expires_on is None
    return {**shown, "in_date": not lacks and (expires_on is None or expires_on >= today)}
