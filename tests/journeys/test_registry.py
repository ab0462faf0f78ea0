"""The registry by pages: a talent says when they are free and hands in a licence; staff ask who can do it, call, see the licence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, PASSWORD
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, press

NUMBER, NEW_NUMBER = "DG-2026-4711", "DG-2028-0815"


def electrician(at_the_door: Visitor, program: Callable[[str], Visitor], name: str) -> tuple[str, str]:
    """Register and admit somebody whose licence runs out in five days; return id and phone."""
    id_, phone = new_id(), fresh_phone()
    at_the_door.put(f"/residents/{id_}", {
        "community_code": COMMUNITY, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service", "contact"],
        "grid_code": f"{COMMUNITY}-G01", "household": f"金苗苑{name}",
    })  # fmt: skip
    soon = (local_day(utc_now()) + timedelta(days=5)).isoformat()
    body = {"channel": "self", "candidate_id": id_, "statement": "干了三十年电工。",
            "skills": [{"skill": "电工", "licence_no": NUMBER, "licence_expires_on": soon}]}  # fmt: skip
    program(phone).put(nomination := f"/nominations/{new_id()}", body)
    program("steward").put(f"{nomination}/decision", {"decision": "admit", "reason": "证件属实。"})
    return id_, phone


def test_a_talent_says_when_and_staff_find_and_call_them(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    id_, phone = electrician(at_the_door, program, "闵师傅")
    own = open_page(phone)
    own.goto("/my/talent")
    press(own, "填写空闲时间")
    own.locator("input[value=sat-morning]").check()
    own.get_by_label("宁波话").check()
    press(own, "保存")
    assert "星期六 上午" in content(own) and "宁波话" in content(own)

    staff = open_page("organizer")
    staff.goto("/organize/")
    press(staff, "谁能来做？")
    staff.select_option("#skill", "electrics")
    staff.select_option("#weekday", "sat")
    staff.select_option("#part", "morning")
    staff.select_option("#near", f"{COMMUNITY}-G01")
    staff.select_option("#language", "ningbo")
    press(staff, "查找")
    row = staff.locator("ul.rows > li", has_text="闵师傅")
    for reason in ("电路检修", "那时有空", "会说宁波话", "同一网格", "资格证有效期至"):
        assert reason in row.inner_text()

    row.get_by_role("button", name="打电话").click()
    assert phone in content(staff)
    assert "近30天问过1次" in content(staff)
    assert program("steward").get(f"/talents/{id_}")["asked_lately"] == 1
    staff.reload()
    assert "近30天问过1次" in content(staff)  # looking again asks nobody


def test_nobody_is_called_who_has_not_agreed(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    id_, phone = electrician(at_the_door, program, "静师傅")
    program(phone).put("/me/consents", {"consents": ["service"]})

    staff = open_page("organizer")
    staff.goto(f"/community/talents/{id_}")
    press(staff, "打电话")

    assert phone[-4:] not in content(staff)
    assert staff.locator(".note-stop").inner_text().strip() != ""
    assert program("steward").get(f"/talents/{id_}")["asked_lately"] == 0


def test_a_licence_that_runs_out_is_handed_in_anew_and_seen_by_the_office(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    id_, phone = electrician(at_the_door, program, "续师傅")
    own = open_page(phone)
    own.goto("/my/reminders")
    assert "您的资格证还有5天到期" in content(own)
    press(own, "提交新资格证")
    own.fill("#licence_no", NEW_NUMBER)
    own.fill("#licence_expires_on", (local_day(utc_now()) + timedelta(days=700)).isoformat())
    press(own, "提交")
    assert "已提交，还没看" in content(own)
    assert program("steward").get(f"/talents/{id_}")["skills"][0]["licence_no"] == NUMBER  # not good yet

    staff = open_page("steward")
    staff.goto("/community/licences")
    staff.locator("ul.rows > li", has_text="续师傅").get_by_role("link", name="查看新证").click()
    assert NEW_NUMBER in content(staff)
    press(staff, "保存")  # nothing chosen yet
    assert staff.locator(".summary").is_visible()
    staff.get_by_label("我看过原件，内容一致").check()
    press(staff, "保存")
    assert staff.locator("ul.rows > li", has_text="续师傅").count() == 0

    own.goto("/my/talent")
    assert NEW_NUMBER in content(own) and "社区于" in content(own)
    own.goto("/my/reminders")
    assert "到期" not in content(own)


def test_one_page_tells_what_is_known_of_a_talent(open_page: Callable[..., Page], program: Callable[[str], Visitor]) -> None:
    from gateway.demo.people import RESIDENT

    pages: dict[str, Any] = {"steward": f"/community/talents/{RESIDENT.id}", "resident": "/my/talent"}
    for who, path in pages.items():
        page = open_page(who)
        page.goto(path)
        told = content(page)
        for word in ("理发", "普通话", "按月服务", "入库情况", "组织推荐", "同意事项"):
            assert word in told, (who, word)


def test_the_copy_of_ones_data_has_the_entry_of_the_registry(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    id_, phone = electrician(at_the_door, program, "副本师傅")
    program(phone).put(f"/talents/{id_}/availability", {"free_times": ["sun-evening"], "languages": ["sign"]})

    copy = open_page(phone).context.request.get("/my/data/copy").json()["talent"]

    assert (copy["availability"]["free_times"], copy["availability"]["languages"]) == (["sun-evening"], ["sign"])
    assert copy["skills"][0]["licence_no"] == NUMBER
