"""Pure decisions about teams: who is in, who is only asked, what becomes of a team when somebody goes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from services.talent.rules.skills import Skill

MEMBERS_MAX = 60
FORMER_MAX = 200

Row = Mapping[str, Any]


class TeamStatus(StrEnum):
    """A team is active until it ends; what it did stays."""

    ACTIVE = "active"
    ENDED = "ended"


class Membership(StrEnum):
    """Asked until the person has said yes: nobody is assigned by force (Regulations, art. 25)."""

    ASKED = "asked"
    MEMBER = "member"


class Parting(StrEnum):
    """Why somebody is no longer in a team."""

    LEFT = "left"
    TAKEN_OUT = "taken_out"
    SUSPENDED = "suspended"


def members_of(rows: Iterable[Row]) -> list[str]:
    """Return the ids of those who agreed, in the order in which they came."""
    return [row["resident_id"] for row in rows if row["status"] == Membership.MEMBER]


def row_of(rows: Iterable[Row], resident_id: str) -> Row | None:
    """Return how somebody stands in a team, None where they neither are in it nor asked."""
    return next((row for row in rows if row["resident_id"] == resident_id), None)


def leader_among(leader_id: str | None, rows: Sequence[Row]) -> str | None:
    """Return the leader if they have agreed, else None: a team whose leader is only asked, or gone, needs one."""
    return leader_id if leader_id in members_of(rows) else None


def without(rows: Iterable[Row], resident_id: str) -> list[Row]:
    """Return the rows of everybody else."""
    return [row for row in rows if row["resident_id"] != resident_id]


def holders(item: str, skills_by_person: Mapping[str, Iterable[Skill]], *, licensed: Collection[str], day: date) -> list[str]:
    """Return who may serve `item` then, by the skills as others are told of them (ADR 91), with a licence in date where it takes one."""
    return [
        resident_id for resident_id, skills in skills_by_person.items()
        if any(skill.skill == item and _holds(skill, licensed, day) for skill in skills)
    ]  # fmt: skip


def may_run(item: str, skills_by_person: Mapping[str, Iterable[Skill]], *, licensed: Collection[str], day: date) -> bool:
    """Tell whether a team of these people may run `item` on `day`: anybody may what takes no licence, else somebody must hold one."""
    return item not in licensed or bool(holders(item, skills_by_person, licensed=licensed, day=day))


def _holds(skill: Skill, licensed: Collection[str], day: date) -> bool:
    if skill.skill not in licensed:
        return True
    return skill.licence_expires_on is not None and skill.licence_expires_on >= day
