"""Skills as they are stored: plain dictionaries {skill, licence_no?, licence_expires_on?}; days are `YYYY-MM-DD`, which sorts and
compares as it reads.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.talent.rules.skills import Skill


def as_skill(row: Mapping[str, Any]) -> Skill:
    """Return the skill that a stored or loaded dictionary tells of."""
    expires_on = row.get("licence_expires_on")
    day = date.fromisoformat(expires_on) if isinstance(expires_on, str) else expires_on
    return Skill(row["skill"], row.get("licence_no"), day)


def as_row(skill: Skill) -> dict[str, str]:
    """Return the dictionary that is stored for `skill`: no key where nothing is known."""
    expires_on = skill.licence_expires_on.isoformat() if skill.licence_expires_on else None
    row = {"skill": skill.skill, "licence_no": skill.licence_no, "licence_expires_on": expires_on}
    return {name: value for name, value in row.items() if value is not None}
