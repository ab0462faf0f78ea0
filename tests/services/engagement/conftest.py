"""A community whose deeds are told as checkin, talent and identity would tell them; fresh for every test."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from mongoengine.connection import get_db

from services.engagement import commands
from shared.clock import local_day, utc_now
from shared.events.checkin import (
    ActivityAnnounced,
    HoursVerified,
    ParticipationRecorded,
    RecordWithdrawn,
    SignUpKept,
    SignUpMissed,
)
from shared.events.identity import GridListed, ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.talent import TalentAdmitted, TalentSuspended, VerifiedSkill
from shared.ids import new_id

WANTED = {"title": "三单元路灯不亮", "text": "晚上看不清台阶，打 13800001234 找我。", "kind": "facilities"}
NOON_UTC = time(4, tzinfo=UTC)  # noon in Shanghai


def days_ago(days: int) -> date:
    return local_day(utc_now()) - timedelta(days=days)


def noon(days: int) -> datetime:
    return datetime.combine(days_ago(days), NOON_UTC)


class Community:
    """One community: what is told of it, and its calls. Every method returns the fact that it told."""

    def __init__(
        self, client: FlaskClient, as_caller: Callable[..., dict[str, str]], deliver: Callable[..., Any]
    ) -> None:
        self.code = f"T-{new_id()[-8:]}"
        self._client, self._as_caller, self._deliver = client, as_caller, deliver

    def tell(self, fact: Any) -> Any:
        """Deliver `fact` to engagement."""
        self._deliver("engagement", fact)
        return fact

    def resident(
        self, name: str = "王小明", *, grid: str | None = "G1", invited_by: str | None = None, days: int = 400, **more: Any
    ) -> str:
        """Tell of a registration `days` ago; returns the resident's id."""
        return self.tell(
            self.registration(new_id(), name=name, grid=grid, invited_by=invited_by, days=days, **more)
        ).resident_id

    def registration(
        self,
        resident_id: str,
        *,
        name: str = "王小明",
        grid: str | None = "G1",
        invited_by: str | None = None,
        days: int = 400,
        **more: Any,
    ) -> ResidentRegistered:
        """Return the fact of a registration."""
        return ResidentRegistered(
            resident_id=resident_id,
            community_code=self.code,
            name=name,
            source="self",
            registered_at=noon(days),
            grid_code=grid,
            invited_by=invited_by,
            **{"consents": ["service"], **more},
        )

    def move(self, resident_id: str, grid: str, days: int = 1) -> ResidentMoved:
        """Return the fact of a move."""
        return ResidentMoved(resident_id=resident_id, community_code=self.code, grid_code=grid, moved_at=noon(days))

    def leaving(self, resident_id: str) -> ResidentLeft:
        """Return the fact that a resident left."""
        return ResidentLeft(resident_id=resident_id, community_code=self.code, left_at=utc_now())

    def admission(self, resident_id: str, *skills: str, days: int = 100, revision: int = 1) -> TalentAdmitted:
        """Return the fact of an admission."""
        verified = [VerifiedSkill(skill=skill) for skill in skills or ("haircut",)]
        return TalentAdmitted(
            resident_id=resident_id,
            community_code=self.code,
            skills=verified,
            nominator_ids=[],
            admitted_at=noon(days),
            revision=revision,
        )

    def suspension(self, resident_id: str, *, revision: int = 2, days: int = 0) -> TalentSuspended:
        """Return the fact of a suspension."""
        return TalentSuspended(
            resident_id=resident_id, community_code=self.code, reason="x", suspended_at=noon(days), revision=revision
        )

    def service(
        self,
        resident_id: str,
        *,
        days: int = 1,
        item: str = "patrol",
        leader: str | None = None,
        activity: str | None = None,
    ) -> HoursVerified:
        """Return the fact of verified hours; `leader` the resident themselves means that they led."""
        leader_id = leader or new_id()
        return HoursVerified(
            record_id=new_id(),
            activity_id=activity or new_id(),
            resident_id=resident_id,
            community_code=self.code,
            item=item,
            minutes=90,
            leader_id=leader_id,
            led=leader_id == resident_id,
            served_on=days_ago(days),
            arrived_at=noon(days),
            left_at=noon(days),
            method="code",
            back_entered=False,
            verified_by=new_id(),
            verified_at=noon(days),
        )

    def participation(self, resident_id: str, *, days: int = 1, activity: str | None = None) -> ParticipationRecorded:
        """Return the fact that somebody took part."""
        return ParticipationRecorded(
            record_id=new_id(),
            activity_id=activity or new_id(),
            resident_id=resident_id,
            community_code=self.code,
            item="policy-talk",
            leader_id=new_id(),
            led=False,
            took_part_on=days_ago(days),
            back_entered=False,
            verified_by=new_id(),
            verified_at=noon(days),
        )

    def withdrawal(self, record: HoursVerified | ParticipationRecorded) -> RecordWithdrawn:
        """Return the fact that `record` proved wrong."""
        return RecordWithdrawn(
            record_id=record.record_id,
            activity_id=record.activity_id,
            resident_id=record.resident_id,
            community_code=self.code,
            reason="x",
            withdrawn_by=new_id(),
            withdrawn_at=utc_now(),
        )

    def kept(self, resident_id: str, *, days: int = 1, activity: str | None = None) -> SignUpKept:
        """Return the fact that somebody with a place came."""
        return SignUpKept(
            activity_id=activity or new_id(),
            resident_id=resident_id,
            community_code=self.code,
            starts_at=noon(days),
            kept_at=noon(days),
        )

    def missed(self, resident_id: str, *, days: int = 1) -> SignUpMissed:
        """Return the fact that somebody with a place did not come."""
        return SignUpMissed(
            activity_id=new_id(),
            resident_id=resident_id,
            community_code=self.code,
            starts_at=noon(days),
            missed_at=noon(days),
        )

    def activity(self, *, item: str = "haircut", leader: str | None = None, **more: Any) -> ActivityAnnounced:
        """Return the fact of an activity tomorrow."""
        told = {"activity_id": new_id(), "status": "open", "revision": 1, "title": "便民理发", "place": "广场", **more}
        return ActivityAnnounced(
            community_code=self.code,
            item=item,
            kind="volunteer",
            starts_at=noon(-1),
            ends_at=noon(-2),
            capacity=10,
            leader_id=leader or new_id(),
            announced_at=utc_now(),
            **told,
        )

    def grid(self, code: str, *, households: int = 100, days: int = 300) -> GridListed:
        """Return the fact of a grid."""
        return GridListed(
            grid_code=code,
            community_code=self.code,
            grid_name=f"{code}网格",
            quarter_name="东苑",
            households=households,
            listed_at=noon(days),
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        roles: Any = ("steward",),
        as_id: str | None = None,
        body: Any = None,
        **more: Any,
    ) -> Any:
        """Call engagement's API as somebody of this community, or of another (`community_code`)."""
        headers = self._as_caller(roles=set(roles), resident_id=as_id, **{"community_code": self.code, **more})
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, json=body)

    def standing(self, resident_id: str) -> dict[str, Any]:
        """Judge what waits, and return the stored standing as its owner sees it."""
        commands.judge_touched()
        answer: dict[str, Any] = self.call(
            "GET", f"/standings/{resident_id}", roles=["resident"], as_id=resident_id
        ).json
        return answer

    def engagement(self) -> dict[str, Any]:
        """Judge what waits, and return how the community stands."""
        commands.judge_touched()
        answer: dict[str, Any] = self.call("GET", f"/communities/{self.code}/engagement").json
        return answer


