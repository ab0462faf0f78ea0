"""Keep this service's copy of teams, and require of an activity that names one what holds for the team. (ADR 95)"""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.checkin.commands.residents import PATIENCE_STEP_SECONDS
from services.checkin.errors import ItemNotOfTeam, LeaderNotInTeam, TeamIsOver, TeamWithoutLicence, UnknownTeam
from services.checkin.models import Attendee, Series, ServiceItem, Team
from services.checkin.rules import safety
from services.checkin.settings import settings
from shared.clock import local_day
from shared.events.talent import TeamChanged
from shared.mongo import change_one, insert_new
from shared.problems import Problem
from shared.telemetry import log

ACTIVE = "active"


def keep_team(fact: TeamChanged) -> None:
    """Copy a team as it stands; only a higher revision replaces what is known."""
    names = ("community_code", "name", "status", "leader_id", "member_ids", "items", "revision", "changed_at")
    known = {name: getattr(fact, name) for name in names}
    if not insert_new(Team(id=fact.team_id, **known)):
        change_one(Team, where={"_id": fact.team_id, "revision": {"$lt": fact.revision}}, update={"$set": known})


def require_team(community_code: str, occasion: Mapping[str, Any], *, item_named_in: str = "/item") -> None:
    """Raise unless the team that an occasion names, if any, may run it: `occasion` has team_id, item, leader_id and perhaps starts_at.

    `item_named_in` is where the request says the item. Raises UnknownTeam, TeamIsOver, ItemNotOfTeam, LeaderNotInTeam and, where a
    day is known, TeamWithoutLicence: nobody of the team holds the item's licence on that day.
    """
    if not (team_id := occasion.get("team_id")):
        return
    team = _await_team(community_code, team_id)
    if team is None:
        raise UnknownTeam(errors={"/team_id": "Your community has no such team."})
    if team.status != ACTIVE:
        raise TeamIsOver(errors={"/team_id": "This team has ended."})
    if occasion["item"] not in team.items:
        raise ItemNotOfTeam(errors={item_named_in: "This team does not run this service item."})
    if occasion["leader_id"] not in team.member_ids:
        raise LeaderNotInTeam(errors={"/leader_id": "What a team runs is led by one of its members."})
    if (starts_at := occasion.get("starts_at")) and not _holds_licence(team, occasion["item"], starts_at):
        raise TeamWithoutLicence(errors={"/team_id": "Nobody of this team holds the licence that the item needs on that day."})


def team_for(series: Series, starts_at: datetime) -> str | None:
    """Return the team of a recurring activity if it may still run it on a day: else the day is announced without."""
    try:
        require_team(series.community_code, {name: series[name] for name in ("team_id", "item", "leader_id")} | {"starts_at": starts_at})
    except Problem as refusal:
        log().warning("a series goes on without its team", series_id=series.id, team_id=series.team_id, why=refusal.slug)
        return None
    team_id: str | None = series.team_id
    return team_id


def _await_team(community_code: str, team_id: str) -> Team | None:
    """Return the community's copy of a team, waiting a moment for one that was founded just now; None if none comes."""
    deadline = time.monotonic() + settings().copy_patience_ms / 1000
    while (found := Team.of(community_code, team_id)) is None and time.monotonic() < deadline:
        time.sleep(PATIENCE_STEP_SECONDS)
    return found


def _holds_licence(team: Team, item: str, starts_at: datetime) -> bool:
    licensed = ServiceItem.licensed()
    if item not in licensed:
        return True
    day = local_day(starts_at, settings().zone).isoformat()
    members = Attendee.named(team.member_ids).values()
    return any(not safety.lacking([item], member.skills, licensed=licensed, day=day) for member in members)
