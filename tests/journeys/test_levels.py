"""Levels by pages: a mentor who is agreed by both and logs a day, which counts; and the steward, who decides with a reason."""

from collections.abc import Callable

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from shared.ids import new_id
from tests.journeys.people import content, press
from tests.journeys.test_teams import talent


def test_a_mentor_is_found_and_their_days_count(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    (mentor_id, mentor_phone), (mentee_id, mentee_phone) = (talent(at_the_door, program, name) for name in ("褚师傅", "卫徒弟"))
    steward = open_page("steward")
    steward.goto(f"/community/talents/{mentor_id}/level")
    steward.locator("summary").click()
    press(steward, "作出决定")
    assert steward.locator(".summary").is_visible()  # neither a level nor a reason
    steward.get_by_label("群雁").check()
    steward.fill("#reason", "退休前带过徒弟")
    press(steward, "作出决定")
    assert "退休前带过徒弟" in content(steward) and "雏雁 → 群雁" in content(steward)

    steward.goto(f"/community/talents/{mentee_id}")
    press(steward, "找一位导师")
    steward.wait_for_url("**/mentor")
    steward.select_option("#mentor_id", label="褚师傅")
    press(steward, "征求双方意见")
    assert "待双方同意" in content(steward)

    mentor, mentee = open_page(mentor_phone), open_page(mentee_phone)
    for page, words in ((mentor, "您愿意带卫徒弟吗？"), (mentee, "您愿意请褚师傅当导师吗？")):
        page.goto("/my")
        assert words in content(page)
        press(page, "好的，愿意")
        page.wait_for_url("**/my/level")
    mentor.reload()
    press(mentor, "褚师傅带卫徒弟")
    mentor.wait_for_url("**/my/mentoring/*")
    mentor.fill("#text", "一起去王奶奶家剪头发")
    press(mentor, "记一天")
    assert "已记下这一天" in content(mentor)

    mentee.goto("/my/level")
    assert "离群雁：已满1天，需60天" in content(mentee) and "师徒见面" in content(mentee)
    press(mentee, "褚师傅带卫徒弟")
    mentee.wait_for_url("**/my/mentoring/*")
    assert "一起去王奶奶家剪头发" in content(mentee) and mentee.locator("#text").count() == 0
    press(mentee, "结束结对")
    assert "结对已结束" in content(mentee) and "已满1天" in content(mentee)

    copy = mentee.context.request.get("/my/data/copy").json()
    assert copy["level"]["level"]["days"] == 1
    neighbour = open_page(talent(at_the_door, program, f"邻居{new_id()[-4:]}")[1])
    assert neighbour.goto(mentor.url).status == 403  # type: ignore[union-attr]