@pytest.fixture
def community(client_of: Any, as_caller: Any, deliver: Any) -> Community:
    """Found a community that nobody else uses."""
    return Community(client_of("engagement"), as_caller, deliver)


class Matters:
    """Calls of a community's matters, as somebody."""

    def __init__(self, community: Community) -> None:
        self.community = community

    def raised(self, author: str, matter_id: str | None = None, **more: Any) -> str:
        """Raise a matter as a resident; return its path."""
        path = f"/matters/{matter_id or new_id()}"
        answer = self.put(path, {**WANTED, **more}, as_id=author)
        assert answer.status_code == 201, answer.json
        return path

    def put(self, path: str, body: Any = None, *, as_id: str, roles: tuple[str, ...] = ("resident",), **more: Any) -> Any:
        return self.community.call("PUT", path, roles=roles, as_id=as_id, body=body or {}, **more)

    def get(self, path: str, *, as_id: str | None = None, roles: tuple[str, ...] = ("resident",), **more: Any) -> Any:
        return self.community.call("GET", path, roles=roles, as_id=as_id, **more)

    def by_staff(self, path: str, body: Any = None, *, as_id: str | None = None, role: str = "organizer", **more: Any) -> Any:
        return self.put(path, body, as_id=as_id or new_id(), roles=(role,), **more)


@pytest.fixture
def matters(community: Community) -> Matters:
    return Matters(community)


def slug(answer: Any) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


def log_of(about: str) -> list[dict[str, Any]]:
    return list(get_db("engagement")["audit"].find({"about": about.rpartition("/")[2]}))
