"""A convenience day by its pages, from the first need to the bulletin, as people without JavaScript fill them in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import time_machine
from flask.testing import FlaskClient

from shared.clock import ZONE, utc_now
from shared.events.identity import ResidentRegistered
from shared.ids import new_id
from tests.gateway.conftest import PASSWORD, STEWARD_PHONE

Door = Callable[..., FlaskClient]


class Person:
    """Somebody with a browser of their own, who also has a program."""

    def __init__(self, browser: FlaskClient, resident_id: str, phone: str, token: str) -> None:
        self.browser, self.resident_id, self.phone = browser, resident_id, phone
        self._headers = {"Authorization": f"Bearer {token}"}

    def api(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.browser.open(f"/api/v1{path}", method=method, json=body, headers=self._headers)
        assert answer.status_code < 300, answer.text
        return answer.get_json(silent=True)

    def read(self, path: str) -> str:
        page = self.browser.get(path)
        assert page.status_code == 200, page.text
        return page.text

    def send(self, path: str, data: dict[str, Any] | None = None, *, seen_on: str | None = None, status: int = 302) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read(seen_on or path))
        assert token is not None
        answer = self.browser.post(path, data={**(data or {}), "csrf_token": token[1]})
        assert answer.status_code == status, answer.text
        return answer.text if status != 302 else self.read(answer.headers["Location"])


@pytest.fixture
def come(door_to: Door, community: str, deliver: Callable[..., Any]) -> Callable[..., Person]:
    """Return the function that registers somebody, gives them roles, and lets them sign in by the page."""

    def register(name: str, *roles: str, **more: str) -> Person:
        browser, resident_id = door_to(), new_id()
        phone = f"137{new_id().replace('-', '').translate(str.maketrans('abcdef', '012345'))[-8:]}"
        body = {"community_code": community, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service", "publish"]}
        assert browser.put(f"/api/v1/residents/{resident_id}", json=body).status_code == 201
        deliver("checkin", ResidentRegistered(
            resident_id=resident_id, community_code=community, name=name, source="self", registered_at=utc_now(),
            phone_tail=phone[-4:], consents=["service", "publish"],
        ))  # fmt: skip
        if roles:
            steward = signed_in(door_to(), "", STEWARD_PHONE)
            steward.api("PUT", f"/residents/{resident_id}/roles", {"roles": list(roles), **more})
        return signed_in(browser, resident_id, phone)

    return register


def signed_in(browser: FlaskClient, resident_id: str, phone: str) -> Person:
    opened = browser.post("/api/v1/sessions", json={"phone": phone, "password": PASSWORD}).get_json()
    someone = Person(browser, resident_id, phone, opened["token"])
    someone.send("/sign-in", {"phone": phone, "password": PASSWORD})
    return someone


@pytest.fixture
def office(come: Callable[..., Person], client_of: Callable[[str], FlaskClient]) -> Person:
    """An organizer; the catalogue is there."""
    from services.checkin.commands.catalogue import seed_catalogue

    client_of("checkin")
    seed_catalogue()
    return come("李建国", "organizer")


@pytest.fixture
def shop(come: Callable[..., Person], door_to: Door) -> Person:
    """Somebody who stands for a partner of the community."""
    steward = signed_in(door_to(), "", STEWARD_PHONE)
    partner_id = new_id()
    steward.api("PUT", f"/partners/{partner_id}", {"name": f"豆香超市{partner_id[-4:]}", "kind": "shop"})
    return come("赵敏", "partner", partner_id=partner_id)


def stall_fields(*stalls: dict[str, Any]) -> dict[str, Any]:
    """Return what a form with these stalls sends, and a blank row after them."""
    rows = [*stalls, {"id": new_id(), "item": "", "title": "", "places": "", "unit": ""}]
    return {f"stalls-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}


def a_day(office: Person, *stalls: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the fields of a convenience day in two days' time."""
    starts_at = (utc_now() + timedelta(days=2)).astimezone(ZoneInfo(ZONE))
    return {
        "id": new_id(), "title": "便民服务日", "item": "environment", "kind": "volunteer", "place": "社区广场", "capacity": "30",
        "leader_id": office.resident_id, "starts_at": f"{starts_at:%Y-%m-%dT%H:%M}",
        "ends_at": f"{starts_at + timedelta(hours=3):%Y-%m-%dT%H:%M}", **stall_fields(*stalls), **more,
    }  # fmt: skip


