"""Certificates of service records: true, free, checkable by anybody, and gone when their owner wants it or leaves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from mongoengine.connection import get_db

from services.checkin.models import Certificate, CheckIn
from services.checkin.rules.certificates import STAR_HOURS, name_for, stars_of, volunteer_number
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged, ResidentLeft, ResidentRegistered
from shared.ids import is_id, new_id

Headers = dict[str, str]
Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("minutes", "stars"),
    [(0, 0), (5_999, 0), (6_000, 1), (17_999, 1), (18_000, 2), (36_000, 3), (60_000, 4), (89_999, 4), (90_000, 5), (10**7, 5)],
)
def test_stars_go_by_whole_hours(minutes: int, stars: int) -> None:
    assert stars_of(minutes) == stars


@given(st.integers(0, 200_000), st.integers(0, 10_000))
def test_more_minutes_never_make_fewer_stars(minutes: int, more: int) -> None:
    assert stars_of(minutes) <= stars_of(minutes + more) <= len(STAR_HOURS)


@given(st.uuids())
def test_a_volunteers_number_stays_the_same_and_is_no_identity_number(resident_id: Any) -> None:
    number = volunteer_number(str(resident_id))
    assert number == volunteer_number(str(resident_id))
    assert [len(part) for part in number.split()] == [4, 4, 4]
    assert number.replace(" ", "").isdecimal()


@pytest.mark.parametrize(("name", "agreed", "shown"), [("李领队", True, "李领队"), ("李领队", False, "李**"), (None, True, "**")])
def test_others_are_named_in_full_only_where_they_agreed(name: str | None, agreed: bool, shown: str) -> None:
    assert name_for(name, may_be_published=agreed) == shown


@pytest.fixture
def call(api: FlaskClient) -> Call:
    """Return the function that calls the API with somebody's headers."""

    def asked(method: str, path: str, headers: Headers | None = None, body: Any = None) -> Any:
        return api.open(f"/api/v1{path}", method=method, json=body, headers=headers or {})

    return asked


@pytest.fixture
def certified(call: Call, signed: Callable[..., Headers]) -> Callable[..., Any]:
    """Return the function that has a resident make a certificate; what they get."""

    def make(resident_id: str, **body: Any) -> Any:
        answer = call("PUT", f"/certificates/{new_id()}", signed(resident_id), body)
        assert answer.status_code == 201, answer.json
        return answer.json

    return make


def refused(answer: Any) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


def checked(call: Call, certificate: Any) -> Any:
    return call("GET", f"/certificate-checks/{certificate['code']}").json


def audited(about: str) -> list[dict[str, Any]]:
    return list(get_db("checkin")["audit"].find({"about": about}).sort("at", 1))


def test_a_certificate_says_what_was_served_and_made_again_it_is_the_same(
    call: Call, person: Call, served: Call, signed: Call, community: str
) -> None:
    wang = person("王小红")
    served(wang, 60)
    served(wang, 30, item="repair")
    path = f"/certificates/{new_id()}"

    made, again = (call("PUT", path, signed(wang), {"shown_records": "all"}) for _ in range(2))

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json == again.json == call("GET", path, signed(wang)).json
    told = {name: made.json[name] for name in ("name", "minutes", "minutes_now", "stars", "record_count", "status", "community_code")}
    assert told == {
        "name": "王小红", "minutes": 90, "minutes_now": 90, "stars": 0, "record_count": 2, "status": "good", "community_code": community,
    }  # fmt: skip
    assert {(row["item"], row["minutes"], row["leader_name"], row["stage"]) for row in made.json["records"]} == {
        ("environment", 60, "李**", "effective"), ("repair", 30, "李**", "effective"),
    }  # fmt: skip
    assert refused(call("PUT", path, signed(wang), {"shown_records": "totals"})) == "id-in-use"
    assert [row["id"] for row in call("GET", "/certificates", signed(wang)).json["items"]] == [made.json["id"]]


def test_who_has_the_code_sees_what_the_owner_shows_and_no_more(
    call: Call, person: Call, served: Call, signed: Call, certified: Call
) -> None:
    wang = person("王小红")
    record = served(wang, 60)
    made = certified(wang)

    seen = checked(call, made)

    assert (seen["name"], seen["minutes_now"], seen["volunteer_number"]) == ("王**", 60, made["volunteer_number"])
    assert "records" not in seen and "王小红" not in str(seen) and wang not in str(seen) and made["id"] not in str(seen)
    shown = call("PUT", f"/certificates/{made['id']}/disclosure", signed(wang), {"shown_name": "full", "shown_records": "all"})
    assert shown.status_code == 200
    seen = checked(call, made)
    assert seen["name"] == "王小红"
    assert [row["record_id"] for row in seen["records"]] == [record]
    assert not is_id(made["code"]) and len(made["code"]) >= 22


