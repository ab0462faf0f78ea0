"""Teams: founded by a steward, joined by whoever says yes, left with one tap, and ended with a reason.

Nobody is assigned by force (Regulations, art. 25): who is named is asked, and is in the team once they have agreed, on their own page or
by word of mouth, which the office notes. (ADR 95)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.talent.errors import (
    CandidateMayNotDecide,
    HouseholdMayNotDecide,
    LeaderNoMember,
    LeaderTooClose,
    NoTalent,
    NotAsked,
    TeamChangedMeanwhile,
    TeamEnded,
    TeamLacksLicence,
)
from services.talent.models import ACTIVE, Candidate, Talent, Team, as_skill, taxonomy
from services.talent.rules import teams as rules
from services.talent.rules.nominating import Party, check_decider
from services.talent.rules.skills import Skill, skill_code
from services.talent.rules.teams import Membership, Parting, TeamStatus
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.events.talent import TeamChanged
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Forbidden, IdInUse, Invalid
from shared.web import Caller

TRIES_MAX = 20

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Founding:
    """What a team is to be: `members` are (resident id, whether they said yes to the office), `leader_id` is one of them."""

    name: str
    purpose: str | None
    items: tuple[str, ...]
    leader_id: str
    members: tuple[tuple[str, bool], ...]

    @property
    def digest(self) -> str:
        """What tells the same founding from another."""
        return digest({**vars(self), "items": list(self.items), "members": [list(row) for row in self.members]})


def found_team(team_id: str, wanted: Founding, *, by: Caller) -> tuple[Team, bool]:
    """Found a team → (team, whether it is new); all who are named are asked, who said yes already is in it.

    Raises IdInUse, LeaderTooClose, NoTalent and TeamLacksLicence naming the field, LeaderNoMember, Invalid for an item that is none.
    """
    if known := Team.objects(id=team_id).first():
        return _same(known, wanted, by), False
    items, ids = _items(wanted.items), [resident_id for resident_id, _ in wanted.members]
    if wanted.leader_id not in ids:
        raise LeaderNoMember(errors={"/leader_id": "The leader is one of the members."})
    _check_distance(wanted.leader_id, by)
    skills = _skills_of(ids)
    _require_talents(ids, skills, by.community_code)
    _require_licences(items, skills)
    now = utc_now()
    team = Team(
        id=team_id, request_digest=wanted.digest, community_code=by.community_code, name=wanted.name, purpose=wanted.purpose,
        items=items, leader_id=wanted.leader_id, members=[_asked(id_, agreed, by, now) for id_, agreed in wanted.members],
        status=TeamStatus.ACTIVE.value, founded_by=by.resident_id, founded_at=now, revision=1,
    )  # fmt: skip
    if not insert_new(team, _told(team, at=now)):
        return _same(Team.objects(id=team_id).first(), wanted, by), False
    audit(settings().service, act="found-team", by=by.resident_id, about=team_id, detail={"members": [*map(list, wanted.members)]})
    return team, True


def change_team(team_id: str, changes: Mapping[str, Any], *, by: Caller) -> Team:
    """Change name, purpose, items or leader; `changes` has `revision`, the one the caller read.

    Raises TeamNotFound, TeamEnded, TeamChangedMeanwhile, LeaderNoMember, LeaderTooClose, TeamLacksLicence, Invalid.
    """
    team = Team.of(by.community_code, team_id)
    if team.status == TeamStatus.ENDED:
        raise TeamEnded()
    if team.revision != changes["revision"]:
        raise TeamChangedMeanwhile(f"The team stands at revision {team.revision}.")
    values = {name: value for name, value in changes.items() if name != "revision"}
    if "items" in values:
        values["items"] = _items(values["items"])
        new = [item for item in values["items"] if item not in team.items]
        _require_licences(values["items"], _skills_of([row["resident_id"] for row in team.members]), only=new)
    if (leader_id := values.get("leader_id", team.leader_id)) != team.leader_id:
        if leader_id not in rules.members_of(team.members):
            raise LeaderNoMember(errors={"/leader_id": "The leader is one of those who have agreed."})
        _check_distance(leader_id, by)
    changed = _write(team, values)
    if changed is None:
        raise TeamChangedMeanwhile()
    audit(settings().service, act="change-team", by=by.resident_id, about=team_id, detail={"fields": sorted(values)})
    return changed


def ask_in(team_id: str, resident_id: str, *, agreed: bool, by: Caller) -> Team:
    """Ask a talent into a team, or note that they said yes; the same again changes nothing.

    Raises TeamNotFound, TeamEnded, NoTalent, Invalid where the team is full.
    """

    def next_state(team: Team) -> dict[str, Any] | None:
        row = rules.row_of(team.members, resident_id)
        if row is not None and (row["status"] == Membership.MEMBER or not agreed):
            return None
        _require_talents([resident_id], _skills_of([resident_id]), by.community_code, pointer="/resident_id")
        if row is None and len(team.members) >= rules.MEMBERS_MAX:
            raise Invalid(errors={"/resident_id": f"A team has at most {rules.MEMBERS_MAX} members."})
        now = utc_now()
        asked = _asked(resident_id, agreed, by, now) | ({name: row[name] for name in ("asked_by", "asked_at")} if row else {})
        return {"members": [*rules.without(team.members, resident_id), asked]}

    act = "note-team-member" if agreed else "ask-into-team"
    return _act(act, resident_id, _change(by.community_code, team_id, next_state), by=by)


def answer_team(team_id: str, *, accept: bool, by: Caller) -> Team:
    """Say yes or no to a team that asked; the same again changes nothing. Raises TeamNotFound, TeamEnded, NotAsked, NoTalent."""

    def next_state(team: Team) -> dict[str, Any] | None:
        row = rules.row_of(team.members, by.resident_id)
        if row is None or row["status"] == Membership.MEMBER:
            if accept == (row is not None):
                return None
            raise NotAsked()
        others = rules.without(team.members, by.resident_id)
        if not accept:
            return {"members": others, **_leaderless(team, by.resident_id)}
        _require_talents([by.resident_id], _skills_of([by.resident_id]), by.community_code, pointer="/answer")
        return {"members": [*others, {**row, "status": Membership.MEMBER.value, "joined_at": utc_now()}]}

    return _change(by.community_code, team_id, next_state)[0]


def leave_team(team_id: str, resident_id: str, *, reason: str | None, by: Caller) -> Team:
    """Leave a team, or as staff take somebody out with a reason; who is not in it stays so.

    Raises TeamNotFound, TeamEnded, Forbidden for somebody else's membership, Invalid without a reason.
    """
    is_own = resident_id == by.resident_id
    if not is_own and not by.may_write_staff:
        raise Forbidden("Members leave by themselves; the office may take somebody out.")
    if not is_own and not reason:
        raise Invalid(errors={"/reason": "Please say why."})
    why = Parting.LEFT if is_own else Parting.TAKEN_OUT
    now = utc_now()
    changing = _change(by.community_code, team_id, lambda team: _parted(team, resident_id, why=why, reason=reason, at=now))
    return _act("take-out-of-team", resident_id, changing, by=by)


def end_team(team_id: str, *, reason: str, by: Caller) -> Team:
    """End a team, with a reason; all it did stays. The same reason again gives the same answer. Raises TeamNotFound, TeamEnded."""
    team = Team.of(by.community_code, team_id)
    if team.status == TeamStatus.ENDED:
        if team.end_reason != reason:
            raise TeamEnded()
        return team
    ended = {"status": TeamStatus.ENDED.value, "ended_by": by.resident_id, "ended_at": utc_now(), "end_reason": reason}
    return _act("end-team", team_id, _change(by.community_code, team_id, lambda _: ended), by=by)


def part_from_teams(resident_id: str, *, off_since: datetime) -> None:
    """Let somebody who was taken off the registry, or left, be in no team any more; safe to repeat.

    Who came back since stays in the teams that they joined after `off_since`.
    """
    is_back = Talent.objects(id=resident_id, status=ACTIVE).first() is not None

    def next_state(team: Team) -> dict[str, Any] | None:
        row = rules.row_of(team.members, resident_id)
        if row is None or (is_back and (row.get("joined_at") or row["asked_at"]) > off_since):
            return None
        return _parted(team, resident_id, why=Parting.SUSPENDED, reason=None, at=off_since)

    for team in Team.objects(members__resident_id=resident_id, status=TeamStatus.ACTIVE.value).only("id", "community_code"):
        _change(team.community_code, team.id, next_state)


def _change(community_code: str, team_id: str, next_state: Callable[[Team], dict[str, Any] | None]) -> tuple[Team, bool]:
    """Write what `next_state` makes of an active team, None for nothing, looking again where somebody else was first → (team, whether
    anything changed)."""
    for _ in range(TRIES_MAX):
        team = Team.of(community_code, team_id)
        if team.status == TeamStatus.ENDED:
            raise TeamEnded()
        values = next_state(team)
        if values is None:
            return team, False
        if changed := _write(team, values):
            return changed, True
    raise RuntimeError(f"team {team_id} changed {TRIES_MAX} times under our hands")


def _act(act: str, about: str, changing: tuple[Team, bool], *, by: Caller) -> Team:
    """Return the team as it stands now; what somebody else did about a person, or a steward about the team, is in the audit log."""
    team, has_changed = changing
    if has_changed and by.resident_id != about:
        audit(settings().service, act=act, by=by.resident_id, about=about, detail={"team_id": team.id})
    return team


def _write(team: Team, values: Mapping[str, Any]) -> Team | None:
    """Write the next revision with the fact that tells it; None if somebody else wrote first."""
    for name, value in values.items():
        setattr(team, name, value)
    seen, team.revision = team.revision, team.revision + 1
    where = {"_id": team.id, "revision": seen, "status": TeamStatus.ACTIVE.value}
    update = {"$set": {**values, "revision": team.revision}}
    return change_one(Team, where=where, update=update, facts=[_told(team, at=utc_now())])


def _told(team: Team, *, at: datetime) -> TeamChanged:
    return TeamChanged(
        team_id=team.id, community_code=team.community_code, name=team.name, status=team.status,
        leader_id=rules.leader_among(team.leader_id, team.members), member_ids=rules.members_of(team.members), items=list(team.items),
        revision=team.revision, changed_at=at,
    )  # fmt: skip


def _asked(resident_id: str, agreed: bool, by: Caller, now: datetime) -> dict[str, Any]:
    asked = {"resident_id": resident_id, "status": Membership.ASKED.value, "asked_by": by.resident_id, "asked_at": now}
    return asked | {"status": Membership.MEMBER.value, "joined_at": now, "noted_by": by.resident_id} if agreed else asked


def _parted(team: Team, resident_id: str, *, why: Parting, reason: str | None, at: datetime) -> dict[str, Any] | None:
    row = rules.row_of(team.members, resident_id)
    if row is None:
        return None
    values: dict[str, Any] = {"members": rules.without(team.members, resident_id), **_leaderless(team, resident_id)}
    if row["status"] == Membership.MEMBER:
        gone = {"resident_id": resident_id, "joined_at": row["joined_at"], "left_at": at, "why": why.value, "reason": reason}
        values["former"] = [*team.former, gone][-rules.FORMER_MAX :]
    return values


def _leaderless(team: Team, resident_id: str) -> dict[str, None]:
    return {"leader_id": None} if team.leader_id == resident_id else {}


def _items(words: Iterable[str]) -> list[str]:
    """Return the items' codes, each once; Invalid naming what is no item of the catalogue."""
    known = taxonomy()
    codes = [skill_code(word, codes=known.words) for word in words]
    for at, code in enumerate(codes):
        if known.item_of(code) != code:
            raise Invalid(errors={f"/items/{at}": "The catalogue has no such service item."})
    return list(dict.fromkeys(codes))


