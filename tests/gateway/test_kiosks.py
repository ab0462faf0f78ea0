"""A device at the door on the pages: signed out of the account, kept to its own page, over when it was ended or somebody signs in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway import kiosk
from shared.clock import utc_now
from shared.events.identity import ResidentRegistered
from shared.ids import new_id
from tests.gateway.conftest import PASSWORD, STEWARD_PHONE
from tests.gateway.test_acting import post, registered_person

Headers = dict[str, str]
HOUR = timedelta(hours=1)


@pytest.fixture
def registered_at_checkin(deliver: Callable[..., Any], community: str) -> Callable[[str], str]:
    """Return the function that makes a resident known to checkin; their id."""

    def register(name: str) -> str:
        told: dict[str, Any] = {"source": "self", "registered_at": utc_now(), "consents": ["service"]}
        deliver("checkin", ResidentRegistered(resident_id=(who := new_id()), community_code=community, name=name, **told))
        return who

    return register


@pytest.fixture
def office(as_caller: Callable[..., Headers], community: str) -> Headers:
    """Return the headers of an organizer."""
    return as_caller(roles={"organizer"}, community_code=community)


@pytest.fixture
def announced(client_of: Callable[[str], FlaskClient], office: Headers, registered_at_checkin: Callable[[str], str]) -> Callable[..., str]:
    """Return the function that announces something that runs now, or later; its id."""

    def announce(*, begins: timedelta = -HOUR) -> str:
        begin = utc_now() + begins
        body = {
            "item": "environment", "title": "楼道清扫", "kind": "volunteer", "place": "社区广场", "capacity": 20,
            "leader_id": registered_at_checkin("赵国强"), "starts_at": begin.isoformat(), "ends_at": (begin + 2 * HOUR).isoformat(),
        }  # fmt: skip
        answer = client_of("checkin").put(f"/api/v1/activities/{(activity := new_id())}", json=body, headers=office)
        assert answer.status_code == 201, answer.json
        return activity

    return announce


@pytest.fixture
def card(client_of: Callable[[str], FlaskClient], office: Headers, registered_at_checkin: Callable[[str], str]) -> str:
    """Return the token of 王小红's card."""
    who = registered_at_checkin("王小红")
    return str(client_of("checkin").put(f"/api/v1/cards/{who}", json={}, headers=office).json["token"])


@pytest.fixture
def steward(door_to: Callable[..., FlaskClient], community: str) -> FlaskClient:
    """Return the browser of the steward, on a device of their own."""
    return signed_in(door_to())


@pytest.fixture
def left_at(door_to: Callable[..., FlaskClient], community: str) -> Callable[[str], FlaskClient]:
    """Return the function that leaves a device at an activity's door; its browser, behind a gateway of its own."""

    def leave(activity: str) -> FlaskClient:
        device = signed_in(door_to())
        assert "请签到" in post(device, f"/organize/activities/{activity}/kiosk", id=new_id()).text
        return device

    return leave


def signed_in(browser: FlaskClient) -> FlaskClient:
    post(browser, "/sign-in", phone=STEWARD_PHONE, password=PASSWORD)
    return browser


def session_of(browser: FlaskClient) -> Headers:
    """Return the headers by which a program would use the session in a browser's cookie."""
    cookie = browser.get_cookie("gb_session")
    assert cookie is not None
    return {"Authorization": f"Bearer {cookie.value}"}


def send_scans(device: FlaskClient, activity: str, *scans: dict[str, Any]) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', device.get("/text-size").text)
    assert token is not None
    return device.post(f"/kiosk/{activity}/scans", json={"scans": scans}, headers={"X-CSRFToken": token[1]})


def test_the_button_ends_the_organizers_session_on_this_device_and_opens_a_kiosks(
    door_to: Callable[..., FlaskClient], community: str, announced: Callable[..., str]
) -> None:
    device, activity = signed_in(door_to()), announced()
    before = session_of(device)
    assert "退出您的账号" in device.get(f"/organize/activities/{activity}/kiosk").text

    page = post(device, f"/organize/activities/{activity}/kiosk", id=new_id()).text

    assert session_of(device) != before
    assert device.get("/api/v1/me", headers=before).status_code == 401
    refused = device.get("/api/v1/me", headers=session_of(device))
    assert (refused.status_code, refused.get_json()["type"].rpartition(":")[2]) == (403, "not-for-kiosks")
    assert "楼道清扫" in page
    assert re.search(r'class="big-code">\d{3} \d{3}<', page)
    assert set(re.findall(r'href="(/[^"]*)"', page.partition("<body")[2])) == {"/sign-in"}


