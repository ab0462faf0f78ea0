"""Guardians and elders on the pages: asked, agreed to and withdrawn with one tap each, recorded by two of the office, told kindly."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.clock import local_day, utc_now
from shared.events.identity import BirthStated, GuardianConsentGiven, ResidentRegistered
from shared.ids import new_id
from tests.gateway.conftest import PASSWORD, STEWARD_PHONE
from tests.gateway.test_acting import Headers, post

HOUR = timedelta(hours=1)
YEAR = utc_now().year
HOME = f"金苗苑{new_id()[:4]}-1-101"

Browser = FlaskClient


@pytest.fixture
def opened(door_to: Callable[..., Browser], community: str, steward: Browser) -> Callable[..., tuple[Browser, str, Headers]]:
    """Return the function that registers somebody, gives them a role if one is named, and opens a browser → browser, id, headers."""

    def open_(name: str, *, role: str = "", **more: Any) -> tuple[Browser, str, Headers]:
        browser, who = door_to(), new_id()
        phone = f"137{new_id().replace('-', '').translate(str.maketrans('abcdef', '012345'))[-8:]}"
        body = {"community_code": community, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"], **more}
        assert browser.put(f"/api/v1/residents/{who}", json=body).status_code == 201
        if role:
            post(steward, f"/community/roles/{who}", roles=role)
        token = browser.post("/api/v1/sessions", json={"phone": phone, "password": PASSWORD}).get_json()["token"]
        post(browser, "/sign-in", phone=phone, password=PASSWORD)
        return browser, who, {"Authorization": f"Bearer {token}"}

    return open_


@pytest.fixture
def steward(door_to: Callable[..., Browser], community: str) -> Browser:
    """A browser of the steward's."""
    browser = door_to()
    post(browser, "/sign-in", phone=STEWARD_PHONE, password=PASSWORD)
    return browser


@pytest.fixture
def office(opened: Callable[..., Any]) -> Callable[[], Browser]:
    """Return the function that opens a browser as another organizer."""
    return lambda: opened("办事员", role="organizer")[0]


@pytest.fixture
def planned(client_of: Callable[[str], Browser], as_caller: Callable[..., Headers], deliver: Any, community: str) -> Callable[..., str]:
    """Return the function that announces an activity (in three days, at ten in Shanghai) and tells checkin of people → its id."""

    def plan(hours: float, *, begins: Any = None, **people: int) -> str:
        leader, activity_id = new_id(), new_id()
        organizer = as_caller(roles={"resident", "organizer"}, resident_id=leader, community_code=community)
        starts = begins or (utc_now() + timedelta(days=3)).replace(hour=2, minute=0)
        body = {
            "item": "environment", "title": "清扫", "kind": "volunteer", "starts_at": starts.isoformat(), "capacity": 9,
            "ends_at": (starts + hours * HOUR).isoformat(), "place": "院子", "leader_id": leader,
        }  # fmt: skip
        answer = client_of("checkin").put(f"/api/v1/activities/{activity_id}", json=body, headers=organizer)
        assert answer.status_code == 201, answer.json
        for who, year in people.items():
            about = {"resident_id": who, "community_code": community}
            deliver("checkin", ResidentRegistered(name="甲", source="self", registered_at=utc_now(), consents=["service"], **about))
            deliver("checkin", BirthStated(birth_year=year, stated_at=utc_now(), **about))
        return activity_id

    return plan


def consent_in(page: str) -> str:
    found = re.search(r"/(?:my/guardian|organize/guardians)/([0-9a-f-]{36})", page)
    assert found is not None, page
    return found[1]


