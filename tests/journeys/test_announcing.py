"""How an organizer announces: a draft first, one like another, and what comes again and again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from gateway.demo.door import Visitor
from gateway.demo.people import demo_id
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.journeys.people import content, id_in, press
from tests.journeys.site import monthly

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def test_a_draft_is_the_offices_until_it_is_announced(open_page: Open) -> None:
    office, resident = open_page("organizer"), open_page("resident")
    day = (local_day(utc_now()) + timedelta(days=3)).isoformat()
    office.goto("/organize/activities/new")
    for field, value in {"title": "还没想好", "starts_at": f"{day}T09:00", "ends_at": f"{day}T11:00", "place": "院子"}.items():
        office.fill(f"#{field}", value)
    office.select_option("#item", "environment")
    press(office, "存为草稿")
    assert "已保存，尚未发布" in content(office)
    draft = id_in(office)

    assert resident.goto(f"/activities/{draft}").status == 404
    resident.goto("/activities")
    assert "还没想好" not in content(resident)
    office.goto("/organize/activities")
    expect(office.get_by_role("heading", name="草稿")).to_be_visible()
    office.get_by_role("link", name="还没想好").click()
    press(office, "修改活动")
    office.fill("#title", "楼道清理")
    press(office, "保存修改")
    press(office, "发布")
    assert "活动已发布" in content(office)
    resident.goto(f"/activities/{draft}")
    assert "楼道清理" in content(resident)

    press(office, "不举办了")
    assert "该活动不举办了" in content(office)
    resident.goto("/activities")
    assert "楼道清理" not in content(resident)


def test_one_like_another_is_announced_without_typing(open_page: Open, program: Program) -> None:
    past = demo_id("activity", "meals")
    office = open_page("organizer")
    office.goto(f"/organize/activities/{past}")
    office.get_by_role("link", name="照此再发布一个").click()
    press(office, "发布")
    again, before = (program("organizer").get(f"/activities/{id_}") for id_ in (id_in(office), past))
    assert again["id"] != before["id"]
    assert [again[name] for name in ("title", "item", "kind", "place", "capacity", "leader_id", "status")] == [
        *(before[name] for name in ("title", "item", "kind", "place", "capacity", "leader_id")), "open",
    ]  # fmt: skip
    then, was = (datetime.fromisoformat(row["starts_at"]) for row in (again, before))
    assert utc_now() < then < utc_now() + timedelta(days=7)
    assert (then - was) % timedelta(days=7) == timedelta()


def test_what_comes_every_week_is_announced_by_itself(open_page: Open, program: Program) -> None:
    office, first = open_page("organizer"), local_day(utc_now()) + timedelta(days=2)
    office.goto("/organize/activities/new")
    office.get_by_role("link", name="每月或每周都办").click()
    typed = {"title": "周周义剪", "first_day": first.isoformat(), "begins": "09:00", "ends": "08:00", "place": "广场"}
    for field, value in typed.items():
        office.fill(f"#{field}", value)
    office.select_option("#item", "haircut")
    office.get_by_label("每周同一天").check()
    press(office, "开始")
    assert "结束时间要晚于开始时间" in content(office)
    office.fill("#ends", "11:30")
    press(office, "开始")
    assert "今后每次到时自动发布" in content(office)
    assert "2 小时 30 分钟" in content(office)
    series = id_in(office)
    found = program("resident").get(f"/activities?series_id={series}")["items"]
    assert [local_day(datetime.fromisoformat(row["starts_at"])) for row in found] == [first, first + timedelta(days=7)]

    press(office, "修改今后的活动")
    assert office.input_value("#ends") == "11:30"
    office.fill("#place", "活动室")
    office.select_option("#days_ahead", "30")
    press(office, "保存修改")
    assert "已发布的不变" in content(office)
    places = [row["place"] for row in program("resident").get(f"/activities?series_id={series}")["items"]]
    assert places[:2] == ["广场"] * 2
    assert set(places[2:]) == {"活动室"}
    office.locator("ul.rows a").first.click()
    office.get_by_role("link", name="定期活动").click()
    press(office, "今后不再发布")
    assert "周周义剪" not in office.locator("ul.rows").inner_text()


def test_what_a_program_chose_stays_where_the_page_has_no_word_for_it(open_page: Open, program: Program) -> None:
    program("organizer").put(path := f"/series/{new_id()}", {**monthly(), "days_ahead": 21})
    office = open_page("organizer")
    office.goto(f"/organize{path}/change")
    office.fill("#place", "后院")
    press(office, "保存修改")
    kept = program("organizer").get(path)
    assert (kept["place"], kept["days_ahead"], kept["every"], kept["on"]) == ("后院", 21, "month", 5)
    program("organizer").put(f"{path}/ending", {})
