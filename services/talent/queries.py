"""What talent shows, and to whom: licence numbers only to the staff and their owner, names masked in public."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from services.talent import rules
from services.talent.models import ACTIVE, LEFT, Candidate, Nomination, SkillItem, Talent, as_skill
from services.talent.rules import Party, Status
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import masked
from shared.problems import Forbidden, Invalid, NotFound
from shared.web import Caller, decode_cursor, encode_cursor

Shown = dict[str, Any]
Page = tuple[list[Shown], str | None]

LATEST_MILLISECONDS = 4_102_444_800_000  # the year 2100


@dataclass(frozen=True, kw_only=True)
class Search:
    """What to look for among talents; `skill` and `item` are a code, name or alias, `q` part of a name or its initials."""

    skill: str | None = None
    item: str | None = None
    grid: str | None = None
    q: str | None = None


def show_nomination(nomination: Nomination, *, viewer: Caller) -> Shown:
    """Return a nomination as `viewer` may see it."""
    return _show_nominations([nomination], viewer=viewer)[0]


def nomination(nomination_id: str, *, viewer: Caller) -> Shown:
    """Return a nomination that `viewer` made, is the candidate of, or has in their office; else NotFound."""
    found = Nomination.objects(id=nomination_id, community_code=viewer.community_code).first()
    if found is None or not (viewer.is_staff or viewer.resident_id in (found.candidate_id, found.nominator_id)):
        raise NotFound()
    return show_nomination(found, viewer=viewer)


def nominations(*, viewer: Caller, status: str | None, mine: bool, limit: int, cursor: str | None) -> Page:
    """Return a page of nominations, newest first: the community's for staff, their own for others and whoever asks for `mine`."""
    where: dict[str, Any] = {"community_code": viewer.community_code, **_status_filter(status)}
    own: list[Shown] = [{"candidate_id": viewer.resident_id}, {"nominator_id": viewer.resident_id}]
    also: list[Shown] = [] if viewer.is_staff and not mine else [{"$or": own}]
    if after := _moment_cursor(cursor):
        also.append(
            {"$or": [{"nominated_at": {"$lt": after[0]}}, {"nominated_at": after[0], "_id": {"$lt": after[1]}}]}
        )
    found = list(Nomination.objects(__raw__=_all_of(where, also)).order_by("-nominated_at", "-id").limit(limit + 1))
    following = _moment_key(found[limit - 1].nominated_at, found[limit - 1].id) if len(found) > limit else None
    return _show_nominations(found[:limit], viewer=viewer), following