def test_a_minor_asks_an_adult_of_the_household_agrees_and_withdraws(opened: Callable[..., Any]) -> None:
    child, child_id, _ = opened("王小满", household=HOME, birth_year=YEAR - 16)
    mother, _, _ = opened("李秀英", household=HOME, birth_year=YEAR - 45)
    assert "请家人同意" in child.get("/my/guardian").text
    asked = post(child, "/my/guardian/ask", id=new_id(), whose=child_id)
    assert "已请家人同意" in asked.text
    assert "王小满 想参加社区志愿服务" in mother.get("/my").text
    path = f"/my/guardian/{consent_in(asked.text)}"
    assert "我是监护人，我同意" in mother.get(path).text
    nothing_chosen = post(mother, path)
    assert (nothing_chosen.status_code, "请选择" in nothing_chosen.text) == (422, True)
    assert "孩子现在可以参加了" in post(mother, path, kinship="mother").text
    assert "监护人已同意" in child.get("/my/guardian").text
    assert "撤回" not in child.get(path).text
    assert "已撤回" in post(mother, f"{path}/withdrawal").text
    assert "想参加社区志愿服务" not in mother.get("/my").text


def test_who_has_not_said_their_age_is_told_where_to_say_it(opened: Callable[..., Any]) -> None:
    home = f"{HOME}-2"
    child, _, _ = opened("王小满", household=home, birth_year=YEAR - 16)
    father, _, _ = opened("王大山", household=home)
    path = f"/my/guardian/{consent_in(post(child, '/my/guardian/ask', id=new_id()).text)}"
    assert "请先在“我的资料”里填上您自己的出生年份" in post(father, path, kinship="father").text
    assert "保存" in father.get("/my/birth").text
    wrong = post(father, "/my/birth", birth_year="58")
    assert (wrong.status_code, "年份是四位数字" in wrong.text) == (422, True)
    assert "请把年份也填上" in post(father, "/my/birth", birth_month="5").text
    assert str(YEAR - 45) in post(father, "/my/birth", birth_year=str(YEAR - 45), birth_month="5").text
    assert "孩子现在可以参加了" in post(father, path, kinship="father").text
    assert "请社区工作人员更正" in child.get("/my/birth").text


def test_a_form_is_recorded_by_one_of_the_office_and_confirmed_by_another(
    opened: Callable[..., Any], office: Callable[[], Browser]
) -> None:
    _, child_id, _ = opened("王小满", birth_year=YEAR - 16)
    one, other = office(), office()
    assert "监护人还没有同意" in one.get(f"/organize/residents/{child_id}").text
    assert "还没有登记住址" in post(one, f"/organize/residents/{child_id}/guardian/ask", id=new_id()).text
    path = f"/organize/residents/{child_id}/guardian/paper"
    assert "监护人姓名" in one.get(path).text
    assert "请填写" in post(one, path, id=new_id()).text
    told = {"guardian_name": "王大山", "kinship": "grandparent", "signed_on": local_day(utc_now()).isoformat(), "kept_at": "2号柜"}
    recorded = post(one, path, id=new_id(), **told)
    assert "王大山 · 祖父母或外祖父母" in recorded.text
    consent_id = recorded.request.path.rpartition("/")[2]
    confirmed = post(other, f"/organize/guardians/{consent_id}/confirmation")
    assert "监护人已同意" in confirmed.text
    for page in ("/organize/guardians", f"/organize/guardians?whose={child_id}", "/organize/guardians?status=active"):
        assert "王小满" in other.get(page).text
    assert other.get("/organize/guardians/form.pdf").data.startswith(b"%PDF")
    assert "已撤回" in post(other, f"/organize/guardians/{consent_id}", reason="家长来电").text


def test_somebody_who_may_be_under_fourteen_is_told_at_the_field_what_to_do(visitor: Browser, community: str) -> None:
    told = {"community_code": community, "name": "小豆", "phone": "13712345678", "password": PASSWORD, "consent_service": "y"}
    answer = post(visitor, "/register", birth_year=str(YEAR - 12), **told)
    assert (answer.status_code, answer.text.count("请和监护人一起到社区来")) == (422, 2)


