"""Units in a browser: one introduces itself, takes a deed on, reports it, is sent back, confirmed, rated by who asked, rates, answers."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from gateway.demo.door import Visitor
from gateway.demo.people import RESIDENT
from shared.clock import local_day, utc_now
from tests.journeys.people import content, id_in, press
from tests.journeys.site import SHOP

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
TITLE = "换三号楼的灯泡"


def test_a_unit_introduces_itself_once_and_the_office_finds_it(open_page: Open) -> None:
    shop, office = open_page("partner"), open_page("organizer")
    shop.goto("/partner/unit/introduction")
    shop.fill("#contact_phone", "请打前台")
    press(shop, "告诉社区")
    expect(shop.locator("#summary")).to_contain_text("请填写电话号码")
    shop.fill("#contact_phone", "0574-8812 3456")
    shop.fill("#gives_people", "8")
    shop.get_by_label("理发").check()
    press(shop, "告诉社区")
    assert "0574-8812 3456" in content(shop)
    office.goto("/organize/units")
    office.select_option("#gives", label="理发")
    press(office, "显示")
    office.get_by_role("link", name="豆香便民超市").click()
    assert "0574-8812 3456" in content(office)
    resident = open_page("resident")
    assert resident.context.request.get(f"/organize/units/{SHOP}").status == 403


def test_a_deed_from_the_list_to_both_ratings_and_the_years_statement(open_page: Open) -> None:
    office, shop, resident = open_page("organizer"), open_page("partner"), open_page("resident")
    deed = _publish(office)
    _take_on_and_report(shop)
    _send_back_and_confirm(office, shop, deed)
    _rate_both_ways(office, shop, resident, deed)
    _read_the_year(office, shop)


def _publish(office: Page) -> str:
    office.goto("/organize/deeds/new")
    office.fill("#title", TITLE)
    office.select_option("#item", "repair")
    office.fill("#text", "三盏，电话 13912345678")
    office.fill("#wanted_by", (local_day(utc_now()) + timedelta(days=3)).isoformat())
    office.get_by_label("居民需要").check()
    press(office, "列入清单")
    expect(office.locator("#summary")).to_contain_text("请写是谁需要")
    office.fill("#asked_by", RESIDENT.name)
    press(office, "列入清单")
    assert "已列入清单" in content(office)
    return id_in(office)


def _take_on_and_report(shop: Page) -> None:
    shop.goto("/partner/deeds")
    shop.locator("ul.rows > li", has_text=TITLE).get_by_role("button", name="我们来认领").click()
    assert "归你们了" in content(shop)
    assert RESIDENT.name not in content(shop)
    assert "13912345678" not in content(shop)
    press(shop, "办好了")
    shop.wait_for_url("**/report")
    shop.fill("#text", "换了两盏")
    press(shop, "报告办好")
    expect(shop.locator("#summary")).to_contain_text("多少人出力")
    assert shop.input_value("#text") == "换了两盏"
    shop.fill("#people", "2")
    press(shop, "报告办好")
    assert "社区看过后会确认" in content(shop)


def _send_back_and_confirm(office: Page, shop: Page, deed: str) -> None:
    office.goto("/organize/deeds")
    office.get_by_role("link", name=TITLE).click()
    office.wait_for_url(f"**/organize/deeds/{deed}")
    press(office, "退回")
    office.wait_for_url("**/return")
    office.fill("#reason", "三楼那盏还没换")
    press(office, "退回")
    shop.goto(f"/partner/deeds/{deed}")
    assert "三楼那盏还没换" in content(shop)
    press(shop, "办好了")
    shop.wait_for_url("**/report")
    shop.fill("#text", "三盏都换了")
    shop.fill("#people", "2")
    press(shop, "报告办好")
    office.goto(f"/organize/deeds/{deed}")
    press(office, "确认办好了")
    assert "现在双方可以互评" in content(office)


def _rate_both_ways(office: Page, shop: Page, resident: Page, deed: str) -> None:
    assert "由提出的人在自己的页面上评价单位" in content(office)
    resident.goto("/my/deeds")
    resident.get_by_role("link", name=f"评一评 {TITLE}").click()
    resident.wait_for_url("**/rating")
    press(resident, "保存")
    expect(resident.locator("#summary")).to_be_visible()
    resident.get_by_label("4 · 好").check()
    resident.fill("#words", "亮堂多了")
    press(resident, "保存")
    assert "亮堂多了" in content(resident)
    shop.goto(f"/partner/deeds/{deed}")
    assert "亮堂多了" in content(shop)
    press(shop, "评社区的支持")
    shop.wait_for_url("**/rating")
    shop.get_by_label("5 · 很好").check()
    shop.fill("#words", "梯子备好了")
    press(shop, "保存")
    press(shop, "回应评价")
    shop.wait_for_url("**/answer")
    shop.fill("#words", "有事再叫我们")
    press(shop, "保存")
    office.goto(f"/organize/deeds/{deed}")
    for said in ("亮堂多了", "梯子备好了", "有事再叫我们"):
        assert said in content(office)


def _read_the_year(office: Page, shop: Page) -> None:
    shop.goto("/partner/year")
    assert TITLE in content(shop)
    for page, path in ((shop, "/partner/year.pdf"), (office, f"/organize/units/{SHOP}/year.pdf")):
        paper = page.context.request.get(path, timeout=60_000)
        assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
    office.goto(f"/organize/units/{SHOP}/year")
    assert "梯子备好了" in content(office)