def test_every_page_that_is_open_exists(visitor: FlaskClient) -> None:
    assert set(visitor.application.view_functions) >= kiosk.OPEN


def test_every_other_page_leads_back(left_at: Callable[[str], FlaskClient], announced: Callable[..., str]) -> None:
    device = left_at(announced())
    rules = [rule for rule in device.application.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in kiosk.OPEN]
    answers = {rule.rule: device.get(re.sub(r"<[^>]+>", lambda _: new_id(), rule.rule)) for rule in rules}

    assert len(answers) > 100
    assert {rule for rule, answer in answers.items() if answer.headers.get("Location") != "/kiosk"} == set()
    assert device.get("/nothing").headers["Location"] == "/kiosk"
    assert "请签到" in post(device, "/sign-out").text


@pytest.mark.parametrize("path", ["/sign-in", "/text-size"])
def test_who_walks_away_from_another_page_leaves_no_device_that_is_stuck(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], visitor: FlaskClient, path: str
) -> None:
    assert left_at(announced()).get(path).headers["Refresh"] == f"{kiosk.BACK_AFTER_SECONDS};url=/kiosk"
    assert "Refresh" not in visitor.get(path).headers


def test_a_card_is_greeted_by_a_masked_name_without_javascript(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], card: str
) -> None:
    device = left_at(announced())

    first = post(device, "/kiosk", id=new_id(), code=f"https://beans.example.org/k/{card}").text
    wrong = post(device, "/kiosk", id=new_id(), code="nobodys").text

    assert re.search(r"<span>✓</span> <span>王\*\*，欢迎！", first)
    assert "王小红" not in first
    assert re.search(r'<p class="note told note-stop"><span>✗</span> <span>这里不认识这张会员卡', wrong)
    assert "欢迎！已签到" not in device.get("/kiosk").text


def test_what_was_kept_is_sent_with_its_time_and_told_masked(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], card: str, client_of: Callable[[str], FlaskClient],
    office: Headers,
) -> None:  # fmt: skip
    activity = announced()
    scan = {"id": new_id(), "code": card, "at": (utc_now() - timedelta(minutes=20)).isoformat()}

    answers = [send_scans(left_at(activity), activity, scan).get_json()["answers"] for _ in range(2)]

    assert answers[0] == answers[1] == [{"id": scan["id"], "is_in": True, "told": "王**，欢迎！已签到。"}]
    rows = client_of("checkin").get(f"/api/v1/activities/{activity}/check-ins", headers=office).json["items"]
    assert [(row["at_kiosk"], row["arrived_at"][:19]) for row in rows] == [(True, scan["at"][:19])]


def test_a_scan_of_another_door_or_of_nobodys_device_goes_on_being_kept(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], card: str, steward: FlaskClient
) -> None:
    own, other = announced(), announced()
    device, scan = left_at(own), {"id": new_id(), "code": card, "at": utc_now().isoformat()}

    assert send_scans(device, other, scan).status_code == 403
    assert send_scans(steward, own, scan).status_code == 403


def test_the_activitys_page_says_what_stands_there_and_ends_it(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], steward: FlaskClient
) -> None:
    activity = announced()
    path = f"/organize/activities/{activity}"
    assert "停用门口的自助签到机" not in steward.get(path).text
    devices = [left_at(activity) for _ in range(2)]
    assert "门口有 2 台自助签到机" in steward.get(path).text

    page = post(steward, f"{path}/kiosks/end").text

    assert "门口的自助签到机都已停用" in page
    assert "停用门口的自助签到机" not in page
    for device in devices:
        device.application.extensions["door"].tokens.forget(session_of(device)["Authorization"].partition(" ")[2])  # ten seconds later
        assert device.get("/kiosk?part=1").status_code == 410
        over = device.get("/kiosk")
        assert (over.status_code, "这台自助签到机已停用" in over.text) == (200, True)
        assert device.get_cookie("gb_session") is None
        assert device.get("/").status_code == 200


