"""A call, its poster, and offers of people without an account: from the code on the wall to the registry."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, demo_id
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, id_in, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
SONG = NEIGHBOURS[4]
TAPS_MAX = 8


class Thumb:
    """Uses a page as one does on a phone, and counts: each field that is filled in, and each thing tapped."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def fill(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.taps += 1

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).check()
        self.taps += 1

    def press(self, words: str) -> None:
        press(self.page, words)
        self.taps += 1


def called(organizer: Visitor, title: str) -> str:
    """Call for people who mend and cut hair; return the call's id."""
    call_id = new_id()
    until = (local_day(utc_now()) + timedelta(days=9)).isoformat()
    organizer.put(f"/calls/{call_id}", {"title": title, "purpose": "便民日用。", "skills": ["haircut", "errands"], "open_until": until})
    return call_id


def test_a_skill_is_offered_without_an_account_in_eight_taps_and_taken_back(open_page: Open, program: Program) -> None:
    call_id = called(program("organizer"), "会剪头发的邻居")
    page = open_page()
    page.goto(f"/calls/{call_id}")  # the code on the poster leads here
    thumb = Thumb(page)

    thumb.press("我会，我要自荐")
    thumb.fill("#name", "陈美华")
    thumb.fill("#phone", fresh_phone())
    thumb.tick("理发")
    thumb.tick("我同意社区保存以上信息、就此事联系我，并把我登记为居民。")
    thumb.press("提交自荐")

    assert thumb.taps <= TAPS_MAX
    assert "社区已收到您的自荐" in content(page)
    assert "陈美华" not in content(page)
    press(page, "撤回")
    assert "您填写的内容已删除" in content(page)


@pytest.mark.parametrize(
    ("missing", "words"), [("#name", "请填写"), ("#phone", "请留下电话"), ("tick", "请选择技能"), ("agree", "无法保存")]
)
def test_what_is_missing_is_said_and_nothing_is_lost(open_page: Open, program: Program, missing: str, words: str) -> None:
    call_id = called(program("organizer"), "会跑腿的邻居")
    page = open_page()
    page.goto(f"/calls/{call_id}/offer")
    for selector, text in {"#name": "陈美华", "#phone": "13912345678"}.items():
        page.fill(selector, "" if selector == missing else text)
    for key, label in {"tick": "理发", "agree": "我同意社区保存以上信息"}.items():
        page.get_by_label(label).set_checked(key != missing)
    press(page, "提交自荐")

    assert words in content(page)
    assert page.input_value("#name") == ("" if missing == "#name" else "陈美华")
    assert page.input_value("#phone") == ("" if missing == "#phone" else "13912345678")


def test_the_poster_is_one_page_in_large_letters(open_page: Open, program: Program) -> None:
    page = open_page("organizer")
    page.goto("/organize/calls/new")
    page.fill("#title", "会拉二胡的邻居，请您来教孩子们")
    page.fill("#purpose", "周末在党群服务中心，每次一小时。\n不收费，有金豆。")
    page.get_by_label("文体教学").check()
    page.fill("#open_until", (local_day(utc_now()) + timedelta(days=20)).isoformat())
    press(page, "发布")
    assert "招募令已发布" in content(page)

    answer = page.context.request.get(f"/organize/calls/{id_in(page)}/poster.pdf", timeout=60_000)

    paper = pypdfium2.PdfDocument(io.BytesIO(answer.body()))
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_bounded()
    assert all(words in text for words in ("会拉二胡的邻居", "文体教学", f"/calls/{id_in(page)}"))


def test_the_office_helps_and_registers_who_is_not_known_without_typing_anything_twice(open_page: Open, program: Program) -> None:
    phone = fresh_phone()
    page = open_page("organizer")
    page.goto(f"/calls/{called(program('organizer'), '会剪头发的邻居')}/offer")
    page.fill("#name", "冯秀珍")
    page.fill("#phone", phone)
    page.get_by_label("理发").check()
    page.get_by_label("本人同意社区保存以上信息").check()
    press(page, "提交自荐")
    assert "没有登记过这个电话或姓名的居民" in content(page)
    assert (page.input_value("#name"), page.input_value("#phone")) == ("冯秀珍", phone)

    press(page, "登记并受理自荐")

    assert "已受理为自荐" in content(page)
    offer = program("steward").get(f"/offers/{id_in(page)}")
    assert (offer["name"], offer["phone"]) == (None, None)
    nomination = program("steward").get(f"/nominations/{offer['nomination_id']}")
    assert (nomination["channel"], nomination["candidate_name"], nomination["status"]) == ("self", "冯秀珍", "decidable")


def test_a_phone_that_is_known_is_suggested_and_the_state_tells_the_decision(open_page: Open, program: Program) -> None:
    phone = fresh_phone()
    program("steward").send("PATCH", f"/residents/{SONG.id}", {"phone": phone})
    visitor = open_page()
    visitor.goto("/offer")
    visitor.fill("#name", "老宋")
    visitor.fill("#phone", phone)
    visitor.select_option("#other", "errands")
    visitor.get_by_label("我同意社区保存以上信息").check()
    press(visitor, "提交自荐")
    reference = visitor.url.partition("/offers/")[2].partition("?")[0]
    page = open_page("second organizer")
    page.goto("/organize/offers")
    press(page, "老宋")
    assert "电话相同" in content(page)

    press(page, "就是这位")
    press(page, "查看举荐")

    assert SONG.name in content(page)
    program("steward").put(f"/nominations/{id_in(page)}/decision", {"decision": "admit", "reason": "属实"})
    visitor.goto("/offers")
    visitor.fill("#reference", f"{reference[:4].lower()} {reference[4:]}")
    press(visitor, "查看")
    assert "已入库" in content(visitor)


def test_an_offer_that_becomes_nothing_is_set_aside(open_page: Open, at_the_door: Visitor, program: Program) -> None:
    offer_id = new_id()
    at_the_door.put(f"/offers/{offer_id}", {"community_code": "DEMO-01", "name": "某某", "phone": fresh_phone(), "skills": ["haircut"],
                                            "consents": ["service"]})  # fmt: skip
    page = open_page("organizer")
    page.goto(f"/organize/offers/{offer_id}")
    press(page, "不再办理")
    assert "请选择" in content(page)
    page.get_by_label("联系不上本人").check()
    press(page, "不再办理")
    assert "个人信息已删除" in content(page)


def test_a_closed_call_says_so_and_takes_nothing(open_page: Open, program: Program) -> None:
    call_id = called(program("organizer"), "早就有人了")
    page = open_page("organizer")
    page.goto(f"/organize/calls/{call_id}")
    press(page, "结束招募")
    assert "招募已结束" in content(page)
    visitor = open_page()
    visitor.goto(f"/calls/{call_id}/offer")
    assert "这份招募令已结束" in content(visitor)


def test_the_demo_has_a_call_that_somebody_answered(program: Program) -> None:
    shown: Any = program("organizer").get(f"/calls/{demo_id('call', 'menders')}")
    assert (shown["status"], shown["offers"] >= 1) == ("open", True)