def stall(item: str, title: str = "", **more: Any) -> dict[str, Any]:
    return {"id": new_id(), "item": item, "title": title, "places": "", "unit": "", **more}


def words_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_a_day_from_the_first_need_to_the_bulletin(office: Person, shop: Person, come: Callable[..., Person]) -> None:
    haircut, errands = stall("haircut", "免费剪发", places="2"), stall("errands", unit="社区工作站")
    fields = a_day(office, haircut, errands)
    page = office.send("/organize/activities/new", fields)
    assert "免费剪发" in page
    day, path = fields["id"], f"/activities/{fields['id']}"
    told = office.api("GET", path)["stalls"]
    assert [(row["title"], row["places"], row["unit"]) for row in told] == [("免费剪发", 2, None), ("代办跑腿", None, "社区工作站")]

    wang = come("王秀英")
    assert "免费剪发" in wang.read(path)
    page = wang.send(f"{path}/stalls/{haircut['id']}/need", {"text": "只剪短一点，电话13912345678"})
    assert "您说过：" in page
    assert "只剪短一点" in page
    assert "1 人有需要" in page
    assert "不要写" in wang.read(f"{path}/stalls/{haircut['id']}/need")
    assert "最多 80" in wang.send(f"{path}/stalls/{haircut['id']}/need", {"text": "长" * 81}, status=422)

    page = shop.read("/partner/")
    assert "还没人认领的摊位" in page
    assert "代办跑腿" not in page
    page = shop.send(f"/partner/stalls/{day}/{haircut['id']}/claim", seen_on="/partner/")
    assert "摊位归您了" in page
    assert "只剪短一点" in page
    assert "13912345678" not in page
    assert "王秀英" not in page
    assert "您的摊位" in shop.read("/partner/")
    listed = shop.browser.get(f"/partner/stalls/{day}/{haircut['id']}/list.pdf")
    assert listed.content_type == "application/pdf"
    assert "13912345678" not in words_of(listed.data)

    helper = come("高志远")
    page = helper.send(f"{path}/sign-up", {"stall_id": haircut["id"]}, seen_on=path)
    assert "1/2 名帮手" in page
    page = helper.send(f"{path}/stall", {"stall_id": errands["id"]}, seen_on=path)
    assert "1 名帮手" in page

    caller = come("宋丽华")
    needs = f"/organize/activities/{day}/stalls/{haircut['id']}/needs"
    assert "宋丽华" in office.read(f"{needs}?q=宋丽华")
    page = office.send(needs, {"resident_id": caller.resident_id, "text": "坐轮椅来"}, seen_on=f"{needs}?q=宋丽华")
    assert "坐轮椅来" in page
    assert "13912345678" in page
    paper = office.browser.get(f"/organize/activities/{day}/stalls.pdf")
    assert paper.content_type == "application/pdf"
    assert "坐轮椅来" in words_of(paper.data)
    assert "宋丽华" not in words_of(paper.data)
    assert "13912345678" not in words_of(paper.data)

    with time_machine.travel(utc_now() + timedelta(days=2, hours=4), tick=True):
        _after_the_day(office, shop, helper, day, haircut["id"])


