"""A certificate of service records: made at home, checked by a stranger, opened up, withdrawn; and made at the counter for a neighbour."""

from collections.abc import Callable

from playwright.sync_api import Page

from gateway.demo.people import RESIDENT
from tests.journeys.people import content, press

Open = Callable[..., Page]


def test_a_certificate_is_made_printed_checked_opened_up_and_withdrawn(open_page: Open) -> None:
    owner, stranger = open_page("resident"), open_page()
    owner.goto("/my/records")
    press(owner, "服务记录证明")
    press(owner, "出具证明")
    assert "证明已出具" in content(owner)
    assert "志愿者编号" in content(owner)

    printing = owner.locator("main").get_by_role("link", name="打印").first.get_attribute("href")
    paper = owner.request.get(printing)
    assert (paper.status, paper.headers["content-type"], paper.body()[:5]) == (200, "application/pdf", b"%PDF-")

    checking = owner.locator("main").get_by_role("link", name="别人看到的样子").first.get_attribute("href")
    stranger.goto(checking)
    assert "这份证明属实" in content(stranger)
    assert "周**" in content(stranger)
    assert "已生效的服务" not in content(stranger)

    owner.get_by_label("全名").check()
    owner.get_by_label("逐次列出每项服务").check()
    press(owner, "保存我的选择")
    stranger.reload()
    assert RESIDENT.name in content(stranger)
    assert "已生效的服务" in content(stranger)

    press(owner, "撤回")
    assert "证明已撤回" in content(owner)
    stranger.reload()
    assert "不再有效" in content(stranger)
    assert RESIDENT.name not in content(stranger)


def test_the_office_makes_a_certificate_for_a_resident_without_a_phone(open_page: Open) -> None:
    organizer = open_page("organizer")
    organizer.goto(f"/organize/residents/{RESIDENT.id}")
    press(organizer, "服务记录证明")
    assert f"您应 {RESIDENT.name} 的要求代办" in content(organizer)
    press(organizer, "出具证明")
    assert f"由社区办公室为 {RESIDENT.name} 代办" in content(organizer)
    press(organizer, "撤回")
    assert "证明已撤回" in content(organizer)
