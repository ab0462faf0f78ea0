"""Skills as they are stored: plain dictionaries {skill, licence_no?, licence_expires_on?, licence_kind?, …}; days are `YYYY-MM-DD`,
which sorts and compares as it reads.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.talent.rules.skills import Skill

OF_THE_DOCUMENT = ("licence_kind", "licence_issuer", "licence_seen_by", "licence_seen_at")


def as_skill(row: Mapping[str, Any]) -> Skill:
    """Return the skill that a stored or loaded dictionary tells of."""
    expires_on = row.get("licence_expires_on")
    day = date.fromisoformat(expires_on) if isinstance(expires_on, str) else expires_on
    return Skill(row["skill"], row.get("licence_no"), day, *(row.get(name) for name in OF_THE_DOCUMENT))


def as_row(skill: Skill) -> dict[str, Any]:
    """Return the dictionary that is stored for `skill`: no key where nothing is known."""
    expires_on = skill.licence_expires_on.isoformat() if skill.licence_expires_on else None
    row = {**vars(skill), "licence_expires_on": expires_on}
    return {name: value for name, value in row.items() if value is not None}
