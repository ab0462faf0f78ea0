"""Licences and how long they hold: one's own, and for the office those that run out or wait to be seen."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from services.talent.models import ACTIVE, LEFT, Talent, as_skill, taxonomy
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from services.talent.rules.licences import REMINDED_DAYS, PaperStatus, Stage, stage_of
from shared.web import Caller, decode_cursor, encode_cursor

NO_DAY = "0000-00-00"
NEEDED = ("name", "skills", "licences")


def own_licences(viewer: Caller) -> list[Shown]:
    """Return the licences of the viewer's own entry, the one that runs out first on top; nothing where they are not in the registry."""
    where = {"_id": viewer.resident_id, "community_code": viewer.community_code, "status": {"$ne": LEFT}}
    return sorted(_rows(where), key=_key)


def due_licences(*, community_code: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the community's licences that wait to be seen, are not known, have run out or soon will; the nearest day first."""
    known, today = taxonomy(), local_today()
    soon = (today + timedelta(days=max(REMINDED_DAYS))).isoformat()
    lacking = {"skill": {"$in": sorted(known.licensed)}, "licence_expires_on": {"$exists": False}}
    ways: list[dict[str, Any]] = [
        {"skills.licence_expires_on": {"$lte": soon}}, {"skills": {"$elemMatch": lacking}}, {"licences.status": PaperStatus.WAITING.value},
    ]  # fmt: skip
    where = {"community_code": community_code, "status": ACTIVE, "$or": ways}
    rows = sorted((row for row in _rows(where) if row["stage"] or row["waiting"]), key=_key)
    if after := decode_cursor(cursor, str, str, str):
        rows = [row for row in rows if _key(row) > after]
    return rows[:limit], encode_cursor(*_key(rows[limit - 1])) if len(rows) > limit else None


def show_paper(resident_id: str, paper: Mapping[str, Any]) -> Shown:
    """Return a paper that was handed in, as its owner and the office see it."""
    shown = {name: value for name, value in paper.items() if name not in ("digest", "licence_expires_on")}
    return {**shown, "resident_id": resident_id, "licence_expires_on": date.fromisoformat(paper["licence_expires_on"])}


def _rows(where: Mapping[str, Any]) -> Iterator[Shown]:
    known, today = taxonomy(), local_today()
    for talent in Talent._get_collection().find(where, dict.fromkeys(NEEDED, 1)):
        waiting = {row["skill"]: row for row in talent.get("licences", ()) if row["status"] == PaperStatus.WAITING}
        for row in talent.get("skills", ()):
            if row["skill"] in known.licensed or "licence_expires_on" in row:
                yield _row(talent, row, waiting.get(row["skill"]), today)


def _row(talent: Mapping[str, Any], row: Mapping[str, Any], waiting: Mapping[str, Any] | None, today: date) -> Shown:
    skill = as_skill(row)
    stage = stage_of(skill.licence_expires_on, today=today)
    return {
        **vars(skill), "resident_id": talent["_id"], "name": talent.get("name"), "stage": stage and stage.value,
        "days_left": (skill.licence_expires_on - today).days if skill.licence_expires_on and stage != Stage.OVER else None,
        "waiting": waiting and show_paper(talent["_id"], waiting),
    }  # fmt: skip


def _key(row: Shown) -> tuple[str, str, str]:
    """Return what orders licences: what waits is to be seen first, whatever its day."""
    day = row["licence_expires_on"]
    return NO_DAY if row["waiting"] or day is None else day.isoformat(), row["resident_id"], row["skill"]
