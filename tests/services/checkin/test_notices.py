"""Records in public notice, where each of them stands, and what must be entered within ten working days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.models import Activity, Attendee, CheckIn
from services.checkin.rules import notice
from services.checkin.rules.notice import Stage
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged, ResidentLeft, ResidentRegistered
from shared.ids import new_id
from shared.working_days import period_end

Headers = dict[str, str]
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = "Asia/Shanghai"
TODAY = local_day(utc_now())


@pytest.mark.parametrize(
    ("status", "number", "ends_in", "stage"),
    [
        (None, None, None, Stage.RECORDED),
        ("verified", None, HOUR, Stage.IN_NOTICE),
        ("verified", None, timedelta(0), Stage.EFFECTIVE),
        ("verified", None, -HOUR, Stage.EFFECTIVE),
        ("verified", "ZJ-1", -HOUR, Stage.ENTERED),
        ("withdrawn", None, HOUR, Stage.WITHDRAWN),
        ("withdrawn", "ZJ-1", -HOUR, Stage.WITHDRAWN),
    ],
)
def test_where_a_record_stands(status: str | None, number: str | None, ends_in: timedelta | None, stage: Stage) -> None:
    ends_at = None if ends_in is None else NOW + ends_in
    assert notice.stage_of(status=status, number=number, notice_ends_at=ends_at, now=NOW) == stage


@given(st.integers(0, 2_000_000), st.integers(0, 400), st.integers(0, 5))
def test_what_was_verified_by_then_is_out_of_notice_and_nothing_later(minutes: int, hours: int, working_days: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    verified_at = now - timedelta(hours=hours)
    is_over = period_end(verified_at, working_days=working_days, zone=ZONE) <= now
    assert (verified_at <= notice.verified_until(now, working_days=working_days, zone=ZONE)) == is_over


@pytest.mark.parametrize(
    ("served_on", "due"),
    [(date(2026, 11, 27), date(2026, 12, 11)), (date(2026, 9, 24), date(2026, 10, 15))],  # over Mid-Autumn and National Day
)
def test_a_service_is_due_ten_working_days_later(served_on: date, due: date) -> None:
    assert notice.due_on(served_on) == due


def test_what_is_due_soon_is_due_within_three_working_days() -> None:
    last = notice.due_soon_from(date(2026, 11, 27))
    assert notice.due_on(last) <= date(2026, 12, 2) < notice.due_on(last + timedelta(days=1))


def asked(api: FlaskClient, path: str, headers: Headers | None = None, **wanted: Any) -> Any:
    answer = api.get(f"/api/v1{path}", query_string=wanted, headers=headers or {})
    return answer.json["items"] if answer.status_code == 200 else answer.status_code


def test_a_record_stands_in_notice_for_anybody_masked_and_without_sums(
    three_days_notice: None, api: FlaskClient, community: str, signed: Callable[..., Headers], person: Callable[..., str],
    served: Callable[..., str],
) -> None:  # fmt: skip
    wang = person("王小红")
    records = [served(wang, 60), served(person("李二"), 30)]

    shown = asked(api, "/record-notices", community_code=community)

    assert [(row["record_id"], row["name"], row["minutes"], row["own"]) for row in shown] == [
        (records[1], "李**", 30, False), (records[0], "王**", 60, False),
    ]  # fmt: skip
    assert wang not in str(shown)
    own = {row["record_id"]: row["own"] for row in asked(api, "/record-notices", signed(wang))}
    assert own == {records[0]: True, records[1]: False}
    assert asked(api, "/record-notices", signed(community_code="ELSE")) == asked(api, "/record-notices") == []


def test_notices_come_in_pages_that_leave_none_out(
    three_days_notice: None, api: FlaskClient, community: str, person: Callable[..., str], served: Callable[..., str]
) -> None:
    records = {served(person(), minutes) for minutes in (10, 20, 30)}
    first = api.get("/api/v1/record-notices", query_string={"community_code": community, "limit": 2}).json
    query = {"community_code": community, "limit": 2, "cursor": first["next_cursor"]}
    second = api.get("/api/v1/record-notices", query_string=query).json
    assert {row["record_id"] for row in first["items"] + second["items"]} == records
    assert second["next_cursor"] is None


def test_after_the_period_a_record_is_effective_and_withdrawn_it_is_neither(
    three_days_notice: None, api: FlaskClient, community: str, steward: Headers, person: Callable[..., str], served: Callable[..., str]
) -> None:
    old, wrong = served(person(), 60), served(person(), 30)
    CheckIn._get_collection().update_one({"_id": old}, {"$set": {"record.verified_at": utc_now() - timedelta(days=14)}})
    api.put(f"/api/v1/service-records/{wrong}/withdrawal", json={"reason": "记错了"}, headers=steward)

    assert asked(api, "/record-notices", community_code=community) == []
    stages = {row["record_id"]: row["stage"] for row in asked(api, "/service-records", steward)}
    assert stages == {old: "effective", wrong: "withdrawn"}


def test_without_a_notice_period_a_record_is_effective_at_once(
    api: FlaskClient, community: str, steward: Headers, person: Callable[..., str], served: Callable[..., str]
) -> None:
    served(person(), 60)
    assert asked(api, "/record-notices", community_code=community) == []
    assert [row["stage"] for row in asked(api, "/service-records", steward)] == ["effective"]


@pytest.fixture
def deed(api: FlaskClient, organizer: Headers, announced: Callable[..., Any]) -> Callable[..., str]:
    """Return the function that logs a deed of so many days ago that nobody has verified; the check-in's id."""

    def log(resident_id: str, days_ago: int, **activity: Any) -> str:
        begin = utc_now() - timedelta(days=days_ago)
        held = announced(starts_at=begin.isoformat(), ends_at=(begin + HOUR).isoformat(), **activity)
        body = {"activity_id": held["id"], "resident_id": resident_id, "method": "roll", "arrived_at": begin.isoformat()}
        check_in = new_id()
        assert api.put(f"/api/v1/check-ins/{check_in}", json=body, headers=organizer).status_code == 201
        return check_in

    return log


