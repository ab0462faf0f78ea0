"""A partner's day by pages: a price list comes in, a meal voucher is used twice, the month is the ledger's to the last bean."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page
from pymongo import MongoClient

from gateway.demo.door import Visitor
from gateway.demo.people import RESIDENT, demo_id
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.local.platform import Platform
from tests.journeys.people import content, press, reload_until

PRICE_LIST = Path("gateway/demo/data/price-list.csv")
MEALS, HAIRCUT = "社区食堂五餐券", "理发一次"
LUNCH = demo_id("reward", "meal")
FIRST_PAPER_MILLISECONDS = 60_000
"""The first paper of a process loads the renderer and looks at every font of the machine."""

Open = Callable[..., Page]


def test_a_price_list_fills_the_shelf_and_a_second_time_changes_nothing(
    open_page: Open, program: Callable[[str], Visitor]
) -> None:
    page = open_page("partner")
    send_price_list(page)
    assert "请决定这些行（1 行）" in content(page)
    page.get_by_label("不录入").check()
    press(page, "把确定的都上架")
    assert "确定的都已上架" in content(page)
    shelf = {row["title"]: row for row in program("partner").get("/rewards", shelf="all", limit=200)["items"]}
    assert (shelf[MEALS]["kind"], shelf[MEALS]["uses"], shelf[HAIRCUT]["price_beans"]) == ("meal", 5, 35)
    assert "手工香皂" not in shelf
    send_price_list(page)
    press(page, "把确定的都上架")
    again = {row["title"]: row for row in program("partner").get("/rewards", shelf="all", limit=200)["items"]}
    assert {title: row["revision"] for title, row in again.items()} == {title: row["revision"] for title, row in shelf.items()}


def send_price_list(page: Page) -> None:
    """Send the demo's price list."""
    page.goto("/partner/price-lists/new")
    page.set_input_files("#file", PRICE_LIST)
    press(page, "上传")


