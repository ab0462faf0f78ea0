"""How a skill is shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.talent.models import SkillItem, as_skill
from services.talent.queries.shapes import Shown
from services.talent.settings import settings
from shared.clock import local_day, utc_now


def local_today() -> date:
    """Return the day it is where the communities are."""
    return local_day(utc_now(), settings().zone)


def show_skill(row: Mapping[str, Any], item: SkillItem | None, *, in_full: bool) -> Shown:
    """Return a stored skill as people see it; the licence only `in_full`."""
    skill = as_skill(row)
    shown: Shown = {"skill": skill.skill, "licence_required": bool(item and item.licence_required)}
    if item:
        shown |= {"name_zh": item.name_zh, "name_en": item.name_en}
    if in_full:
        shown |= {"licence_no": skill.licence_no, "licence_expires_on": skill.licence_expires_on}
    return shown
