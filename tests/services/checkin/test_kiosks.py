"""A device that stands at the door by itself: whose card it reads, of which activity, at what times, and what a reviewer is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.checkin.models import CheckIn
from shared.clock import utc_now
from shared.events.identity import BirthStated
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"
MINUTE = timedelta(minutes=1)
Headers = dict[str, str]
Row = dict[str, Any]


@pytest.fixture
def opener(person: Callable[..., str]) -> str:
    """Return the id of the organizer who leaves devices at doors."""
    return person("组织者")


@pytest.fixture
def kiosk_of(signed: Callable[..., Headers], opener: str) -> Callable[[Row], Headers]:
    """Return the function that gives the headers of a device at an activity's door."""
    return lambda activity: signed(opener, kiosk=activity["id"])


@pytest.fixture
def card_of(api: FlaskClient, organizer: Headers) -> Callable[[str], str]:
    """Return the function that gives somebody a card; its token."""
    return lambda who: str(api.put(f"{API}/cards/{who}", headers=organizer).json["token"])


@pytest.fixture
def shown(api: FlaskClient, kiosk_of: Callable[[Row], Headers]) -> Callable[..., Any]:
    """Return the function that holds a card to the device at an activity's door and gives the answer."""

    def show(activity: Row, token: str, *, check_in_id: str = "", by: Headers | None = None, **more: Any) -> Any:
        body = {"activity_id": activity["id"], "method": "card", "code": token, **more}
        return api.put(f"{API}/check-ins/{check_in_id or new_id()}", json=body, headers=by or kiosk_of(activity))

    return show


def slug(answer: Any) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


def test_a_card_checks_its_holder_in_under_a_masked_name_and_the_row_says_that_nobody_looked(
    api: FlaskClient, announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str],
    shown: Callable[..., Any], opener: str, reviewer: Headers,
) -> None:  # fmt: skip
    activity, anna = announced(), person("王小红")
    token, check_in_id = card_of(anna), new_id()

    first, again = (shown(activity, token, check_in_id=check_in_id) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    said = {name: first.json[name] for name in ("status", "resident_id", "name", "at_kiosk", "logged_by")}
    assert said == {"status": "accepted", "resident_id": anna, "name": "王**", "at_kiosk": True, "logged_by": opener}
    for part in ("check-ins", "review"):
        rows = api.get(f"{API}/activities/{activity['id']}/{part}", headers=reviewer).json["items"]
        assert [(row["name"], row["at_kiosk"]) for row in rows] == [("王小红", True)]


def test_what_staff_log_is_not_the_kiosks(
    announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str], shown: Callable[..., Any],
    organizer: Headers, logged: Callable[..., Row],
) -> None:  # fmt: skip
    activity, anna = announced(), person()
    assert shown(activity, card_of(anna), by=organizer).json["at_kiosk"] is False
    assert logged(activity, person())["at_kiosk"] is False


@pytest.mark.parametrize(
    "change",
    [
        {"method": "roll"}, {"method": "code", "code": "123456"}, {"method": "sheet"}, {"activity_id": new_id()},
        {"resident_id": new_id()}, {"left_at": "2026-01-01T00:00:00Z"},
    ],
    ids=["the roll", "a code", "a sheet", "another activity", "somebody named", "a departure"],
)  # fmt: skip
def test_it_takes_cards_at_its_own_door_and_nothing_else(
    api: FlaskClient, announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str],
    kiosk_of: Callable[[Row], Headers], change: dict[str, str],
) -> None:  # fmt: skip
    activity = announced()
    body = {"activity_id": activity["id"], "method": "card", "code": card_of(person()), **change}

    answer = api.put(f"{API}/check-ins/{new_id()}", json=body, headers=kiosk_of(activity))

    assert (answer.status_code, slug(answer)) == (403, "not-for-kiosks")
    assert CheckIn.objects(activity_id=activity["id"]).count() == 0


def test_it_sees_its_own_activity_and_code_and_no_others(
    api: FlaskClient, announced: Callable[..., Row], kiosk_of: Callable[[Row], Headers], signed: Callable[..., Headers], opener: str,
) -> None:  # fmt: skip
    own, other = announced(), announced(leader_id=opener)
    api.put(f"{API}/activities/{own['id']}/sign-ups/{opener}", json={}, headers=signed(opener))
    paths = [f"{API}/activities/{activity['id']}{part}" for activity in (own, other) for part in ("", "/code")]

    answers = [api.get(path, headers=kiosk_of(own)) for path in paths]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 403]
    assert (answers[0].json["title"], answers[0].json["my_sign_up"], answers[0].json["my_care"]) == (own["title"], None, None)
    assert len(answers[1].json["code"]) == 6
    assert {slug(answer) for answer in answers[2:]} == {"not-for-kiosks"}


@pytest.mark.parametrize(
    ("began", "ends", "at", "refusal"),
    [
        (-60, 60, -30, None), (-60, 60, -119, None), (-60, 60, -121, "too_early"), (90, 180, 0, "too_early"),
        (-180, -60, -90, None), (-180, -60, -59, "activity_closed"), (-180, -60, None, "activity_closed"),
        (-180, -60, -180, None),
    ],
    ids=[
        "while the network was away", "when the door opened", "before it opened", "it is not open yet", "sent after the end",
        "seen after the end", "just now, after the end", "as it began",
    ],
)  # fmt: skip
def test_it_may_say_later_whom_it_saw_while_the_door_was_open(
    announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str], shown: Callable[..., Any],
    began: int, ends: int, at: int | None, refusal: str | None,
) -> None:  # fmt: skip
    now, token = utc_now(), card_of(person())
    activity = announced(starts_at=moment(now + began * MINUTE), ends_at=moment(now + ends * MINUTE))
    said = {} if at is None else {"arrived_at": moment(now + at * MINUTE)}

    answer = shown(activity, token, **said)

    assert (answer.status_code, answer.json.get("refusal")) == (201, refusal)
    if refusal is None and at is not None:
        assert abs(datetime.fromisoformat(answer.json["arrived_at"]) - (now + at * MINUTE)) < timedelta(seconds=1)