def _skills_of(ids: Sequence[str]) -> dict[str, tuple[Skill, ...]]:
    """Return the skills of those of `ids` who stand in the registry, as others are told of them."""
    known = taxonomy()
    return {row.id: known.told(map(as_skill, row.skills)) for row in Talent.objects(id__in=list(ids), status=ACTIVE)}


def _require_talents(ids: Sequence[str], found: Mapping[str, Any], community_code: str, *, pointer: str = "") -> None:
    here = {row.id for row in Talent.objects(id__in=list(found), community_code=community_code).only("id")}
    if missing := [at for at, resident_id in enumerate(ids) if resident_id not in here]:
        raise NoTalent(errors={pointer or f"/members/{at}/resident_id": "No capable resident of this id." for at in missing})


def _require_licences(items: Sequence[str], skills: Mapping[str, Iterable[Skill]], *, only: Sequence[str] | None = None) -> None:
    licensed, today = taxonomy().licensed, local_day(utc_now(), settings().zone)
    lacking = [
        at for at, item in enumerate(items)
        if (only is None or item in only) and not rules.may_run(item, skills, licensed=licensed, day=today)
    ]  # fmt: skip
    if lacking:
        raise TeamLacksLicence(errors={f"/items/{at}": "Nobody of the team holds the licence, in date." for at in lacking})


def _check_distance(leader_id: str, by: Caller) -> None:
    """Refuse a steward who chooses themselves, or one of their household, as leader; the refusal is written to the audit log."""
    copies = {row.id: row.household_id for row in Candidate.objects(id__in=[leader_id, by.resident_id]).only("id", "household_id")}
    chooser = Party(by.resident_id, by.household_id or copies.get(by.resident_id))
    try:
        check_decider(chooser, candidate=Party(leader_id, copies.get(leader_id)), nominators=[])
    except (CandidateMayNotDecide, HouseholdMayNotDecide) as refusal:
        audit(settings().service, act="team-leader-refused", by=by.resident_id, about=leader_id, detail={"why": refusal.slug})
        raise LeaderTooClose() from refusal


def _same(known: Team, wanted: Founding, by: Caller) -> Team:
    if (known.community_code, known.request_digest) != (by.community_code, wanted.digest):
        raise IdInUse()
    return known