def test_a_minor_reads_on_the_activity_why_they_cannot_sign_up_yet_and_can_once_a_guardian_agreed(
    opened: Callable[..., Any], planned: Callable[..., str], deliver: Any, community: str
) -> None:
    child, who, _ = opened("王小满", birth_year=YEAR - 16)
    path = f"/activities/{planned(1, **{who: YEAR - 16})}"
    page = child.get(path).text
    assert "要先由监护人同意" in page
    assert "/sign-up" not in page
    assert "要先由监护人同意" in post(child, f"{path}/sign-up").text
    deliver("checkin", GuardianConsentGiven(consent_id=new_id(), resident_id=who, community_code=community, given_at=utc_now()))
    assert "您已报上名" in post(child, f"{path}/sign-up").text


def test_an_elder_reads_how_long_the_day_gets_and_confirms_it_with_the_same_tap(
    opened: Callable[..., Any], planned: Callable[..., str]
) -> None:
    elder, who, _ = opened("郑桂芬", birth_year=YEAR - 75)
    path = f"/activities/{planned(3, **{who: YEAR - 75})}"
    page = elder.get(path).text
    assert "加起来有3 小时，最长连续3 小时" in page
    assert "我知道了，报名" in page
    after = post(elder, f"{path}/sign-up", hours_known="yes").text
    assert "您已报上名" in after
    assert "加起来有" not in after
    post(elder, f"{path}/sign-off")
    assert "加起来有" not in elder.get(path).text


def test_an_elder_whom_another_signed_up_is_told_afterwards_and_asked_once(
    opened: Callable[..., Any], planned: Callable[..., str], office: Callable[[], Browser]
) -> None:
    elder, who, _ = opened("郑桂芬", birth_year=YEAR - 75)
    activity = planned(3, **{who: YEAR - 75})
    assert "请提醒老人中间歇一歇" in post(office(), f"/organize/activities/{activity}/places/{who}", act="enter").text
    assert "加起来有3 小时" in elder.get(f"/activities/{activity}").text
    assert "加起来有" not in post(elder, f"/activities/{activity}/hours").text


def test_the_roll_says_who_should_rest_and_who_is_under_age_and_the_review_asks_for_a_look(
    opened: Callable[..., Any], planned: Callable[..., str], office: Callable[[], Browser]
) -> None:
    _, elder, _ = opened("郑桂芬", birth_year=YEAR - 75)
    _, walk_in, _ = opened("钱老", birth_year=YEAR - 80)
    _, child, _ = opened("王小满", birth_year=YEAR - 16)
    activity = planned(4, begins=utc_now() - 3 * HOUR, **{elder: YEAR - 75, walk_in: YEAR - 80, child: YEAR - 16})
    clerk, _, headers = opened("办事员", role="organizer")
    post(clerk, f"/organize/activities/{activity}/places/{elder}", act="enter")
    arrived = (utc_now() - 2.5 * HOUR).astimezone().isoformat()
    for who in (elder, walk_in, child):
        gone = {"left_at": utc_now().isoformat()} if who == child else {}
        body = {"activity_id": activity, "resident_id": who, "method": "roll", "arrived_at": arrived, **gone}
        assert clerk.put(f"/api/v1/check-ins/{new_id()}", json=body, headers=headers).status_code == 201
    page = clerk.get(f"/organize/activities/{activity}/roll").text
    assert page.count("该歇一歇了") == 2
    assert "高龄" in page
    assert "未成年，监护人未同意" in clerk.get(f"/organize/activities/{activity}/roll?q=甲").text
    assert "未成年，当时没有监护人同意" in office().get(f"/organize/activities/{activity}/verification").text


def test_the_steward_says_from_which_age_on_an_item_is(steward: Browser, client_of: Callable[[str], Browser]) -> None:
    client_of("checkin")
    assert "满几岁可以参加" in steward.get("/community/catalogue").text
    path = "/community/catalogue/mediation"
    assert post(steward, path, least_age="70").status_code == 422
    assert re.search(r"矛盾调解.*?满 18 岁", post(steward, path, least_age="18").text, re.DOTALL)
    post(steward, path, least_age="")
    assert steward.get("/community/catalogue/nothing").status_code == 404