def test_the_leader_is_named_where_they_agreed_and_the_owner_is_not_named_twice(
    call: Call, person: Call, served: Call, certified: Call, leader: str, deliver: Call, community: str
) -> None:
    wang = person("王小红")
    served(wang, 60)
    served(leader, 30)
    deliver("checkin", ConsentsChanged(
        resident_id=leader, community_code=community, consents=["service", "publish"], changed_at=utc_now()))  # fmt: skip
    assert [row["leader_name"] for row in certified(wang)["records"]] == ["李领队"]
    assert [(row["leader_name"], row["led"]) for row in certified(leader)["records"]] == [(None, True)]


def test_minutes_count_effective_records_alone_and_those_in_notice_stand_apart(
    three_days_notice: None, call: Call, person: Call, served: Call, certified: Call, signed: Call
) -> None:
    wang = person("王小红")
    old, fresh = served(wang, 60), served(wang, 30)
    assert refused(call("PUT", f"/certificates/{new_id()}", signed(wang), {})) == "nothing-to-certify"
    CheckIn._get_collection().update_one({"_id": old}, {"$set": {"record.verified_at": utc_now() - timedelta(days=14)}})

    made = certified(wang)

    assert (made["minutes"], made["record_count"], made["pending_count"]) == (60, 1, 1)
    assert [row["record_id"] for row in made["records"]] == [old]
    assert [(row["record_id"], row["stage"]) for row in made["pending"]] == [(fresh, "in_notice")]


def test_the_check_says_what_was_withdrawn_since(call: Call, person: Call, served: Call, certified: Call, steward: Headers) -> None:
    wang = person("王小红")
    wrong, _ = served(wang, 60), served(wang, 30)
    made = certified(wang, shown_records="all")
    call("PUT", f"/service-records/{wrong}/withdrawal", steward, {"reason": "记错了"})

    seen = checked(call, made)

    assert (seen["minutes"], seen["minutes_now"], seen["withdrawn_count"], seen["record_count"]) == (90, 30, 1, 1)
    assert [(row["record_id"], row["stage"]) for row in seen["withdrawn"]] == [(wrong, "withdrawn")]


def test_a_period_takes_in_its_own_days_alone(person: Call, served: Call, certified: Call, call: Call, signed: Call) -> None:
    wang = person("王小红")
    old, fresh = served(wang, 60), served(wang, 30)
    CheckIn._get_collection().update_one({"_id": old}, {"$set": {"record.served_on": "2025-03-05"}})
    assert [row["record_id"] for row in certified(wang, until="2025-12-31")["records"]] == [old]
    began = local_day(utc_now() - timedelta(minutes=30))
    assert [row["record_id"] for row in certified(wang, **{"from": began.isoformat()})["records"]] == [fresh]
    assert certified(wang)["record_count"] == 2
    backwards = call("PUT", f"/certificates/{new_id()}", signed(wang), {"from": "2026-02-01", "until": "2026-01-01"})
    assert backwards.json["errors"][0]["pointer"] == "/until"


def test_staff_make_it_for_somebody_and_that_is_noted(
    call: Call, person: Call, served: Call, organizer: Headers, certified: Call, signed: Call
) -> None:
    wang, li = person("王小红"), person("李二")
    served(wang, 60)
    path, body = f"/certificates/{new_id()}", {"resident_id": wang}

    assert [call("PUT", path, organizer, body).status_code for _ in range(2)] == [201, 200]
    call("PUT", f"{path}/disclosure", organizer, {"shown_name": "full"})
    assert [call("DELETE", path, organizer).status_code for _ in range(2)] == [204, 204]

    assert [row["act"] for row in audited(wang)] == ["certificate-made", "certificate-disclosed", "certificate-withdrawn"]
    assert {row["detail"]["certificate_id"] for row in audited(wang)} == {path.rpartition("/")[2]}
    certified(wang)
    assert len(audited(wang)) == 3
    assert call("PUT", f"/certificates/{new_id()}", signed(li), body).status_code == 403