def _after_the_day(office: Person, shop: Person, helper: Person, day: str, stall_id: str) -> None:
    """Let the helper be moved, checked in and confirmed, the stall be counted, and read the bulletin; browsers begin anew."""
    office, shop = (signed_in(who.browser.application.test_client(), who.resident_id, who.phone) for who in (office, shop))
    stands = f"/organize/activities/{day}/stands"
    page = office.send(stands, {f"stall-{helper.resident_id}": stall_id})
    assert re.search(rf'value="{stall_id}" selected', page)
    shown = office.api("GET", f"/activities/{day}")
    office.api("PUT", f"/check-ins/{new_id()}", {
        "activity_id": day, "resident_id": helper.resident_id, "method": "roll", "arrived_at": shown["starts_at"],
        "left_at": shown["ends_at"],
    })  # fmt: skip
    steward = signed_in(office.browser.application.test_client(), "", STEWARD_PHONE)
    assert "理发" in steward.read(f"/organize/activities/{day}/verification")
    page = steward.send(f"/organize/activities/{day}/verification")
    assert "已确认 1 条记录" in page
    assert "已确认" in steward.read(stands)
    (record,) = steward.api("GET", f"/service-records?activity_id={day}")["items"]
    assert record["item"] == "haircut"

    counts = f"/activities/{day}/stalls/{stall_id}/counts"
    assert "请写明数量和是什么" in shop.send(counts, {"served": "31", "pieces": "3", "pieces_what": ""}, status=422)
    page = shop.send(counts, {"served": "31", "pieces": "4", "pieces_what": "假发"})
    assert "服务 31 人" in page
    assert "服务 31 人" in office.read(f"/organize/activities/{day}/stalls")
    bulletin = steward.read("/community/bulletin")
    assert "服务 31 人" in bulletin
    assert "假发 4" in bulletin
    assert "豆香超市" in bulletin
    register = steward.read("/community/register")
    assert "摊位服务" in register
    assert steward.browser.get("/community/register.pdf").status_code == 200
    assert steward.browser.get("/community/register.xlsx").status_code == 200
    assert steward.browser.get("/community/bulletin.pdf").status_code == 200


def test_what_is_wrong_with_a_stall_is_said_at_its_field_and_nothing_typed_is_lost(office: Person) -> None:
    page = office.send("/organize/activities/new", a_day(office, stall("", "修雨伞"), stall("haircut", "剪发", places="0")), status=422)
    assert 'href="#stalls-0-item"' in page
    assert 'href="#stalls-1-places"' in page
    assert 'value="修雨伞"' in page


def test_stalls_are_changed_with_the_activity_and_a_claimed_one_stays(office: Person, shop: Person) -> None:
    first, second = stall("haircut", "剪发"), stall("errands", "跑腿")
    fields = a_day(office, first, second)
    office.send("/organize/activities/new", fields)
    day = fields["id"]
    shop.send(f"/partner/stalls/{day}/{first['id']}/claim", seen_on="/partner/")
    change = f"/organize/activities/{day}/change"
    assert "豆香超市" in office.read(change)
    gone = {**fields, **stall_fields({**first, "gone": "y"}, second), "revision": "1"}
    assert "先和他们说好" in office.send(change, gone, status=422)
    renamed = {**fields, **stall_fields(first, {**second, "title": "代跑腿"}), "revision": "1"}
    assert "代跑腿" in office.send(change, renamed)
    assert [row["status"] for row in office.api("GET", f"/activities/{day}")["stalls"]] == ["claimed", "open"]
    like = office.read(f"/organize/activities/new?like={day}")
    assert 'value="代跑腿"' in like
    assert first["id"] not in like
    page = office.send(f"/organize/activities/{day}/stalls/{first['id']}/release", seen_on=f"/organize/activities/{day}/stalls")
    assert "这个摊位又可以认领了" in page