def test_a_meal_voucher_is_used_twice_and_the_page_said_what_that_means(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    program("partner").put(f"/rewards/{(meals := new_id())}", {
        "title": "两餐券", "price_beans": 2, "stock": 5, "kind": "meal", "uses": 2, "limit_person_month": 1,
        "opening_hours": [{"weekday": "mon", "hours": "11:00–13:00"}],
    })  # fmt: skip
    resident, counter = open_page("resident"), open_page("partner")
    resident.goto(f"/shelf/{meals}")
    for words in ("第一次使用时金豆全部花掉", "星期一 11:00–13:00", "每人 30 天内最多 1 件"):
        assert words in content(resident)
    press(resident, "兑换")
    reload_until(resident, wait_until, "请在柜台出示")
    code = resident.locator("#voucher-code").inner_text()
    for number in (1, 2):
        counter.goto("/partner/")
        counter.fill("#code", code)
        press(counter, "查看")
        press(counter, f"现在交付第 {number} 次")
        assert f"第 {number} 次，共 2 次" in content(counter)
    resident.reload()
    assert "2 / 2 次" in content(resident)
    resident.goto(f"/shelf/{meals}")
    press(resident, "兑换")
    reload_until(resident, wait_until, "您这个月已达到每人限额")


def test_who_stands_in_line_finds_it_set_aside(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    partner = program("partner")
    partner.put(f"/rewards/{(rare := new_id())}", {"title": "限量布袋", "price_beans": 1, "stock": 0})
    resident = open_page("resident")
    resident.goto(f"/shelf/{rare}")
    press(resident, "排队等候")
    assert "您排在第 1 位" in content(resident)
    partner.send("PATCH", f"/rewards/{rare}", {"revision": 1, "add_stock": 1})
    resident.goto("/my")
    assert "限量布袋到货了" in content(resident)
    press(resident, "限量布袋到货了")
    press(resident, "要，现在兑换")
    reload_until(resident, wait_until, "请在柜台出示")
    press(resident, "取消")


def test_a_picture_and_tags(house: Platform, open_page: Open, program: Callable[[str], Visitor]) -> None:
    page = open_page("partner")
    page.goto(f"/partner/rewards/{LUNCH}/photo")
    target = io.BytesIO()
    Image.new("RGB", (1200, 900), (200, 60, 40)).save(target, "PNG")
    page.set_input_files("#file", {"name": "lunch.png", "mimeType": "image/png", "buffer": target.getvalue()})
    press(page, "保存这张图片")
    assert "图片已保存" in content(page)
    page.goto("/shelf")
    assert page.locator("img.photo").first.evaluate("image => image.complete && image.naturalWidth") == 800
    tags = page.request.get("/partner/tags.pdf", timeout=FIRST_PAPER_MILLISECONDS)
    assert (tags.ok, tags.body()[:4]) == (True, b"%PDF")
    photo_id = program("partner").get(f"/rewards/{LUNCH}")["photo_id"]
    answer = requests.get(f"{house.gateway_url}/api/v1/reward-photos/{photo_id}", timeout=10)
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_month_is_what_the_ledger_spent_at_this_partner(
    house: Platform, open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    partner, resident = program("partner"), program("resident")
    resident.put(redemption := f"/redemptions/{new_id()}", {"reward_id": LUNCH, "quantity": 1})
    code = wait_until(lambda: resident.get(redemption).get("voucher_code"))
    partner.put(f"/vouchers/{code}/fulfilment", {"id": new_id()})
    partner_id = partner.get("/me")["partner_id"]
    page = open_page("partner")
    page.goto("/partner/month")
    beans, in_all = int(page.locator("#beans").inner_text()), int(page.locator("#in-all").inner_text())
    assert in_all >= beans > 0
    wait_until(lambda: spent_at(house, partner_id) == in_all)
    assert resident.get(f"/wallets/{RESIDENT.id}")["held_beans"] >= 0
    book = load_workbook(io.BytesIO(page.request.get("/partner/month.xlsx").body()))
    assert [list(sheet.values)[-1][-1] for sheet in book.worksheets] == [beans, beans, beans, in_all]
    assert page.request.get("/partner/month.pdf", timeout=FIRST_PAPER_MILLISECONDS).body()[:4] == b"%PDF"


def test_a_hand_over_that_is_taken_back_holds_the_beans_again_and_the_month_knows(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    partner, resident, fulfilment_id = program("partner"), program("resident"), new_id()
    partner_id, month = partner.get("/me")["partner_id"], local_day(utc_now()).isoformat()[:7]
    settled = partner.get(f"/settlements/{partner_id}?month={month}")["beans"]
    resident.put(redemption := f"/redemptions/{new_id()}", {"reward_id": LUNCH, "quantity": 1})
    code = wait_until(lambda: resident.get(redemption).get("voucher_code"))
    before = resident.get(f"/wallets/{RESIDENT.id}")
    partner.put(f"/vouchers/{code}/fulfilment", {"id": fulfilment_id})
    wait_until(lambda: resident.get(f"/wallets/{RESIDENT.id}")["held_beans"] < before["held_beans"])

    page = open_page("partner")
    page.goto(f"/partner/vouchers/{code}/undo/{fulfilment_id}")
    page.fill("#reason", "拿错了券。")
    page.locator("main form button").first.click()
    wait_until(lambda: resident.get(redemption)["status"] == "ready", seconds=20)

    assert resident.get(f"/wallets/{RESIDENT.id}") == before
    assert partner.get(f"/settlements/{partner_id}?month={month}")["beans"] == settled
    partner.put(f"/vouchers/{code}/fulfilment", {"id": new_id()})
    price = resident.get(redemption)["amount_beans"]
    wait_until(lambda: partner.get(f"/settlements/{partner_id}?month={month}")["beans"] == settled + price)
    counter = partner.get(f"/partners/{partner_id}/month?month={month}")["beans"]
    projects = partner.get(f"/settlements/{partner_id}?month={month}")["lines"]
    assert counter + sum(line["beans"] for line in projects if line["kind"] == "spend") == settled + price


def spent_at(house: Platform, partner_id: str) -> int:
    """Return what the ledger's journal holds in the account of what was redeemed at a partner."""
    with MongoClient(house.environment["GB_MONGODB_URI"]) as client:
        entries = client[f"{house.environment['GB_PREFIX']}_ledger"]["entries"]
        rows = entries.find({"contra": f"redeemed:{partner_id}"}, {"delta": 1})
        return -sum(row["delta"] for row in rows)
