"""A thank-you from an activity to the honour page, by pages and without JavaScript; each yes is its owner's, and each no counts at once."""

from collections.abc import Callable

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, ORGANIZER, PASSWORD, demo_id
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, press, under_way

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def newcomer(program: Program, name: str) -> tuple[str, str]:
    """Register somebody with a phone of their own; return id and phone."""
    resident_id, phone = new_id(), fresh_phone()
    said = {"community_code": COMMUNITY, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"]}
    program("steward").put(f"/residents/{resident_id}", said)
    return resident_id, phone


def test_from_a_thank_you_to_the_honour_page_and_off_it_again(open_page: Open, program: Program, wait_until: Callable[..., object]) -> None:
    (writer, writers_phone), (helper, helpers_phone) = newcomer(program, "谢知恩"), newcomer(program, "热心人")
    organizer = program("organizer")
    activity = under_way(organizer, title="小家电义修")
    for who, name in ((writer, "谢知恩"), (helper, "热心人")):
        found = f"{activity}/attendees"
        wait_until(lambda who=who, name=name, found=found: who in str(organizer.get(found, q=name)))
        organizer.put(f"/check-ins/{new_id()}", {"activity_id": activity.rpartition("/")[2], "resident_id": who, "method": "roll"})

    page = open_page(writers_phone)
    page.goto(activity)
    press(page, "感谢在场的人")
    page.wait_for_url("**/thanks")
    assert ORGANIZER.name in content(page) and "热**" in content(page) and "热心人" not in content(page)
    press(page, "送出感谢")
    assert "请选择" in content(page)
    page.get_by_label("热**").check()
    page.fill("#words", "谢谢您修好了收音机，13800001234")
    press(page, "送出感谢")
    page.wait_for_url("**/activities/*")

    own = open_page(helpers_phone)
    press(own, "感谢")
    own.wait_for_url("**/my/thanks")
    assert "谢谢您修好了收音机，…" in content(own) and "谢知恩" in content(own)
    press(own, "展示在光荣墙上")
    assert "等您上墙后展示" in content(own)
    anybody = open_page()
    anybody.goto("/honours")
    assert "热心人" not in content(anybody)
    press(own, "同意，让我上墙")
    anybody.reload()
    assert "热心人" in content(anybody) and "谢谢您修好了收音机" in content(anybody) and "谢知恩" not in content(anybody)

    page.goto("/my/thanks")
    press(page, "写上我的名字")
    anybody.reload()
    assert "谢知恩" in content(anybody)
    press(page, "撤回")
    anybody.reload()
    assert "热心人" in content(anybody) and "谢谢您修好了收音机" not in content(anybody)
    own.reload()
    press(own, "不上了，撤下我")
    anybody.reload()
    assert "热心人" not in content(anybody)


def test_the_office_hands_thanks_on_and_looks_at_what_is_reported(open_page: Open, program: Program) -> None:
    helper, phone = newcomer(program, "钱二姐")
    office = open_page("organizer")
    office.goto(f"/organize/residents/{helper}")
    press(office, "转达感谢")
    office.fill("#words", "电话里说：多谢您送的饭。")
    press(office, "转达")
    office.wait_for_url(f"**/organize/residents/{helper}")

    own = open_page(phone)
    own.goto("/my/thanks")
    assert "由居委会转达" in content(own)
    press(own, "这里不对")
    own.wait_for_url("**/report")
    own.fill("#reason", "我没有送过饭。")
    press(own, "请居委会看看")
    own.wait_for_url("**/my/thanks")
    assert "居委会正在看" in content(own)

    other = open_page("second organizer")
    other.goto("/community/thanks")
    press(other, "我没有送过饭。")
    other.get_by_label("删除这条感谢").check()
    other.fill("#reason", "转达错了人。")
    press(other, "作出决定")
    own.reload()
    assert "多谢您送的饭" not in content(own)


def test_the_demo_shows_one_who_said_yes(open_page: Open) -> None:
    page = open_page()
    page.goto("/honours")
    assert "周玉兰" in content(page) and "剪头发又快又好" in content(page) and demo_id("resident", "resident") not in page.content()
