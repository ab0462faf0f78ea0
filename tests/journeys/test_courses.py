"""A course by pages: opened by the steward, attended by checking in, and only then may one serve what it is required for."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, PASSWORD
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, id_in, press, reload_until


def resident(at_the_door: Visitor, name: str) -> tuple[str, str]:
    """Register somebody; return id and phone."""
    id_, phone = new_id(), fresh_phone()
    at_the_door.put(f"/residents/{id_}", {
        "community_code": COMMUNITY, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"],
        "grid_code": f"{COMMUNITY}-G01", "household": f"金苗苑{name}",
    })  # fmt: skip
    return id_, phone


def test_a_course_from_opening_to_the_first_service(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor], wait_until: Callable[..., object]
) -> None:
    who, phone = resident(at_the_door, "学陪诊")
    organizer, reviewer = program("organizer"), program("second organizer")

    start, own_id = utc_now() + timedelta(days=3), organizer.get("/me")["resident_id"]
    organizer.put(service := f"/activities/{new_id()}", {
        "item": "escort", "title": "陪老人看病", "kind": "volunteer", "place": "社区医院", "capacity": 9, "leader_id": own_id,
        "starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat(),
    })  # fmt: skip

    steward = open_page("steward")
    steward.goto("/community/courses/new")
    press(steward, "开设课程")
    assert steward.locator(".summary").is_visible()  # nothing is filled in
    steward.fill("#title", "陪诊入门")
    steward.fill("#given_by", "司法所")
    steward.fill("#sessions_needed", "1")
    steward.locator("input[name=required_for][value=escort]").check()
    press(steward, "开设课程")
    steward.wait_for_url("**/community/courses/*-*")
    course_id = id_in(steward)

    own = open_page(phone)
    own.goto(service)
    reload_until(own, wait_until, "须先结业的课程")
    press(own, "报名")
    assert "这项服务须先完成课程：陪诊入门" in content(own)

    form = open_page("organizer")
    form.goto("/organize/activities/new")
    form.fill("#title", "再陪老人看病")
    form.select_option("#item", "escort")
    for field, hours in (("#starts_at", 80), ("#ends_at", 82)):
        form.fill(field, (utc_now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M"))
    form.fill("#place", "社区医院")
    press(form, "发布")
    assert "带队人须先完成课程：陪诊入门" in form.locator(".summary").inner_text()

    form.goto(f"/organize/activities/new?course={course_id}")
    form.fill("#title", "怎么陪诊")
    form.select_option("#item", "policy-talk")
    for field, hours in (("#starts_at", 6), ("#ends_at", 10)):  # it is eight hours later there
        form.fill(field, (utc_now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M"))
    form.fill("#place", "党群服务中心")
    press(form, "发布")
    form.wait_for_url("**/organize/activities/*-*")
    session_id = id_in(form)
    assert "陪诊入门" in content(form)
    body = {"resident_id": who, "activity_id": session_id, "method": "roll", "left_at": utc_now().isoformat(),
            "arrived_at": (utc_now() - timedelta(hours=1)).isoformat()}  # fmt: skip
    organizer.put(f"/check-ins/{new_id()}", body)
    own.goto("/my/training")
    press(own, "陪诊入门")
    own.wait_for_url(f"**/{course_id}")
    assert "已参加0次，共需1次" in content(own) and "怎么陪诊" in content(own)

    reviewer.put(f"/activities/{session_id}/verification", {"exceptions": []})
    own.goto("/my/training")
    reload_until(own, wait_until, "结业")
    assert "司法所" in content(own) and "1 小时" in content(own)
    own.goto("/my/volunteer-file")
    assert "陪诊入门" in content(own)
    copy = own.context.request.get("/my/data/copy").json()
    assert [row["title"] for row in copy["trainings"]] == ["陪诊入门"]
    own.goto(service)
    press(own, "报名")
    assert "您已报上名" in content(own)

    steward.goto(f"/community/courses/{course_id}")
    assert "学陪诊" in content(steward) and "结业" in content(steward)
    press(steward, "结束课程")
    assert "这门课程已结束" in content(steward)
