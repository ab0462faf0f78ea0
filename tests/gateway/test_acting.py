"""Acting for another on the pages: said on top of each, kept to what was agreed, over at once, never in the wrong name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway import acting
from shared.clock import local_day, utc_now
from shared.events.identity import ResidentRegistered
from shared.ids import new_id
from tests.gateway.conftest import PASSWORD, STEWARD_PHONE

Headers = dict[str, str]


@dataclass(frozen=True)
class Pair:
    """A person and their proxy, whose browser it is; `mandate` is the path of what binds them, from /mandates on."""

    person_id: str
    person: Headers
    proxy_id: str
    browser: FlaskClient
    mandate: str

    def act(self) -> Any:
        """Let the proxy begin to act."""
        return post(self.browser, f"/my{self.mandate}/acting")


def post(browser: FlaskClient, path: str, **fields: str) -> Any:
    """Press a button: with a form token of this browser, and no more than `fields` besides."""
    page = browser.get("/text-size").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return browser.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=True)


def registered_person(door: FlaskClient, community: str, name: str) -> tuple[str, str, Headers]:
    """Register somebody over the API → id, phone, headers of an open session."""
    person_id, phone = new_id(), f"138{new_id().replace('-', '').translate(str.maketrans('abcdef', '012345'))[-8:]}"
    body = {"community_code": community, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"]}
    assert door.put(f"/api/v1/residents/{person_id}", json=body).status_code == 201
    token = door.post("/api/v1/sessions", json={"phone": phone, "password": PASSWORD}).get_json()["token"]
    return person_id, phone, {"Authorization": f"Bearer {token}"}


@pytest.fixture
def pair_with(door_to: Callable[..., FlaskClient], community: str) -> Callable[..., Pair]:
    """Return the function that brings a person and a proxy together with some acts."""

    def bring(*acts: str) -> Pair:
        browser = door_to()
        person_id, _, person = registered_person(browser, community, "李兰英")
        proxy_id, phone, proxy = registered_person(browser, community, "王小红")
        path, ends_on = f"/mandates/{new_id()}", local_day(utc_now()) + timedelta(days=30)
        terms = {"acts": list(acts), "beans_per_redemption": 50, "beans_per_month": 100, "ends_on": ends_on.isoformat()}
        code = browser.put(f"/api/v1{path}", json=terms, headers=person).get_json()["code"]
        assert browser.put("/api/v1/mandate-codes/current", json={"code": code}, headers=proxy).status_code == 200
        post(browser, "/sign-in", phone=phone, password=PASSWORD)
        return Pair(person_id, person, proxy_id, browser, path)

    return bring


@pytest.fixture
def pair(pair_with: Callable[..., Pair]) -> Pair:
    """A person and a proxy who may sign them up and see their beans."""
    return pair_with("sign_up", "read_beans")


@pytest.fixture
def activity(
    client_of: Callable[[str], FlaskClient], as_caller: Callable[..., Headers], deliver: Callable[..., Any], community: str
) -> str:
    """Announce something that is coming; return its path."""
    leader = ResidentRegistered(
        resident_id=new_id(), community_code=community, name="赵国强", source="self", registered_at=utc_now(), consents=["service"]
    )
    deliver("checkin", leader)
    organizer = as_caller(roles={"organizer"}, community_code=community)
    begin = utc_now() + timedelta(days=1)
    body = {
        "item": "environment", "title": "楼道清扫", "kind": "volunteer", "place": "社区广场", "capacity": 20,
        "leader_id": leader.resident_id,
        "starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=2)).isoformat(),
    }  # fmt: skip
    path = f"/activities/{new_id()}"
    assert client_of("checkin").put(f"/api/v1{path}", json=body, headers=organizer).status_code == 201
    return path


@pytest.fixture
def signed_up(
    client_of: Callable[[str], FlaskClient], as_caller: Callable[..., Headers], community: str, activity: str
) -> Callable[[], list[tuple[str, str]]]:
    """Return the function that says who is signed up, and by whom."""

    def roster() -> list[tuple[str, str]]:
        organizer = as_caller(roles={"organizer"}, community_code=community)
        rows = client_of("checkin").get(f"/api/v1{activity}/sign-ups", headers=organizer).get_json()["items"]
        return [(row["resident_id"], row["by_id"]) for row in rows]

    return roster


def test_a_proxy_signs_the_person_up_and_the_roster_says_who_did_it(
    pair: Pair, activity: str, signed_up: Callable[[], list[tuple[str, str]]]
) -> None:
    assert "李**" in pair.act().text
    post(pair.browser, f"{activity}/sign-up", whose=pair.person_id)
    assert signed_up() == [(pair.person_id, pair.proxy_id)]
    post(pair.browser, f"{activity}/sign-off", whose=pair.person_id)
    assert signed_up() == []


def test_every_page_that_is_named_exists(visitor: FlaskClient) -> None:
    assert set(acting.PAGES) | acting.NEUTRAL <= set(visitor.application.view_functions)


@pytest.mark.parametrize("path", ["/acting", "/activities", "/my/beans", "/help", "/text-size"])
def test_on_top_of_every_page_stands_for_whom_one_acts_and_how_to_stop(pair: Pair, path: str) -> None:
    pair.act()
    page = pair.browser.get(path).text
    assert "您正在替 李** 办事" in page
    assert 'action="/acting/end"' in page
    post(pair.browser, "/acting/end")
    assert "您正在替" not in pair.browser.get(path).text


@pytest.mark.parametrize(
    "path",
    ["/my", "/my/give", "/my/data", "/my/data/leave", "/my/mandates", "/my/mandates/new", "/my/check-in", "/shelf", "/my/redemptions"],
)
def test_what_is_not_agreed_stays_closed(pair: Pair, path: str) -> None:
    pair.act()
    answer = pair.browser.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/acting")


def test_each_act_opens_its_own_pages_only(pair_with: Callable[..., Pair], activity: str) -> None:
    pair = pair_with("read_beans")
    pair.act()
    assert pair.browser.get("/my/beans").status_code == 200
    assert pair.browser.get(activity).status_code == 302


def test_once_it_is_revoked_the_next_click_does_nothing_and_says_so(
    pair: Pair, activity: str, signed_up: Callable[[], list[tuple[str, str]]]
) -> None:
    pair.act()
    revoked = pair.browser.put(f"/api/v1{pair.mandate}/revocation", json={}, headers=pair.person)
    assert revoked.status_code == 200
    page = post(pair.browser, f"{activity}/sign-up", whose=pair.person_id).text
    assert signed_up() == []
    assert "委托已经撤销或到期" in page
    assert "您正在替" not in pair.browser.get("/my").text


def test_a_page_that_was_opened_in_another_name_does_nothing(
    pair: Pair, activity: str, signed_up: Callable[[], list[tuple[str, str]]]
) -> None:
    pair.act()
    assert "另一个人的名义" in post(pair.browser, f"{activity}/sign-up", whose=pair.proxy_id).text
    post(pair.browser, "/acting/end")
    post(pair.browser, f"{activity}/sign-up", whose=pair.person_id)
    assert signed_up() == []


def test_a_form_whose_session_ran_out_is_kept_in_the_name_it_was_opened_in(
    pair: Pair, activity: str, signed_up: Callable[[], list[tuple[str, str]]]
) -> None:
    pair.act()
    session = pair.browser.get_cookie("gb_session")
    assert session is not None
    pair.browser.delete_cookie("gb_session")
    post(pair.browser, f"{activity}/sign-up", whose=pair.person_id)
    pair.browser.set_cookie("gb_session", session.value)
    pair.browser.delete_cookie("gb_acting")
    kept = pair.browser.get("/go-on").text
    assert re.findall(r'name="whose" value="([^"]+)"', kept.partition("<main")[2]) == [pair.person_id]
    assert "另一个人的名义" in post(pair.browser, f"{activity}/sign-up", whose=pair.person_id).text
    assert signed_up() == []


def test_somebody_elses_mandate_is_worth_nothing_in_ones_own_browser(pair_with: Callable[..., Pair]) -> None:
    one, other = pair_with("read_beans"), pair_with("read_beans")
    post(one.browser, f"/my{other.mandate}/acting")
    assert "您正在替" not in one.browser.get("/my").text


def test_signing_out_while_acting_ends_the_session_and_the_acting(pair: Pair) -> None:
    pair.act()
    session = pair.browser.get_cookie("gb_session")
    assert session is not None
    post(pair.browser, "/sign-out")
    mine = {"Authorization": f"Bearer {session.value}"}
    assert pair.browser.get("/api/v1/me", headers=mine).status_code == 401
    assert pair.browser.get_cookie("gb_acting") is None


def test_the_pages_lead_from_the_code_to_acting(door_to: Callable[..., FlaskClient], community: str) -> None:
    person, proxy = door_to(), door_to()
    for browser, name in ((person, "李兰英"), (proxy, "王小红")):
        _, phone, _ = registered_person(browser, community, name)
        post(browser, "/sign-in", phone=phone, password=PASSWORD)
    ends_on = (local_day(utc_now()) + timedelta(days=30)).isoformat()
    page = post(person, "/my/mandates/new", id=new_id(), acts="sign_up", ends_on=ends_on).text
    code = re.search(r'id="mandate-code">(\w{4})<span class="half">(\w{4})', page)
    assert code is not None

    taken = post(proxy, "/my/mandates/code", code=f"{code[1]} {code[2]}".lower()).text

    assert "您现在可以替 李兰英 办事了" in taken
    assert "王小红 替您代办" in person.get("/my/mandates").text
    revoke = re.search(r'action="(/my/mandates/[^"]+/revocation)"', taken)
    assert revoke is not None
    assert "已撤销" in post(person, revoke[1]).text


def test_the_person_reads_what_was_done_for_them_by_whom(pair: Pair, activity: str, client_of: Callable[[str], FlaskClient],
                                                         deliver: Callable[..., Any], community: str) -> None:  # fmt: skip
    deliver("checkin", ResidentRegistered(
        resident_id=pair.proxy_id, community_code=community, name="王小红", source="self", registered_at=utc_now(), consents=["service"],
    ))  # fmt: skip
    pair.act()
    post(pair.browser, f"{activity}/sign-up", whose=pair.person_id)
    own = pair.browser.application.test_client()
    own.set_cookie("gb_session", pair.person["Authorization"].removeprefix("Bearer "))
    page = own.get("/my/mandates/acts").text
    assert "王小红 代 李兰英 办理" in page
    assert "楼道清扫" in page


def test_a_signed_form_is_recorded_by_one_of_the_office_and_confirmed_by_another(
    door_to: Callable[..., FlaskClient], community: str
) -> None:
    office, steward = door_to(), door_to()
    person_id, _, _ = registered_person(office, community, "李兰英")
    _, proxy_phone, _ = registered_person(office, community, "王小红")
    organizer_id, phone, _ = registered_person(office, community, "刘干事")
    post(steward, "/sign-in", phone=STEWARD_PHONE, password=PASSWORD)
    session = steward.get_cookie("gb_session")
    assert session is not None
    roles = steward.put(
        f"/api/v1/residents/{organizer_id}/roles", json={"roles": ["organizer"]}, headers={"Authorization": f"Bearer {session.value}"}
    )
    assert roles.status_code == 200
    post(office, "/sign-in", phone=phone, password=PASSWORD)
    mandate_id, today = new_id(), local_day(utc_now())

    recorded = post(
        office, f"/organize/residents/{person_id}/mandates/paper", id=mandate_id, proxy=proxy_phone, signed_on=today.isoformat(),
        kept_at="2号柜", acts="redeem", beans_per_redemption="50", beans_per_month="100", ends_on=today.isoformat(),
    ).text  # fmt: skip

    assert "须由另一位工作人员核对" in recorded
    assert "李兰英" in steward.get("/organize/mandates?status=waiting").text
    assert "我看过原件" in steward.get(f"/organize/mandates/{mandate_id}").text
    assert "2号柜" in post(steward, f"/organize/mandates/{mandate_id}/confirmation").text
    assert "已撤销" in post(steward, f"/organize/mandates/{mandate_id}", reason="本人要求").text
    with office.get("/organize/mandates/form.pdf") as form:
        assert form.data.startswith(b"%PDF")


def test_with_card_and_pin_a_neighbour_becomes_a_proxy_and_the_office_acts_at_its_desk(
    door_to: Callable[..., FlaskClient], client_of: Callable[[str], FlaskClient], as_caller: Callable[..., Headers],
    deliver: Callable[..., Any], community: str,
) -> None:  # fmt: skip
    person, neighbour, steward = door_to(), door_to(), door_to()
    person_id, persons_phone, _ = registered_person(person, community, "李兰英")
    _, neighbours_phone, _ = registered_person(neighbour, community, "王小红")
    deliver("checkin", ResidentRegistered(
        resident_id=person_id, community_code=community, name="李兰英", source="self", registered_at=utc_now(), consents=["service"],
    ))  # fmt: skip
    organizer = as_caller(roles={"organizer"}, community_code=community)
    card = client_of("checkin").put(f"/api/v1/cards/{person_id}", json={}, headers=organizer).get_json()["token"]
    for browser, phone in ((person, persons_phone), (neighbour, neighbours_phone), (steward, STEWARD_PHONE)):
        post(browser, "/sign-in", phone=phone, password=PASSWORD)
    assert "密码已设好" in post(person, "/my/pin", pin="280413").text
    assert f"/my/mandates/card/{card}" in neighbour.get(f"/k/{card}").text
    ends_on = (local_day(utc_now()) + timedelta(days=30)).isoformat()
    terms = {"id": new_id(), "acts": "sign_up", "ends_on": ends_on}

    wrong = post(neighbour, f"/my/mandates/card/{card}", **terms, pin="111222")
    right = post(neighbour, f"/my/mandates/card/{card}", **terms, pin="280413")
    at_desk = post(steward, f"/organize/card/{card}/desk", id=new_id(), beans="20", pin="280413")

    assert wrong.status_code == 422
    assert "密码不对" in wrong.text
    assert "111222" not in wrong.text
    assert "您替 李兰英 代办" in right.text
    assert "您正在替 李** 办事" in at_desk.text
    assert steward.get("/organize/").status_code == 302
