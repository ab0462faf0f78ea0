"""What a bulletin and a volunteer's file tell: deeds already recorded, and nobody by name who did not agree."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.checkin.models import CheckIn
from services.checkin.rules.certificates import volunteer_number
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged
from shared.ids import new_id

Headers = dict[str, str]
Call = Callable[..., Any]
TODAY = local_day(utc_now())
PERIOD = {"from": (TODAY - timedelta(days=1)).isoformat(), "until": (TODAY + timedelta(days=1)).isoformat()}


def held(api: FlaskClient, headers: Headers, **query: Any) -> Any:
    answer = api.get("/api/v1/activities-held", query_string=PERIOD | query, headers=headers)
    return answer.json["items"] if answer.status_code == 200 else answer.status_code


def test_an_activity_is_told_with_how_many_came_and_names_of_those_who_agreed_to_be_named(
    api: FlaskClient, organizer: Headers, person: Call, announced: Call, logged: Call, deliver: Call, community: str
) -> None:
    wang, li = person("王一", consents=["service", "publish"]), person("李二")
    activity = announced(title="便民服务日")
    for who in (wang, li):
        logged(activity, who)

    (told,) = held(api, organizer)

    assert (told["title"], told["came"], told["names"]) == ("便民服务日", 2, ["王一"])
    assert "李二" not in str(told)
    deliver("checkin", ConsentsChanged(resident_id=wang, community_code=community, consents=["service"], changed_at=utc_now()))
    assert [row["names"] for row in held(api, organizer)] == [[]]


def test_what_is_to_come_was_called_off_or_is_a_draft_was_not_held(
    api: FlaskClient, organizer: Headers, announced: Call
) -> None:
    later = (utc_now() + timedelta(hours=3)).isoformat()
    announced(starts_at=(utc_now() + timedelta(hours=1)).isoformat(), ends_at=later)
    announced(draft=True)
    off = announced()
    api.patch(f"/api/v1/activities/{off['id']}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    assert held(api, organizer) == []
    assert held(api, organizer, **{"from": "2025-01-01", "until": "2025-02-01"}) == []


def test_pages_of_activities_leave_none_out(api: FlaskClient, organizer: Headers, announced: Call) -> None:
    ids = {announced()["id"] for _ in range(3)}
    first = api.get("/api/v1/activities-held", query_string=PERIOD | {"limit": 2}, headers=organizer).json
    rest = api.get("/api/v1/activities-held", query_string=PERIOD | {"limit": 2, "cursor": first["next_cursor"]}, headers=organizer).json
    assert {row["activity_id"] for row in first["items"] + rest["items"]} == ids


def test_a_volunteers_figures_are_the_sum_of_their_records(
    three_days_notice: None, api: FlaskClient, person: Call, served: Call, signed: Call, steward: Headers
) -> None:
    wang = person("王一")
    old, wrong, _fresh = served(wang, 60), served(wang, 45), served(wang, 30)
    api.put(f"/api/v1/service-records/{wrong}/withdrawal", json={"reason": "记错了"}, headers=steward)
    earlier = {"record.verified_at": utc_now() - timedelta(days=14), "record.served_on": "2026-01-05", "record.national_number": "ZJ-1"}
    CheckIn._get_collection().update_one({"_id": old}, {"$set": earlier})

    told = api.get(f"/api/v1/volunteers/{wang}", headers=signed(wang)).json

    assert told == {
        "resident_id": wang, "name": "王一", "volunteer_number": volunteer_number(wang), "stars": 0, "minutes": 60, "records": 1,
        "pending_minutes": 30, "pending_records": 1, "entered_records": 1, "first_served_on": "2026-01-05",
        "last_served_on": told["last_served_on"],
    }  # fmt: skip


def test_who_never_served_has_figures_of_nothing(api: FlaskClient, person: Call, signed: Call) -> None:
    wang = person("王一")
    told = api.get(f"/api/v1/volunteers/{wang}", headers=signed(wang)).json
    assert (told["minutes"], told["records"], told["stars"]) == (0, 0, 0)


@pytest.mark.parametrize(("roles", "status"), [((), 403), (("auditor",), 200), (("organizer",), 200)])
def test_figures_and_bulletins_are_for_staff(
    api: FlaskClient, signed: Call, person: Call, roles: tuple[str, ...], status: int
) -> None:
    wang, caller = person("王一"), signed(None, *roles)
    assert api.get(f"/api/v1/volunteers/{wang}", headers=caller).status_code == status
    assert api.get("/api/v1/activities-held", query_string=PERIOD, headers=caller).status_code == status
    assert api.get(f"/api/v1/volunteers/{new_id()}", headers=signed(None, "steward")).status_code == 404