def test_a_certificate_is_for_its_owner_and_staff_and_an_auditor_only_reads(
    call: Call, person: Call, served: Call, certified: Call, signed: Call
) -> None:
    wang = person("王小红")
    served(wang, 60)
    made = certified(wang)
    path, auditor = f"/certificates/{made['id']}", signed(None, "auditor")

    assert [call(method, path, signed()).status_code for method in ("GET", "DELETE")] == [404, 404]
    assert call("PUT", f"{path}/disclosure", signed(), {}).status_code == 404
    assert call("GET", path).status_code == 401
    assert call("GET", f"/certificates?resident_id={wang}", signed()).status_code == 403
    assert call("GET", path, signed(None, "steward", community_code="ELSE")).status_code == 404
    assert call("GET", path, auditor).status_code == 200
    assert call("DELETE", path, auditor).status_code == 404
    assert call("PUT", f"/certificates/{new_id()}", auditor, {"resident_id": wang}).status_code == 403
    assert checked(call, made)["status"] == "good"


def test_a_withdrawn_certificate_says_nothing_but_that(call: Call, person: Call, served: Call, certified: Call, signed: Call) -> None:
    wang = person("王小红")
    served(wang, 60)
    made = certified(wang, shown_name="full", shown_records="all")
    call("DELETE", f"/certificates/{made['id']}", signed(wang))

    assert checked(call, made).keys() == {"status", "community_code", "made_at"}
    assert checked(call, made)["status"] == "withdrawn"
    row = Certificate._get_collection().find_one({"_id": made["id"]})
    assert (row["record_ids"], row["minutes"]) == ([], 0)
    assert refused(call("PUT", f"/certificates/{made['id']}/disclosure", signed(wang), {})) == "certificate-withdrawn"
    assert CheckIn.objects(resident_id=wang).first().record.status == "verified"


def test_who_leaves_takes_their_certificates_down_and_what_is_made_after_a_return_stands(
    call: Call, person: Call, served: Call, certified: Call, deliver: Call, community: str, signed: Call
) -> None:
    wang = person("王小红")
    served(wang, 60)
    made = certified(wang, shown_name="full")
    about, now = {"resident_id": wang, "community_code": community}, utc_now()
    left = ResidentLeft(**about, left_at=now)

    deliver("checkin", left)

    assert checked(call, made).keys() == {"status", "community_code", "made_at"}
    assert refused(call("PUT", f"/certificates/{new_id()}", signed(wang), {})) == "unknown-resident"
    again = {"name": "王小红", "source": "self", "consents": ["service"], "registered_at": now + timedelta(milliseconds=5)}
    deliver("checkin", ResidentRegistered(**about, **again))
    fresh = certified(wang)
    deliver("checkin", left)
    assert checked(call, fresh)["status"] == "good"
    assert checked(call, made)["status"] == "withdrawn"


def test_an_unknown_code_says_so_and_codes_cannot_be_guessed_from_each_other(
    call: Call, person: Call, served: Call, certified: Call
) -> None:
    wang = person("王小红")
    served(wang, 60)
    codes = {certified(wang)["code"] for _ in range(3)}
    assert len({code[:8] for code in codes}) == 3
    assert refused(call("GET", "/certificate-checks/unknown")) == "certificate-not-found"


def test_somebody_with_many_certificates_withdraws_one_first(
    call: Call, person: Call, served: Call, certified: Call, signed: Call
) -> None:
    wang = person("王小红")
    served(wang, 60)
    made = [certified(wang) for _ in range(20)]
    assert refused(call("PUT", f"/certificates/{new_id()}", signed(wang), {})) == "too-many-certificates"
    call("DELETE", f"/certificates/{made[0]['id']}", signed(wang))
    certified(wang)
    first = call("GET", "/certificates?limit=15", signed(wang)).json
    rest = call("GET", f"/certificates?limit=15&cursor={first['next_cursor']}", signed(wang)).json
    assert len({row["id"] for row in first["items"] + rest["items"]}) == 21


def test_records_of_something_that_is_no_volunteer_service_are_never_certified(
    call: Call, person: Call, announced: Call, logged: Call, api: FlaskClient, reviewer: Headers, signed: Call
) -> None:
    wang = person("王小红")
    activity = announced(kind="participation")
    logged(activity, wang, left_at=utc_now().isoformat())
    api.put(f"/api/v1/activities/{activity['id']}/verification", json={}, headers=reviewer)
    assert refused(call("PUT", f"/certificates/{new_id()}", signed(wang), {})) == "nothing-to-certify"
