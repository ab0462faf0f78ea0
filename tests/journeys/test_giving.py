"""Giving to a neighbour and paying for something together, by pages and without JavaScript; a statement that proves itself."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, ORGANIZER, RESIDENT
from shared.clock import local_day, utc_now
from shared.merkle import flaws_of
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
NEIGHBOUR = NEIGHBOURS[1]


def free_beans(program: Program) -> int:
    return int(program("resident").get(f"/wallets/{RESIDENT.id}")["available_beans"])


def test_a_neighbour_is_given_beans_by_the_link_on_their_card(open_page: Open, program: Program) -> None:
    before, page = free_beans(program), open_page("resident")
    page.goto(f"/my/give?to={NEIGHBOUR.id}")
    page.fill("#beans", "2")
    press(page, "赠送")

    assert "2 颗金豆已到邻居账上" in content(page)
    assert "赠出" in content(page)
    assert free_beans(program) == before - 2


def test_a_gift_that_may_not_be_is_explained_at_its_field(open_page: Open, program: Program) -> None:
    before, page = free_beans(program), open_page("resident")
    page.goto("/my/give")
    page.fill("#neighbour", ORGANIZER.id)
    page.fill("#beans", "2")
    press(page, "赠送")
    assert "社区工作人员不接受居民赠豆" in content(page)
    assert page.input_value("#beans") == "2"

    page.fill("#neighbour", "王阿姨")
    press(page, "赠送")
    assert "居民编号" in content(page)
    assert free_beans(program) == before


def test_a_project_goes_from_its_opening_to_its_report(open_page: Open) -> None:
    steward, resident = open_page("steward"), open_page("resident")
    steward.goto("/projects")
    press(steward, "发起项目")
    steward.fill("#title", "楼道灯")
    steward.fill("#purpose", "三单元换声控灯，老人上下楼看得清。")
    steward.fill("#target_beans", "3")
    steward.fill("#open_until", (local_day(utc_now()) + timedelta(days=20)).isoformat())
    press(steward, "发起这个项目")
    assert "认捐中" in content(steward)
    address = steward.url

    resident.goto("/my/give/fund")
    resident.fill("#beans", "1")
    press(resident, "赠送")
    assert "已存入社区基金" in content(resident)
    resident.goto(address)
    press(resident, "认捐金豆")
    resident.fill("#beans", "9")
    press(resident, "认捐")
    assert "Only" not in content(resident) and resident.input_value("#beans") == "9"
    resident.fill("#beans", "2")
    press(resident, "认捐")
    assert "已认捐 2 颗" in content(resident)

    steward.goto(f"{address}/from-fund")
    steward.fill("#beans", "1")
    press(steward, "由基金出豆")
    assert "已达目标" in content(steward)
    press(steward, "记一笔支出")
    steward.fill("#what", "声控灯")
    steward.fill("#beans", "2")
    steward.select_option("#partner_id", index=1)
    steward.fill("#receipt_no", "11-22")
    press(steward, "记下")
    assert "声控灯" in content(steward)
    press(steward, "结束项目")
    steward.fill("#report", "灯换好了。")
    press(steward, "结束项目")

    nobody = open_page()
    nobody.goto(address)
    shown = content(nobody)
    assert all(words in shown for words in ("已完成", "灯换好了", "声控灯", "票据 11-22"))


def test_a_statement_is_saved_and_checked_by_a_stranger(open_page: Open, tmp_path: Path) -> None:
    resident, nobody = open_page("resident"), open_page()
    resident.goto("/my/statement")
    with resident.expect_download() as saved:
        press(resident, "保存流水单")
    file = tmp_path / "statement.json"
    saved.value.save_as(file)
    statement = json.loads(file.read_text())
    assert statement["resident_id"] == RESIDENT.id
    assert statement["unsealed"] and flaws_of(statement) == []

    nobody.goto("/check")
    nobody.set_input_files("#file", file)
    press(nobody, "核对")
    assert f"全部 {len(statement['lines'])} 笔都与封存时完全一致" in content(nobody)

    file.write_text("{}")
    nobody.set_input_files("#file", file)
    press(nobody, "核对")
    assert "这不是本平台出具的流水单" in content(nobody)
