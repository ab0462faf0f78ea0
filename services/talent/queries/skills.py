"""How a skill is shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.talent.models import as_skill, languages, taxonomy
from services.talent.queries.shapes import Shown
from services.talent.rules.taxonomy import Known
from services.talent.settings import settings
from shared.clock import local_day, utc_now


def skills() -> list[Shown]:
    """Return every skill that has a code, item by item, each item in general first; free words are nobody's to list."""
    known = taxonomy().known
    return [_show_known(row, known.get(row.item)) for row in known.values()]


def spoken() -> list[Shown]:
    """Return the languages and dialects that somebody can say they speak."""
    return list(languages().values())


def local_today() -> date:
    """Return the day it is where the communities are."""
    return local_day(utc_now(), settings().zone)


def show_skill(row: Mapping[str, Any], item: Known | None, *, in_full: bool) -> Shown:
    """Return a stored skill as people see it; the licence only `in_full`."""
    skill = as_skill(row)
    shown: Shown = {"skill": skill.skill, "licence_required": bool(item and item.licence_required)}
    if item:
        shown |= {"name_zh": item.name_zh, "name_en": item.name_en, "item": item.item}
    if in_full:
        shown |= {name: value for name, value in vars(skill).items() if name != "skill"}
    return shown


def _show_known(row: Known, item: Known | None) -> Shown:
    shown = {name: getattr(row, name) for name in ("code", "item", "name_zh", "name_en", "licence_required", "licence_zh", "licence_en")}
    names = {"item_name_zh": item.name_zh, "item_name_en": item.name_en} if item else {}
    return {**shown, **names, "aliases": [] if row.is_item else list(row.words)}