def notices(*, community_code: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of what stands in public notice, the earliest end first, one a candidate and without full names."""
    where: dict[str, Any] = {"announced": True, **({"community_code": community_code} if community_code else {})}
    also = []
    if after := _moment_cursor(cursor):
        also.append(
            {"$or": [{"notice_ends_at": {"$gt": after[0]}}, {"notice_ends_at": after[0], "_id": {"$gt": after[1]}}]}
        )
    found = list(Nomination.objects(__raw__=_all_of(where, also)).order_by("notice_ends_at", "id").limit(limit + 1))
    following = _moment_key(found[limit - 1].notice_ends_at, found[limit - 1].id) if len(found) > limit else None
    now = utc_now()
    return [_show_notice(row, now) for row in found[:limit]], following


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
    if after := _name_cursor(cursor):
        also.append({"$or": [{"name": {"$gt": after[0]}}, {"name": after[0], "_id": {"$gt": after[1]}}]})
    found = list(Talent.objects(__raw__=_all_of(where, also)).order_by("name", "id").limit(limit + 1))
    following = encode_cursor(found[limit - 1].name or "", found[limit - 1].id) if len(found) > limit else None
    return _show_talents(found[:limit], items=items), following


def _all_of(where: dict[str, Any], also: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {**where, "$and": list(also)} if also else where


def _status_filter(status: str | None) -> dict[str, Any]:
    if status is None:
        return {}
    if status == Status.DECIDABLE:
        return {"status": Status.IN_NOTICE.value, "notice_ends_at": {"$lte": utc_now()}}
    if status == Status.IN_NOTICE:
        return {"status": Status.IN_NOTICE.value, "notice_ends_at": {"$gt": utc_now()}}
    return {"status": status}


def _skill_filter(word: str, items: Sequence[SkillItem]) -> dict[str, Any]:
    code = rules.skill_code(word, codes={name: item.id for item in items for name in item.words})
    today = _today().isoformat()
    if any(item.id == code and item.licence_required for item in items):
        in_date: dict[str, Any] = {"licence_expires_on": {"$gte": today}}
    else:
        in_date = {"$or": [{"licence_expires_on": {"$exists": False}}, {"licence_expires_on": {"$gte": today}}]}
    return {"skills": {"$elemMatch": {"skill": code, **in_date}}}


def _name_filter(q: str) -> dict[str, Any]:
    part = re.escape(q)
    return {"$or": [{"name": {"$regex": part, "$options": "i"}}, {"initials": {"$regex": re.escape(q.lower())}}]}


def _moment_key(moment: datetime, id_: str) -> str:
    return encode_cursor(round(moment.timestamp() * 1000), id_)


def _moment_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    if (key := decode_cursor(cursor, int, str)) is None:
        return None
    milliseconds, id_ = key
    if not 0 <= milliseconds < LATEST_MILLISECONDS or not _is_storable(id_):
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000), id_


def _name_cursor(cursor: str | None) -> tuple[str, str] | None:
    if (key := decode_cursor(cursor, str, str)) is None:
        return None
    if not all(_is_storable(part) for part in key):
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    return key[0], key[1]


def _is_storable(text: str) -> bool:
    return text.isprintable()  # lone surrogates are not


def _today() -> date:
    return local_day(utc_now(), settings().zone)


def _show_nominations(found: Sequence[Nomination], *, viewer: Caller) -> list[Shown]:
    now, items = utc_now(), {item.id: item for item in SkillItem.objects}
    behind = _households_behind([row for row in found if row.status == Status.GATHERING])
    shown = [_show_one(row, now) | _show_support(row, behind) | _show_ruling(row, viewer) for row in found]
    return [{**one, "skills": _show_skills(row, viewer, items)} for one, row in zip(shown, found, strict=True)]


def _show_one(row: Nomination, now: datetime) -> Shown:
    shown = {name: getattr(row, name) for name in _NOMINATION_AS_IT_IS}
    return {**shown, "status": rules.status_at(now, stored=row.status, notice_ends_at=row.notice_ends_at).value}


def _show_support(row: Nomination, behind: Mapping[str, int]) -> Shown:
    if row.id not in behind:
        return {}
    return {"households_behind": behind[row.id], "households_needed": settings().households_needed}


def _show_ruling(row: Nomination, viewer: Caller) -> Shown:
    if not row.ruling:
        return {}
    shown = {name: row.ruling.get(name) for name in ("decision", "reason", "decided_at")}
    if viewer.is_staff:
        shown |= {name: row.ruling.get(name) for name in ("decided_by", "nominator_ids")}
    verified = [skill["skill"] for skill in row.ruling.get("skills", [])]
    return {**shown, "verified_skills": verified, "not_verified": row.ruling.get("faults", [])}


def _show_skills(row: Nomination, viewer: Caller, items: Mapping[str, SkillItem]) -> list[Shown]:
    in_full = viewer.is_staff or viewer.resident_id == row.candidate_id
    return [_show_skill(skill, items.get(skill["skill"]), in_full=in_full) for skill in row.skills]


def _show_skill(row: Mapping[str, Any], item: SkillItem | None, *, in_full: bool) -> Shown:
    skill = as_skill(row)
    shown: Shown = {"skill": skill.skill, "licence_required": bool(item and item.licence_required)}
    if item:
        shown |= {"name_zh": item.name_zh, "name_en": item.name_en}
    if in_full:
        shown |= {"licence_no": skill.licence_no, "licence_expires_on": skill.licence_expires_on}
    return shown


def _households_behind(gathering: Sequence[Nomination]) -> dict[str, int]:
    """Return for each gathering nomination's id how many households stand behind its candidate."""
    candidate_ids = list({row.candidate_id for row in gathering})
    if not candidate_ids:
        return {}
    homes = {copy.id: copy.household_id for copy in Candidate.objects(id__in=candidate_ids)}
    nominators: dict[str, list[Party]] = {candidate_id: [] for candidate_id in candidate_ids}
    for row in Nomination.objects(candidate_id__in=candidate_ids, status=Status.GATHERING):
        nominators[row.candidate_id].append(row.nominator)
    counts = {
        id_: rules.households_behind(parties, candidate=Party(id_, homes.get(id_)))
        for id_, parties in nominators.items()
    }
    return {row.id: counts[row.candidate_id] for row in gathering}


def _show_notice(row: Nomination, now: datetime) -> Shown:
    return {
        "nomination_id": row.id,
        "community_code": row.community_code,
        "candidate": masked(row.candidate_name),
        "channel": row.channel,
        "skills": [skill["skill"] for skill in row.skills],
        "status": rules.status_at(now, stored=row.status, notice_ends_at=row.notice_ends_at).value,
        "nominated_at": row.nominated_at,
        "notice_ends_at": row.notice_ends_at,
    }


def _show_talents(found: Iterable[Talent], *, items: Sequence[SkillItem] | None = None) -> list[Shown]:
    known = {item.id: item for item in (SkillItem.objects if items is None else items)}
    return [_show_entry(row, known) for row in found]


def _show_entry(row: Talent, items: Mapping[str, SkillItem]) -> Shown:
    today = _today()
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
    shown = _show_skill(row, item, in_full=True)
    expires_on = shown["licence_expires_on"]
    lacks = shown["licence_required"] and expires_on is None
    return {**shown, "in_date": not lacks and (expires_on is None or expires_on >= today)}


_NOMINATION_AS_IT_IS = (
    "id",
    "community_code",
    "channel",
    "candidate_id",
    "candidate_name",
    "nominator_id",
    "statement",
    "nominated_at",
    "notice_ends_at",
)