def test_where_it_is_ended_through_the_same_door_it_ends_at_once(
    door_to: Callable[..., FlaskClient], community: str, announced: Callable[..., str]
) -> None:
    activity, door = announced(), door_to()
    device = signed_in(door.application.test_client())
    post(device, f"/organize/activities/{activity}/kiosk", id=new_id())
    mine = door.post("/api/v1/sessions", json={"phone": STEWARD_PHONE, "password": PASSWORD}).get_json()["token"]
    assert device.get("/kiosk?part=1").status_code == 200

    assert door.delete(f"/api/v1/kiosk-sessions/{activity}", headers={"Authorization": f"Bearer {mine}"}).status_code == 204

    assert device.get("/kiosk?part=1").status_code == 410


def test_signing_in_on_the_device_ends_the_kiosk_and_a_wrong_password_does_not(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], community: str, visitor: FlaskClient
) -> None:
    device = left_at(announced())
    was = session_of(device)
    _, phone, _ = registered_person(visitor, community, "李兰英")

    wrong = post(device, "/sign-in", phone=phone, password="not this one").text
    assert "手机号与密码不匹配" in wrong
    assert device.get("/kiosk").status_code == 200
    page = post(device, "/sign-in", phone=phone, password=PASSWORD).text

    assert "这台设备上的自助签到机已停用" in page
    assert "李兰英" in page
    assert device.get("/kiosk").headers["Location"] == "/my"
    assert visitor.get("/api/v1/me", headers=was).status_code == 401


def test_a_kiosk_stands_there_from_two_hours_before_on(
    door_to: Callable[..., FlaskClient], community: str, announced: Callable[..., str]
) -> None:
    device, later, soon = signed_in(door_to()), announced(begins=3 * HOUR), announced(begins=1.5 * HOUR)
    before = session_of(device)

    assert "起可以在门口放自助签到机" in post(device, f"/organize/activities/{later}/kiosk", id=new_id()).text
    assert "自助签到机" not in device.get(f"/organize/activities/{later}").text
    assert session_of(device) == before
    assert "起可以签到" in post(device, f"/organize/activities/{soon}/kiosk", id=new_id()).text


def test_who_is_not_of_the_office_leaves_no_device(visitor: FlaskClient, registered: dict[str, str], announced: Callable[..., str]) -> None:
    post(visitor, "/sign-in", phone=registered["phone"], password=PASSWORD)
    assert post(visitor, f"/organize/activities/{announced()}/kiosk", id=new_id()).status_code == 403


def test_while_a_service_is_away_the_page_tries_again_by_itself(
    left_at: Callable[[str], FlaskClient], door_to: Callable[..., FlaskClient], announced: Callable[..., str]
) -> None:
    cookie = left_at(announced()).get_cookie("gb_session")
    assert cookie is not None
    for away in ("checkin", "identity"):
        device = door_to(service_urls={away: "http://127.0.0.1:1"})
        device.set_cookie("gb_session", cookie.value)
        page = device.get("/kiosk")
        assert (page.status_code, page.headers["Refresh"]) == (503, f"{kiosk.AGAIN_AFTER_SECONDS};url=/kiosk")


def test_the_language_can_be_switched(left_at: Callable[[str], FlaskClient], announced: Callable[..., str]) -> None:
    device = left_at(announced())
    assert "Or show your card to the reader" in post(device, "/language", language="en", next="/kiosk").text


def test_a_reviewer_reads_that_nobody_looked(
    left_at: Callable[[str], FlaskClient], announced: Callable[..., str], card: str, steward: FlaskClient
) -> None:
    activity = announced()
    post(left_at(activity), "/kiosk", id=new_id(), code=card)
    for page in ("verification", "departures"):
        text = steward.get(f"/organize/activities/{activity}/{page}").text
        assert "王小红" in text
        assert "自助签到机" in text.partition("<main")[2]
