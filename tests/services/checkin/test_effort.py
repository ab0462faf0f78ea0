"""Seconds per deed from what is stored anyway: each way of logging a record, and confirming it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.checkin.models import CheckIn, PrintedSheet
from shared.clock import local_day, utc_now
from shared.ids import derive_beside, new_id
from tests.services.checkin.conftest import moment

Headers = dict[str, str]


@pytest.fixture
def told(api: FlaskClient) -> Callable[..., Any]:
    """Return the function that asks for the seconds of the days around now."""

    def ask(headers: Headers) -> Any:
        today = local_day(utc_now())
        period = {"from": (today - timedelta(days=1)).isoformat(), "until": (today + timedelta(days=1)).isoformat()}
        return api.get("/api/v1/register/effort", query_string=period, headers=headers)

    return ask


@pytest.fixture
def over(announced: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Return an activity that is just over."""
    now = utc_now()
    return announced(starts_at=moment(now - timedelta(hours=2)), ends_at=moment(now - timedelta(minutes=1)))


def log(api: FlaskClient, activity: dict[str, Any], check_in_id: str, who: str, how: str, headers: Headers) -> None:
    times = {"arrived_at": activity["starts_at"], "left_at": activity["ends_at"]}
    body = {"activity_id": activity["id"], "resident_id": who, "method": how, **times}
    answer = api.put(f"/api/v1/check-ins/{check_in_id}", json=body, headers=headers)
    assert answer.json["status"] == "accepted", answer.json


def test_a_sheet_that_was_typed_took_as_long_as_its_page_was_open(
    api: FlaskClient, organizer: Headers, reviewer: Headers, person: Callable[..., str], over: dict[str, Any], told: Callable[..., Any]
) -> None:
    with time_machine.travel(utc_now() - timedelta(seconds=80), tick=True):
        form = new_id()
    people = [person(f"王{number}") for number in range(4)]
    for who in people:
        log(api, over, derive_beside(form, "sheet", who), who, "sheet", organizer)
    api.put(f"/api/v1/activities/{over['id']}/verification", json={}, headers=reviewer)

    seconds = told(organizer).json

    (typed,) = seconds["logging"]
    assert (typed["way"], typed["deeds"], typed["measured"]) == ("typed", 4, 4)
    assert 20 <= typed["seconds_each"] < 25
    assert seconds["confirming"] == {"way": "confirmed", "deeds": 4, "measured": 0, "seconds_each": None}
    assert (seconds["deeds"], seconds["seconds_each"]) == (4, None)


def test_a_roll_and_its_confirmation_are_told_in_all_once_both_are_known(
    api: FlaskClient, organizer: Headers, reviewer: Headers, person: Callable[..., str], announced: Callable[..., dict[str, Any]],
    told: Callable[..., Any],
) -> None:  # fmt: skip
    now = utc_now()
    for minutes in (0, 1):  # two activities, confirmed a minute after each other
        with time_machine.travel(now + timedelta(minutes=minutes), tick=True):
            held = announced(starts_at=moment(now - timedelta(hours=2 + minutes)), ends_at=moment(now - timedelta(minutes=1)))
            log(api, held, new_id(), person(f"赵{minutes}"), "roll", organizer)
            api.put(f"/api/v1/activities/{held['id']}/verification", json={}, headers=reviewer)

    seconds = told(organizer).json

    (roll,) = seconds["logging"]
    assert (roll["way"], roll["deeds"], roll["measured"]) == ("roll", 2, 2)
    assert (seconds["confirming"]["deeds"], seconds["confirming"]["measured"]) == (2, 1)
    assert 58 <= seconds["confirming"]["seconds_each"] <= 62
    assert seconds["seconds_each"] == pytest.approx(roll["seconds_each"] + seconds["confirming"]["seconds_each"], abs=0.11)


def test_sheets_that_came_in_as_files_or_photos_are_told_apart_and_timed_from_their_upload_page(
    api: FlaskClient, organizer: Headers, reviewer: Headers, person: Callable[..., str], over: dict[str, Any], told: Callable[..., Any]
) -> None:
    with time_machine.travel(utc_now() - timedelta(seconds=300), tick=True):
        photo = new_id()
    with time_machine.travel(utc_now() - timedelta(seconds=100), tick=True):
        uploaded = new_id()
    printed = PrintedSheet(
        id=new_id(), community_code=over["community_code"], activity_id=over["id"], token=new_id(), blank_rows=0, printed_by="-",
        printed_at=utc_now(), readings={photo: {"at": utc_now(), "by": "-", "digest": "-", "marks": {}}},
    ).save()  # fmt: skip
    for sheet_id, logged_by in ((uploaded, new_id()), (printed.id, new_id())):
        log(api, over, check_in := new_id(), person(), "sheet", organizer)
        CheckIn.objects(id=check_in).update(sheet_id=sheet_id, logged_by=logged_by)
    api.put(f"/api/v1/activities/{over['id']}/verification", json={}, headers=reviewer)

    seconds = {row["way"]: row["seconds_each"] for row in told(organizer).json["logging"]}

    assert seconds == {"file": pytest.approx(100, abs=5), "photo": pytest.approx(300, abs=5)}


def test_only_what_the_register_counts_is_told_and_only_to_staff(
    api: FlaskClient, organizer: Headers, steward: Headers, signed: Callable[..., Headers], person: Callable[..., str],
    served: Callable[..., str], told: Callable[..., Any],
) -> None:  # fmt: skip
    record = served(person(), 40)
    api.put(f"/api/v1/service-records/{record}/withdrawal", json={"reason": "记错了"}, headers=steward)

    assert told(organizer).json["deeds"] == 0
    assert told(organizer).json["logging"] == []
    assert told(signed(person())).status_code == 403
    assert CheckIn.objects(id=record).count() == 1
