"""Teams as they are seen: whole by members and staff; by anybody else with masked names, save of those who agree to be named."""

from collections.abc import Mapping
from typing import Any

from services.talent.errors import TeamNotFound
from services.talent.models import ACTIVE, Candidate, Talent, Team, as_skill, taxonomy
from services.talent.queries.cursors import all_of, name_cursor
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import local_today
from services.talent.rules import teams as rules
from services.talent.rules.skills import Skill
from services.talent.rules.teams import Membership, TeamStatus
from shared.masking import masked
from shared.web import Caller, encode_cursor

PUBLISH = "publish"
OF_ALL = ("id", "community_code", "name", "purpose", "status", "founded_at", "ended_at")
OF_MEMBERS = ("resident_id", "status", "asked_at", "joined_at", "noted_by")


def teams(wanted: Mapping[str, Any], *, viewer: Caller | None) -> Page:
    """Return a page of a community's teams by name. `wanted` has limit and cursor, community_code or nothing, and may have status, and
    resident_id: the teams in which somebody is, or is asked; only for themselves and staff, which the caller checks."""
    where: dict[str, Any] = {"community_code": wanted["community_code"]} if wanted.get("community_code") else {}
    if wanted.get("status"):
        where["status"] = wanted["status"]
    if wanted.get("resident_id"):
        where["members.resident_id"] = wanted["resident_id"]
    also: list[Shown] = []
    if after := name_cursor(wanted["cursor"]):
        also.append({"$or": [{"name": {"$gt": after[0]}}, {"name": after[0], "_id": {"$gt": after[1]}}]})
    limit = wanted["limit"]
    found = list(Team.objects(__raw__=all_of(where, also)).order_by("name", "id").limit(limit + 1))
    following = encode_cursor(found[limit - 1].name, found[limit - 1].id) if len(found) > limit else None
    people = _People.of(found[:limit])
    return [_shown(team, viewer, people) for team in found[:limit]], following


def team(team_id: str, *, viewer: Caller | None) -> Shown:
    """Return a team as `viewer` may see it; TeamNotFound if there is none."""
    found = Team.objects(id=team_id).first()
    if found is None:
        raise TeamNotFound()
    return show_team(found, viewer=viewer)


def show_team(found: Team, *, viewer: Caller | None) -> Shown:
    """Return a team as `viewer` may see it."""
    return _shown(found, viewer, _People.of([found]))


def teams_of(resident_id: str) -> list[Shown]:
    """Return in which teams a talent is, is asked or was, for their own page: the caller checks who asks."""
    ways: list[Shown] = [{"members.resident_id": resident_id}, {"former.resident_id": resident_id}]
    found = Team.objects(__raw__={"$or": ways}).order_by("name", "id")
    return [_part_in(row, resident_id) for row in found]


class _People:
    """Names, consents and skills of the people in some teams, in two queries."""

    def __init__(self, talents: Mapping[str, Talent], naming: set[str]) -> None:
        self.talents, self.naming = talents, naming

    @classmethod
    def of(cls, found: list[Team]) -> "_People":
        """Return what is known of everybody who is, or was, in these teams."""
        ids = {row["resident_id"] for team in found for row in (*team.members, *team.former)}
        talents = {row.id: row for row in Talent.objects(id__in=list(ids)).only("id", "name", "status", "skills")}
        naming = {row.id for row in Candidate.objects(id__in=list(ids), consents=PUBLISH, left=False).only("id")}
        return cls(talents, naming)

    def name_of(self, resident_id: str) -> str | None:
        """Return somebody's name; None of who left."""
        known = self.talents.get(resident_id)
        return known.name if known else None

    def public_name_of(self, resident_id: str) -> str:
        """Return somebody's name as strangers see it."""
        name = self.name_of(resident_id)
        return name if name and resident_id in self.naming else masked(name)

    def skills_of(self, ids: list[str]) -> dict[str, tuple[Skill, ...]]:
        """Return the skills of those who stand in the registry, as others are told of them."""
        known = taxonomy()
        active = [self.talents[id_] for id_ in ids if id_ in self.talents and self.talents[id_].status == ACTIVE]
        return {row.id: known.told(map(as_skill, row.skills)) for row in active}


def _shown(found: Team, viewer: Caller | None, people: _People) -> Shown:
    is_here = viewer is not None and viewer.community_code == found.community_code
    own = rules.row_of(found.members, viewer.resident_id) if is_here and viewer else None
    shown = {
        **{name: getattr(found, name) for name in OF_ALL},
        "items": list(found.items),
        "needs_leader": found.status == TeamStatus.ACTIVE and rules.leader_among(found.leader_id, found.members) is None,
        "my_status": own["status"] if own else None,
    }
    if viewer and is_here and (viewer.is_staff or (own and own["status"] == Membership.MEMBER)):
        return shown | _inside(found, people, for_staff=viewer.is_staff)
    named = [
        {"name": people.public_name_of(id_), "leads": id_ == found.leader_id} for id_ in _leader_first(found)
    ]  # fmt: skip
    return {**shown, "members": named}


def _inside(found: Team, people: _People, *, for_staff: bool) -> Shown:
    rows = {row["resident_id"]: row for row in found.members}
    asked = [id_ for id_, row in rows.items() if row["status"] == Membership.ASKED]
    members = [
        {"name": people.name_of(id_), "leads": id_ == found.leader_id, **{name: rows[id_].get(name) for name in OF_MEMBERS}}
        for id_ in (*_leader_first(found), *asked)
    ]  # fmt: skip
    shown: Shown = {
        "members": members, "leader_id": found.leader_id, "revision": found.revision, "end_reason": found.end_reason,
        "may_run": _may_run(found, people),
    }  # fmt: skip
    if for_staff:
        former = [{**row, "name": people.name_of(row["resident_id"])} for row in reversed(found.former)]
        shown |= {"former": former, "founded_by": found.founded_by}
    return shown


def _leader_first(found: Team) -> list[str]:
    return sorted(rules.members_of(found.members), key=lambda id_: id_ != found.leader_id)


def _may_run(found: Team, people: _People) -> list[Shown]:
    """Return for each item whether the team may run it today, and who of it holds the licence where it takes one."""
    licensed, today = taxonomy().licensed, local_today()
    skills = people.skills_of(rules.members_of(found.members))
    return [
        {
            "item": item, "licence_required": item in licensed,
            "licensed": [people.name_of(id_) for id_ in rules.holders(item, skills, licensed=licensed, day=today)]
            if item in licensed else [],
            "may_run": rules.may_run(item, skills, licensed=licensed, day=today),
        }
        for item in found.items
    ]  # fmt: skip


def _part_in(found: Team, resident_id: str) -> Shown:
    """Return how somebody stands, or stood, in a team."""
    row = rules.row_of(found.members, resident_id)
    past = [gone for gone in found.former if gone["resident_id"] == resident_id]
    last: Mapping[str, Any] = row or past[-1]
    status = found.status if found.status == TeamStatus.ENDED else (row["status"] if row else "former")
    return {
        "team_id": found.id, "name": found.name, "items": list(found.items), "status": status,
        "leads": found.leader_id == resident_id, "joined_at": last.get("joined_at"), "asked_at": last.get("asked_at"),
        "left_at": None if row else last.get("left_at"), "noted_by": last.get("noted_by"),
    }  # fmt: skip
