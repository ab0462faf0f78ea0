"""A resident says that they came or left at other times; who reviews the hours judges it."""

from datetime import datetime, timedelta

import pytest
import time_machine

from shared.clock import utc_now
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"


@pytest.fixture
def stay(announced, logged, person):
    """Return a check-in that has a departure, and who came."""
    who = person("忘签退")
    activity = announced(starts_at=moment(utc_now() - 3 * HOUR))
    now = utc_now()
    return logged(activity, who, arrived_at=moment(now - 2 * HOUR), left_at=moment(now - HOUR)), who


def said(minutes_more=30, reason="忘了签退"):
    now = utc_now().replace(microsecond=0)
    left_at = now - HOUR + timedelta(minutes=minutes_more)
    return {"arrived_at": moment(now - 2 * HOUR), "left_at": moment(left_at), "reason": reason}


def url(check_in):
    return f"{API}/check-ins/{check_in['id']}/other-times"


def test_what_is_said_stands_beside_the_record_and_the_last_word_counts(api, stay, signed):
    check_in, who = stay
    body = said()
    first = api.put(url(check_in), json=body, headers=signed(who))
    again = api.put(url(check_in), json=body, headers=signed(who))
    assert (first.status_code, again.json) == (200, first.json)
    assert first.json["left_at"] == check_in["left_at"]
    assert first.json["other_times"]["reason"] == "忘了签退"
    last = api.put(url(check_in), json=said(40), headers=signed(who)).json["other_times"]
    assert last["left_at"] != first.json["other_times"]["left_at"]
    (mine,) = api.get(f"{API}/check-ins", headers=signed(who)).json["items"]
    assert (mine["id"], mine["other_times"]) == (check_in["id"], last)


def test_the_reviewer_sees_it_first_and_takes_it_as_an_exception(api, stay, signed, logged, person, reviewer):
    check_in, who = stay
    activity_id = check_in["activity_id"]
    logged({"id": activity_id}, person("别人"), left_at=moment(utc_now()))
    api.put(url(check_in), json=said(), headers=signed(who))
    top, other = api.get(f"{API}/activities/{activity_id}/review", headers=reviewer).json["items"]
    assert (top["id"], top["anomalies"], top["minutes_present"], top["minutes_said"]) == (check_in["id"], ["other_times"], 60, 90)
    assert other["anomalies"] == []
    exception = {"check_in_id": check_in["id"], "minutes": 90, "reason": "忘了签退"}
    api.put(f"{API}/activities/{activity_id}/verification", json={"exceptions": [exception]}, headers=reviewer)
    (record,) = api.get(f"{API}/service-records", headers=signed(who)).json["items"]
    assert record["minutes"] == 90
    assert api.get(f"{API}/check-ins", headers=signed(who)).json["items"] == []
    assert api.put(url(check_in), json=said(45), headers=signed(who)).json["type"].endswith("record-stands")


@pytest.mark.parametrize(("changes", "pointer"), [
    ({"arrived_at": lambda now: now - 5 * HOUR}, "/arrived_at"),
    ({"arrived_at": lambda now: now + HOUR}, "/arrived_at"),
    ({"left_at": lambda now: now + HOUR}, "/left_at"),
    ({"left_at": lambda now: now - 2.5 * HOUR}, "/left_at"),
])
def test_times_that_cannot_be_are_refused_at_the_field(api, stay, signed, changes, pointer):
    check_in, who = stay
    body = said() | {name: moment(at(utc_now())) for name, at in changes.items()}
    refused = api.put(url(check_in), json=body, headers=signed(who))
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_it_is_said_within_a_day_by_oneself_or_by_staff(api, stay, signed, person, organizer):
    check_in, who = stay
    for headers, status in [(signed(person()), 403), (signed(new_id(), "auditor"), 403), (organizer, 200), (signed(who), 200)]:
        assert api.put(url(check_in), json=said(10), headers=headers).status_code == status
    with time_machine.travel(datetime.fromisoformat(check_in["left_at"]) + timedelta(hours=25), tick=False):
        late = api.put(url(check_in), json={**said(), "arrived_at": check_in["arrived_at"], "left_at": check_in["left_at"]},
                       headers=signed(who))
    assert late.json["type"].endswith("too-late-for-other-times")


def test_a_refused_check_in_has_no_times(api, announced, person, organizer, signed):
    activity, who = announced(starts_at=moment(utc_now() + 5 * HOUR), ends_at=moment(utc_now() + 6 * HOUR)), person()
    body = {"activity_id": activity["id"], "resident_id": who, "method": "roll"}
    refused = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=organizer).json
    assert refused["status"] == "refused"
    assert api.put(url(refused), json=said(), headers=signed(who)).json["type"].endswith("not-checked-in")