def test_no_time_lies_in_the_future(
    announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str], shown: Callable[..., Any]
) -> None:
    activity, now = announced(), utc_now()

    near, far = (shown(activity, card_of(person()), arrived_at=moment(now + ahead)) for ahead in (2 * MINUTE, 30 * MINUTE))

    assert datetime.fromisoformat(near.json["arrived_at"]) <= utc_now()
    assert (far.status_code, far.json["errors"][0]["pointer"]) == (422, "/arrived_at")


def test_after_the_closing_it_may_say_whom_it_saw_before_and_a_day_after_the_end_nothing(
    api: FlaskClient, announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str],
    shown: Callable[..., Any], organizer: Headers, kiosk_of: Callable[[Row], Headers], signed: Callable[..., Headers], opener: str,
) -> None:  # fmt: skip
    activity, seen_at = announced(), utc_now()
    cards = [card_of(person()) for _ in range(3)]
    assert api.put(f"{API}/activities/{activity['id']}/closing", headers=organizer).status_code == 200

    with time_machine.travel(utc_now() + 2 * MINUTE, tick=True):
        told = [shown(activity, cards[0], arrived_at=moment(seen_at)).json.get("refusal"), shown(activity, cards[1]).json.get("refusal")]
    with time_machine.travel(utc_now() + 26 * HOUR, tick=True):
        late = shown(activity, cards[2], by=signed(opener, kiosk=activity["id"]), arrived_at=moment(seen_at))

    assert told == [None, "activity_closed"]
    assert late.json.get("refusal") == "activity_closed"


def test_a_minor_without_a_guardians_consent_is_let_in_by_people_only(
    announced: Callable[..., Row], person: Callable[..., str], deliver: Callable[..., Any], community: str,
    card_of: Callable[[str], str], shown: Callable[..., Any], organizer: Headers,
) -> None:  # fmt: skip
    activity, minor = announced(), person("王小满")
    born = BirthStated(resident_id=minor, community_code=community, birth_year=utc_now().year - 15, stated_at=utc_now())
    deliver("checkin", born)

    answers = [shown(activity, card_of(minor), by=by) for by in (None, organizer)]

    assert [answer.json.get("refusal") for answer in answers] == ["consent_missing", None]


def test_what_is_no_good_card_is_refused_and_kept(
    announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str], shown: Callable[..., Any]
) -> None:
    activity, anna = announced(), person()
    old, new = card_of(anna), card_of(anna)

    refusals = [shown(activity, token).json.get("refusal") for token in ("nobodys", old, new, new)]

    assert refusals == ["wrong_code", "card_revoked", None, "already_checked_in"]
    assert CheckIn.objects(activity_id=activity["id"], at_kiosk=True).count() == 4


def test_what_was_sent_before_the_answer_was_lost_is_told_to_whomever_left_the_next_kiosk_there(
    announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str], shown: Callable[..., Any],
    signed: Callable[..., Headers], organizer: Headers,
) -> None:  # fmt: skip
    activity, token, check_in_id, at = announced(), card_of(person()), new_id(), moment(utc_now())
    shown(activity, token, check_in_id=check_in_id, arrived_at=at)

    again = shown(activity, token, check_in_id=check_in_id, arrived_at=at, by=signed(person("另一位"), kiosk=activity["id"]))

    assert (again.status_code, again.json["status"], again.json["id"]) == (200, "accepted", check_in_id)
    staffs = shown(activity, card_of(person()), check_in_id=(other := new_id()), by=organizer)
    assert staffs.status_code == 201
    assert shown(activity, "another", check_in_id=other).status_code == 409


def test_who_left_the_kiosk_there_does_not_verify_what_it_logged(
    api: FlaskClient, announced: Callable[..., Row], person: Callable[..., str], card_of: Callable[[str], str],
    shown: Callable[..., Any], signed: Callable[..., Headers], opener: str,
) -> None:  # fmt: skip
    activity = announced()
    shown(activity, card_of(person()))

    rows = api.get(f"{API}/activities/{activity['id']}/review", headers=signed(opener, "organizer")).json["items"]

    assert [row["conflict"] for row in rows] == ["logged_by_reviewer"]


def test_it_takes_none_of_the_staffs_time(
    api: FlaskClient, person: Callable[..., str], card_of: Callable[[str], str], shown: Callable[..., Any], announced: Callable[..., Row],
    reviewer: Headers,
) -> None:  # fmt: skip
    activity = announced(starts_at=moment(utc_now() - HOUR), ends_at=moment(utc_now() + HOUR))
    check_in = shown(activity, card_of(person()), arrived_at=moment(utc_now() - HOUR)).json["id"]
    assert api.put(f"{API}/check-ins/{check_in}/departure", json={}, headers=reviewer).status_code == 200
    assert api.put(f"{API}/activities/{activity['id']}/verification", json={}, headers=reviewer).status_code == 200
    today = utc_now().date()
    days = {"from": (today - timedelta(days=1)).isoformat(), "until": (today + timedelta(days=1)).isoformat()}

    told = api.get(f"{API}/register/effort", query_string=days, headers=reviewer).json

    assert told["logging"] == [{"way": "kiosk", "deeds": 1, "measured": 1, "seconds_each": 0.0}]