def test_a_neighbour_who_leads_a_stall_reads_what_is_needed_there_and_counts_without_any_office(
    office: Person, come: Callable[..., Person]
) -> None:
    neighbour, wang = come("马师傅"), come("王秀英")
    led, other = stall("haircut", "免费剪发"), stall("errands", "跑腿")
    fields = a_day(office, {**led, "leader_id": neighbour.resident_id}, other)
    refused = office.send("/organize/activities/new", fields, status=422)
    assert 'href="#stalls-0-leader_id"' in refused  # only whom the office knows as capable is offered
    day = fields["id"]
    theirs = [{**led, "leader_id": neighbour.resident_id}, other]
    office.api("PUT", f"/activities/{day}", {
        **{name: fields[name] for name in ("title", "item", "kind", "place", "leader_id")}, "capacity": 30,
        "starts_at": f"{fields['starts_at']}:00+08:00", "ends_at": f"{fields['ends_at']}:00+08:00",
        "stalls": [{name: value for name, value in row.items() if value} for row in theirs],
    })  # fmt: skip
    path = f"/activities/{day}"
    wang.send(f"{path}/stalls/{led['id']}/need", {"text": "只剪短一点，电话13912345678"})

    page = neighbour.read("/my")
    assert "您负责那里的一个摊位" in page
    needs = f"{path}/stalls/{led['id']}/needs"
    assert f'href="{needs}"' in neighbour.read(path)
    assert f'href="{needs}"' not in wang.read(path)
    page = neighbour.read(needs)
    assert "只剪短一点" in page
    assert "13912345678" not in page
    assert "王秀英" not in page
    for who, closed in ((neighbour, other), (wang, led)):
        assert who.browser.get(f"{path}/stalls/{closed['id']}/needs").status_code == 403
    assert "负责人：马师傅" in office.read(f"/organize{path}/stalls")
    assert f'<option selected value="{neighbour.resident_id}">马师傅</option>' in office.read(f"/organize{path}/change")

    with time_machine.travel(utc_now() + timedelta(days=2, hours=1), tick=True):
        neighbour = signed_in(neighbour.browser.application.test_client(), neighbour.resident_id, neighbour.phone)
        assert "清点结果" in neighbour.read(needs)
        assert "服务 9 人" in neighbour.send(f"{path}/stalls/{led['id']}/counts", {"served": "9"})


def test_stalls_are_closed_behind_their_names_and_those_with_a_fault_are_open(office: Person) -> None:
    def is_open(page: str) -> list[bool]:
        return [bool(shown) for shown in re.findall(r'<details class="stall"( open)?>', page)]

    blank = is_open(office.read("/organize/activities/new"))
    assert blank == [True, False, False, False]
    fields = a_day(office, stall("haircut", "剪发"), stall("errands", places="0"))
    refused = office.send("/organize/activities/new", fields, status=422)
    assert is_open(refused) == [False, True, False]
    assert "摊位 1 · 剪发" in refused
    office.send("/organize/activities/new", a_day(office, stall("haircut", "剪发"), id=fields["id"]))
    kept = office.read(f"/organize/activities/{fields['id']}/change")
    assert is_open(kept) == [False, False, False]


def test_a_series_keeps_its_stalls_for_every_month(office: Person) -> None:
    day = (utc_now() + timedelta(days=2)).astimezone(ZoneInfo(ZONE)).date()
    fields = {
        "id": new_id(), "title": "每月便民日", "item": "environment", "kind": "volunteer", "place": "广场", "capacity": "30",
        "leader_id": office.resident_id, "first_day": day.isoformat(), "begins": "09:00", "ends": "11:00", "every": "week",
        "days_ahead": "14", **stall_fields(stall("haircut", "剪发", places="2")),
    }  # fmt: skip
    assert "剪发" in office.send("/organize/series/new", fields)
    told = office.api("GET", f"/activities?series_id={fields['id']}")["items"]
    assert len(told) >= 2
    assert all([row["title"] for row in activity["stalls"]] == ["剪发"] for activity in told)
    assert 'value="剪发"' in office.read(f"/organize/series/{fields['id']}/change")