def test_deeds_that_nobody_verified_are_listed_before_their_ten_working_days_are_over(
    api: FlaskClient, organizer: Headers, person: Callable[..., str], deed: Callable[..., str], reviewer: Headers
) -> None:
    late, soon = deed(person("王一"), 40), deed(person("李二"), 13)
    deed(person(), 2)
    deed(person(), 40, kind="participation")

    rows = asked(api, "/due-records", organizer)

    assert [(row["check_in_id"], row["name"], row["overdue"], row["stage"]) for row in rows] == [
        (late, "王一", True, "recorded"), (soon, "李二", date.fromisoformat(rows[1]["due_on"]) < TODAY, "recorded"),
    ]  # fmt: skip
    assert [row["due_on"] for row in rows] == [
        notice.due_on(date.fromisoformat(row["served_on"])).isoformat() for row in rows
    ]
    activity = rows[0]["activity_id"]
    api.put(f"/api/v1/check-ins/{late}/departure", json={"left_at": utc_now().isoformat()}, headers=organizer)
    api.put(f"/api/v1/activities/{activity}/verification", json={}, headers=reviewer)
    assert late not in {row["check_in_id"] for row in asked(api, "/due-records", organizer)}


def test_records_are_due_in_the_national_system_only_where_their_owner_agreed(
    api: FlaskClient, organizer: Headers, community: str, deliver: Callable[..., Any], person: Callable[..., str],
    served: Callable[..., str],
) -> None:  # fmt: skip
    agreeing, silent = person("王一", consents=["service", "share"]), person("李二")
    records = {who: served(who, 60) for who in (agreeing, silent)}
    long_ago = (TODAY - timedelta(days=40)).isoformat()
    CheckIn._get_collection().update_many({"_id": {"$in": list(records.values())}}, {"$set": {"record.served_on": long_ago}})

    def due() -> list[str]:
        return [row["check_in_id"] for row in asked(api, "/due-records", organizer, todo="enter")]

    assert due() == [records[agreeing]]
    deliver("checkin", ConsentsChanged(resident_id=agreeing, community_code=community, consents=["service"], changed_at=utc_now()))
    assert due() == []


def test_what_is_due_is_for_staff_and_an_auditor_may_read_it(api: FlaskClient, signed: Callable[..., Headers]) -> None:
    assert asked(api, "/due-records", signed()) == 403
    assert asked(api, "/due-records") == 401
    assert asked(api, "/due-records", signed(None, "auditor")) == []
    assert asked(api, "/due-records", signed(None, "auditor"), todo="rest") == 422


def told(deliver: Callable[..., Any], facts: dict[str, Any], *names: str) -> list[str]:
    for name in names:
        deliver("checkin", facts[name])
    return list(Attendee.objects(id=facts["left"].resident_id).first().consents)


@pytest.mark.parametrize("order", [("registered", "changed"), ("changed", "registered"), ("changed", "registered", "changed")])
def test_the_latest_consents_hold_in_every_order_and_who_left_consents_to_nothing(
    api: FlaskClient, deliver: Callable[..., Any], order: tuple[str, ...]
) -> None:
    about = {"resident_id": new_id(), "community_code": "C"}
    facts = {
        "registered": ResidentRegistered(**about, name="王", source="self", registered_at=NOW, consents=["service", "share"]),
        "changed": ConsentsChanged(**about, consents=["service", "publish"], changed_at=NOW + HOUR),
        "left": ResidentLeft(**about, left_at=NOW + 2 * HOUR),
    }
    assert told(deliver, facts, *order) == ["service", "publish"]
    assert told(deliver, facts, "left", "changed", "registered") == []


def test_a_cancelled_activity_leaves_nothing_to_verify(
    api: FlaskClient, organizer: Headers, person: Callable[..., str], deed: Callable[..., str]
) -> None:
    check_in = deed(person(), 40)
    Activity.objects(id=CheckIn.objects(id=check_in).first().activity_id).update(status="cancelled")
    assert asked(api, "/due-records", organizer) == []
