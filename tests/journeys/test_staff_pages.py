"""What staff, partners and neighbours do besides the main story, by pages and without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, ORGANIZER, PASSWORD, RESIDENT, demo_id
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, id_in, press, reload_until

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
MA, ZHENG, LUO, GAO, SONG, TANG = NEIGHBOURS


def activity_of_now(organizer: Visitor, title: str) -> str:
    """Announce an activity that is on now; return its id."""
    activity_id, now = new_id(), utc_now()
    organizer.put(f"/activities/{activity_id}", {
        "item": "environment", "title": title, "kind": "volunteer", "starts_at": (now - timedelta(hours=2)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(), "place": "院子", "capacity": 20, "leader_id": ORGANIZER.id,
    })  # fmt: skip
    return activity_id


def test_a_whole_roll_is_called_with_one_press(open_page: Open, program: Program) -> None:
    activity_id = activity_of_now(program("organizer"), "点名试验")
    page = open_page("organizer")
    page.goto(f"/organize/activities/{activity_id}/roll")
    page.fill("#q", "gzy")  # pinyin initials
    press(page, "查找")
    page.get_by_label(GAO.name).check()
    press(page, "这些人到了")
    assert "已为 1 人签到" in content(page)
    page.goto(f"/organize/activities/{activity_id}/departures")
    page.get_by_label(GAO.name).check()
    press(page, "这些人走了")
    assert "已登记 1 人离开" in content(page)


def test_a_card_checks_its_owner_in(open_page: Open, program: Program) -> None:
    activity_id = activity_of_now(program("organizer"), "刷卡试验")
    token = program("organizer").get(f"/cards/{SONG.id}")["token"]
    page = open_page("organizer")
    page.goto(f"/k/{token}")
    page.get_by_label("刷卡试验").check()
    press(page, "签到")
    assert f"{SONG.name} 已签到" in content(page)
    page.goto(f"/organize/activities/{activity_id}/departures")
    assert SONG.name in content(page)


def test_a_scanned_code_checks_in_after_one_press(open_page: Open, program: Program) -> None:
    activity_id = activity_of_now(program("organizer"), "扫码试验")
    code = program("organizer").get(f"/activities/{activity_id}/code")["code"]
    page = open_page("resident")
    page.goto(f"/c/{activity_id}/{code}")
    assert not program("organizer").get(f"/activities/{activity_id}/check-ins")["items"]
    press(page, "是的，我到了")
    assert "签到成功" in content(page)


def test_a_wrong_code_is_refused_in_words(open_page: Open, program: Program) -> None:
    activity_id = activity_of_now(program("organizer"), "错码试验")
    page = open_page("resident")
    page.goto(f"/c/{activity_id}/000000")
    press(page, "是的，我到了")
    assert "签到码不对或已过期" in content(page)


def test_signing_up_and_off_takes_a_press_each(open_page: Open) -> None:
    page = open_page("resident")
    page.goto(f"/activities/{demo_id('activity', 'coming-tutoring')}")
    press(page, "报名")
    assert "您已报上名" in content(page)
    press(page, "我来不了")
    assert "报名" in content(page)


def test_an_account_of_the_office_is_taken_up_with_a_code(open_page: Open) -> None:
    phone, office = fresh_phone(), open_page("organizer")
    office.goto(f"/organize/residents/{TANG.id}")
    press(office, "生成激活码")
    assert "请先登记此人的电话" in content(office)
    press(office, "更正信息")
    office.fill("#phone", phone)
    press(office, "保存修改")
    press(office, "生成激活码")
    code = office.locator("#activation-code").inner_text()
    page = open_page()
    page.goto("/activate")
    page.fill("#phone", phone)
    page.fill("#code", code)
    page.fill("#password", PASSWORD)
    press(page, "设置密码")
    assert "账号已启用" in content(page)


def test_a_neighbour_is_put_forward_by_the_link_on_their_card(open_page: Open) -> None:
    page = open_page("resident")
    page.goto(f"/my/nominations/neighbour?candidate={LUO.id}")
    page.select_option("#skill", "escort")
    press(page, "举荐")
    assert "举荐已收到" in content(page)
    page.goto(f"/my/nominations/neighbour?candidate={LUO.id}")
    page.select_option("#skill", "escort")
    press(page, "举荐")
    assert "您已经举荐过此人" in content(page)


def test_a_skill_with_a_licence_asks_for_it(open_page: Open) -> None:
    page = open_page("resident")
    page.goto("/my/nominations/self")
    page.select_option("#skill", "clinic")
    press(page, "举荐")
    assert "这项技能需要资格证，请填写证号" in content(page)
    assert page.locator("#skill").input_value() == "clinic"


def test_a_partner_offers_and_restocks(open_page: Open) -> None:
    page = open_page("partner")
    page.goto("/partner/rewards/new")
    page.fill("#title", "鸡蛋一板")
    page.fill("#price_beans", "30")
    page.fill("#stock", "5")
    press(page, "上架")
    press(page, "鸡蛋一板")
    page.fill("#add_stock", "7")
    press(page, "保存修改")
    assert "还有 12 份" in content(page)
    shelf = open_page()
    shelf.goto("/shelf")
    assert "鸡蛋一板" in content(shelf)


def test_a_slip_of_the_finger_at_the_counter_is_said_so(open_page: Open) -> None:
    page = open_page("partner")
    page.goto("/partner/")
    page.fill("#code", "ABCD2345")
    press(page, "查看")
    assert page.locator("#code").input_value() == "ABCD2345"
    assert page.get_by_role("alert").count() == 1


def test_a_steward_gives_a_role(open_page: Open) -> None:
    page = open_page("steward")
    page.goto(f"/community/roles/{ZHENG.id}")
    page.get_by_label("组织者").check()
    press(page, "保存修改")
    assert "组织者" in content(page)


def test_a_steward_drafts_simulates_changes_and_adopts_rules(open_page: Open, wait_until: Callable[..., Any]) -> None:
    page = open_page("steward")
    page.goto("/community/rules")
    press(page, "起草下一版")
    page.fill("#note", "每小时多两颗")
    page.fill("#beans_per_hour", "12")
    press(page, "保存草案")
    assert "服务一小时的金豆：由 10 改为 12" in page.locator("#changes").inner_text()
    draft = page.url
    press(page, "用上一季度的记录试算")
    reload_until(page, wait_until, "变化最大的人")
    assert "会多发放" in content(page)
    assert page.locator("table a").first.get_attribute("href").startswith("/community/wallets/")  # type: ignore[union-attr]
    page.goto(draft)
    press(page, "修改草案")
    page.fill("#beans_per_hour", "11")
    page.locator("summary").first.click()
    page.fill("#rate-clinic", "二十")
    press(page, "保存草案")
    assert "请填整数" in content(page)
    page.locator("summary").first.click()
    page.fill("#rate-clinic", "20")
    press(page, "保存草案")
    assert "由 10 改为 11" in content(page)
    assert "单独定为 20" in content(page)
    assert "最近一次修改之前" in content(page)
    press(page, "采用……")
    page.fill("#applies_from", (utc_now() + timedelta(days=30)).date().isoformat())
    press(page, "采用")
    assert "新规则已采用" in content(page)
    press(page, "操作记录")
    assert "采用了新版规则" in content(page)
    assert "试算了草案" in content(page)


def test_a_draft_that_two_edit_at_once_keeps_the_first_and_tells_the_second(open_page: Open) -> None:
    first, second = open_page("steward"), open_page("steward")
    first.goto("/community/rules/drafts/new")
    press(first, "保存草案")
    for page in (first, second):
        page.goto(f"/community/rules/drafts/{id_in(first)}/change")
    for page, beans in ((first, "13"), (second, "15")):
        page.fill("#beans_per_hour", beans)
        press(page, "保存草案")
    assert "草案已保存" in content(first)
    assert "别人刚刚修改了这份草案" in content(second)
    assert second.locator("#beans_per_hour").input_value() == "15"


def test_everybody_sees_what_beans_are_worth(open_page: Open, at_the_door: Visitor, wait_until: Callable[..., Any]) -> None:
    wait_until(lambda: at_the_door.get("/communities/DEMO-01/coverage/history")["items"], seconds=45)
    page = open_page()
    page.goto("/shelf")
    press(page, "每日保障率")
    assert "居民手中每 100 颗豆" in content(page)
    assert page.locator("tbody tr").count() >= 1
    assert page.goto("/coverage/chart.svg").headers["content-type"] == "image/svg+xml"  # type: ignore[union-attr]


def test_a_withdrawn_record_takes_its_beans_back(open_page: Open, program: Program, wait_until: Callable[..., Any]) -> None:
    before = program("steward").get(f"/wallets/{MA.id}")["available_beans"]
    record = program("steward").get("/service-records", resident_id=MA.id)["items"][0]
    page = open_page("steward")
    page.goto(f"/community/records/{record['record_id']}/withdraw")
    page.fill("#reason", "居民提出异议，核实无误。")
    press(page, "撤销")
    assert "记录已撤销" in content(page)
    wait_until(lambda: program("steward").get(f"/wallets/{MA.id}")["available_beans"] < before)


def test_an_auditor_sees_everything_and_decides_nothing(open_page: Open) -> None:
    page = open_page("auditor")
    for path in ("/community/records", "/community/engagement", "/community/rules", f"/community/wallets/{RESIDENT.id}"):
        page.goto(path)
        assert page.locator("main form[method=post]").count() == 0
    assert page.goto(f"/community/roles/{RESIDENT.id}").status == 403  # type: ignore[union-attr]


def test_what_was_typed_outlives_the_session(open_page: Open) -> None:
    page = open_page("organizer")
    page.goto("/organize/activities/new")
    page.fill("#title", "不会丢的活动")
    page.select_option("#item", "patrol")
    page.fill("#starts_at", "2027-03-01T09:00")
    page.fill("#ends_at", "2027-03-01T11:00")
    page.fill("#place", "南门")
    page.context.clear_cookies(name="gb_session")
    press(page, "发布")
    page.fill("#phone", ORGANIZER.phone)
    page.fill("#password", PASSWORD)
    press(page, "登录")
    assert "您填写的内容还在" in content(page)
    press(page, "现在提交")
    assert "不会丢的活动" in content(page)
    assert id_in(page)


def test_a_redemption_that_is_cancelled_gives_the_beans_back(
    open_page: Open, program: Program, wait_until: Callable[..., Any]
) -> None:
    before = program("resident").get(f"/wallets/{RESIDENT.id}")["available_beans"]
    page = open_page("resident")
    page.goto(f"/shelf/{demo_id('reward', 'soap')}")
    press(page, "兑换")
    reload_until(page, wait_until, "请在柜台出示")
    press(page, "取消兑换")
    wait_until(lambda: program("resident").get(f"/wallets/{RESIDENT.id}")["available_beans"] == before)
