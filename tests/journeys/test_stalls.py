"""A convenience day in a browser: a need before, a stall claimed, helpers at stalls, hours with its item, counts in the bulletin."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from gateway.demo.door import Visitor
from gateway.demo.people import RESIDENT
from shared.clock import ZONE, local_day, utc_now
from tests.journeys.people import content, id_in, press
from tests.journeys.site import GAO

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
TITLE = "试试便民服务日"


def test_from_a_need_to_the_bulletin(open_page: Open, program: Program) -> None:
    office, resident, shop = open_page("organizer"), open_page("resident"), open_page("partner")
    day = announced(office)
    _need_and_claim(resident, shop, day)
    _the_leader_reads(program("organizer"), resident, day)
    _helpers_at_stalls(office, resident, day)
    _let_it_be_over(program("organizer"), day)
    _come_and_be_confirmed(office, open_page("second organizer"), program("organizer"), day)
    _count_and_tell(shop, open_page("steward"), day)


def announced(office: Page) -> str:
    """Announce a day with two stalls by the page; return its id."""
    on = (local_day(utc_now()) + timedelta(days=1)).isoformat()
    office.goto("/organize/activities/new")
    typed = {"title": TITLE, "starts_at": f"{on}T09:00", "ends_at": f"{on}T11:00", "place": "广场"}
    for field, value in typed.items():
        office.fill(f"#{field}", value)
    office.select_option("#item", "environment")
    office.get_by_text("多个摊位（如便民服务日）").click()
    for at, item, title in ((0, "haircut", "免费剪发"), (1, "errands", "磨剪刀")):
        if at:
            office.get_by_text(f"摊位 {at + 1}").first.click()
        office.select_option(f"#stalls-{at}-item", item)
        office.fill(f"#stalls-{at}-title", title)
    office.select_option("#stalls-0-leader_id", label=RESIDENT.name)
    press(office, "发布")
    assert "活动已发布" in content(office)
    assert "免费剪发、磨剪刀" in content(office)
    return id_in(office)


def _need_and_claim(resident: Page, shop: Page, day: str) -> None:
    resident.goto(f"/activities/{day}")
    resident.get_by_role("link", name="我有需要 磨剪刀").click()
    resident.fill("#text", "两把剪刀，电话 13800000001")
    press(resident, "告诉他们")
    assert "已记下" in content(resident)
    assert "您说过：" in content(resident)

    shop.goto("/partner/")
    stall = shop.locator("ul.rows li", has_text=TITLE).filter(has_text="磨剪刀")
    stall.get_by_role("button", name="我们来认领").click()
    assert "摊位归您了" in content(shop)
    assert "两把剪刀" in content(shop)
    assert "13800000001" not in content(shop)
    assert RESIDENT.name not in content(shop)
    shop.goto("/partner/")
    expect(shop.get_by_role("heading", name="您的摊位")).to_be_visible()


def _the_leader_reads(organizer: Visitor, resident: Page, day: str) -> None:
    """Let the resident, who holds no office, find what somebody needs at the stall that they lead."""
    led = next(stall for stall in organizer.get(f"/activities/{day}")["stalls"] if stall["title"] == "免费剪发")
    organizer.put(f"/activities/{day}/stalls/{led['id']}/needs/{GAO.id}", {"text": "只剪短一点"})
    resident.goto("/my/reminders")
    resident.locator("main .note", has_text=TITLE).get_by_role("link").click()
    expect(resident.get_by_text("由您负责")).to_have_count(1)
    resident.get_by_role("link", name="居民的需要 免费剪发").click()
    assert "只剪短一点" in content(resident)
    assert GAO.name not in content(resident)
    other = next(stall for stall in organizer.get(f"/activities/{day}")["stalls"] if stall["title"] == "磨剪刀")
    assert resident.context.request.get(f"/activities/{day}/stalls/{other['id']}/needs").status == 403


def _helpers_at_stalls(office: Page, resident: Page, day: str) -> None:
    resident.goto(f"/activities/{day}")
    resident.select_option("#stall_id", label="免费剪发")
    press(resident, "报名帮忙")
    assert "您已报上名" in content(resident)
    office.goto(f"/organize/activities/{day}/places?q={GAO.name}")
    press(office, "报名")
    office.goto(f"/organize/activities/{day}/stands")
    office.get_by_label(GAO.name).select_option(label="磨剪刀")
    press(office, "保存")
    assert "谁在哪个摊位，已记下" in content(office)
    office.goto(f"/organize/activities/{day}/stalls")
    assert content(office).count("1 名帮手") == 2
    paper = office.context.request.get(f"/organize/activities/{day}/stalls.pdf", timeout=60_000)
    assert paper.headers["content-type"] == "application/pdf"


def _let_it_be_over(organizer: Visitor, day: str) -> None:
    """Move the day to the last hours: what is claimed and chosen stays."""
    now = utc_now()
    times = {"starts_at": (now - timedelta(hours=3)).isoformat(), "ends_at": (now - timedelta(hours=1)).isoformat()}
    organizer.send("PATCH", f"/activities/{day}", {"revision": 1, **times})


def _come_and_be_confirmed(office: Page, reviewer: Page, organizer: Visitor, day: str) -> None:
    office.goto(f"/organize/activities/{day}/typed")
    press(office, "为到场的人签到")
    office.goto(f"/organize/activities/{day}/departures")
    for box in office.locator("main input[type=checkbox]").all():
        box.check()
    office.fill("#left_at", _local(organizer.get(f"/activities/{day}")["ends_at"]))
    press(office, "这些人走了")
    reviewer.goto(f"/organize/activities/{day}/verification")
    for doubtful in reviewer.get_by_label("我看过了，一并确认").all():  # whoever was elsewhere today, in another journey
        doubtful.check()
    press(reviewer, "确认所有已签退的人")
    assert "已确认 2 条记录" in content(reviewer)
    records: list[dict[str, Any]] = organizer.get("/service-records", activity_id=day)["items"]
    assert {row["resident_id"]: row["item"] for row in records} == {RESIDENT.id: "haircut", GAO.id: "errands"}
    reviewer.goto(f"/organize/activities/{day}/stands")
    assert reviewer.locator("main select").count() == 0


def _count_and_tell(shop: Page, steward: Page, day: str) -> None:
    shop.goto("/partner/")
    shop.locator("ul.rows li", has_text=TITLE).filter(has_text="磨剪刀").get_by_role("link").click()
    press(shop, "清点结果")
    shop.fill("#served", "17")
    shop.fill("#pieces", "20")
    shop.fill("#pieces_what", "磨好的刀剪")
    press(shop, "保存")
    assert "服务 17 人" in content(shop)
    steward.goto("/community/bulletin")
    line = steward.locator("ul.rows li", has_text=TITLE)
    expect(line).to_contain_text("服务 17 人")
    expect(line).to_contain_text("磨好的刀剪 20")
    steward.goto("/community/register")
    assert "摊位服务" in content(steward)


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"
