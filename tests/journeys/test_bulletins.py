"""The bulletin in one act: from the steward's button to the page, the text and the long image that go to the group."""

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from tests.journeys.people import content, id_in, press, reload_until

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def test_an_issue_is_made_with_one_button_and_passed_on_in_four_forms(
    open_page: Open, program: Program, wait_until: Callable[..., object]
) -> None:
    steward = open_page("steward")
    steward.goto("/community/")
    press(steward, "居民简报")
    press(steward, "看上个月")
    steward.goto("/community/bulletin?from=2026-01-01&until=2026-12-31")
    steward.fill("#foreword", "天气转凉。")
    steward.locator("li", has_text="防诈骗讲座").get_by_role("checkbox").check()
    press(steward, "生成简报")
    steward.wait_for_url("**/bulletins/*-*")
    issue = id_in(steward)

    anybody = open_page()
    anybody.goto("/bulletins")
    press(anybody, f"第 {program('steward').get(f'/bulletins/{issue}')['number']} 期")
    anybody.wait_for_url("**/bulletins/*-*")
    shown = content(anybody)
    assert "天气转凉。" in shown and "河畔新居楼道清洁" in shown and "防诈骗讲座" not in shown
    assert "马春燕" in shown and "周玉兰" not in shown and "高志远" not in shown and "撤回" not in shown

    fetch = anybody.context.request
    assert "河畔新居楼道清洁" in fetch.get(f"/bulletins/{issue}.txt").text() and "防诈骗" not in fetch.get(f"/bulletins/{issue}.txt").text()
    assert Image.open(io.BytesIO(fetch.get(f"/bulletins/{issue}.png").body())).width == 1080
    assert fetch.get(f"/bulletins/{issue}.pdf").body().startswith(b"%PDF")

    steward.locator("summary", has_text="撤回这一期").click()
    press(steward, "撤回这一期")
    assert "请填写原因" in content(steward) or "请" in content(steward)
    steward.fill("#reason", "数字有误。")
    press(steward, "撤回这一期")
    assert "已于" in content(steward) and "数字有误。" in content(steward)
    reload_until(anybody, wait_until, "撤回")
    assert "河畔新居楼道清洁" not in content(anybody) and "数字有误" not in content(anybody)
    assert fetch.get(f"/bulletins/{issue}.png").status == 410
