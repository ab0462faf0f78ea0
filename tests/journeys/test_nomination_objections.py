"""Objecting to who stands in public notice, and to one's own refusal, by pages and without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from shared.ids import new_id
from tests.journeys.people import content, press
from tests.journeys.site import put_forward

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def test_a_neighbour_objects_to_a_notice_and_nobody_is_admitted_before_it_is_decided(open_page: Open, program: Program) -> None:
    nomination = put_forward(program("steward"), program("organizer"))
    page = open_page("resident")
    page.goto(f"/notices/{nomination}/objection")
    assert "秦**" in content(page) and "秦守礼" not in content(page)
    press(page, "提交异议")
    assert "请填写" in content(page)
    page.fill("#reason", "他三月没有当选。")
    press(page, "提交异议")
    page.wait_for_url("**/my/objections")
    assert "他三月没有当选。" in content(page)

    steward = open_page("steward")
    steward.goto(f"/community/nominations/{nomination}")
    assert "请先处理异议" in content(steward)
    steward.goto("/community/nomination-objections")
    press(steward, "他三月没有当选。")
    steward.wait_for_url("**/nomination-objections/*-*")
    assert "周玉兰" in content(steward)
    steward.get_by_label("成立：不予入库").check()
    steward.fill("#reason", "查了记录，确实没有当选。")
    press(steward, "作出决定")

    assert program("steward").get(f"/nominations/{nomination}")["status"] == "refused"
    page.goto("/my/objections")
    assert "查了记录，确实没有当选。" in content(page)


def test_who_was_not_admitted_is_told_why_and_objects_and_another_steward_decides(open_page: Open, program: Program) -> None:
    elder = program("elder")
    nomination, elder_id = new_id(), elder.get("/me")["resident_id"]
    said = {"channel": "self", "candidate_id": elder_id, "skills": [{"skill": "tutoring"}], "statement": "教过书"}
    elder.put(f"/nominations/{nomination}", said)
    program("steward").put(f"/nominations/{nomination}/decision", {"decision": "refuse", "reason": "先了解一下再说。"})

    page = open_page("elder")
    page.goto("/my/reminders")
    assert "先了解一下再说。" in content(page)
    press(page, "我对这个决定有异议")
    page.fill("#reason", "我教了三十年书。")
    press(page, "提交异议")
    page.wait_for_url("**/my/objections")

    steward = open_page("steward")
    steward.goto("/community/nomination-objections")
    press(steward, "我教了三十年书。")
    steward.wait_for_url("**/nomination-objections/*-*")
    assert "请由另一位管理员处理" in content(steward)
    objection = program("elder").get("/nomination-objections")["items"][0]["id"]
    elder.send("DELETE", f"/nomination-objections/{objection}", None)
