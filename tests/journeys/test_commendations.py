"""A commendation from a neighbour's proposal to the certificate that anybody checks, by pages and without JavaScript."""

import io
from collections.abc import Callable

import pypdfium2
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, PASSWORD
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, id_in, press, reload_until

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def newcomer(program: Program, name: str) -> tuple[str, str]:
    """Register somebody with a phone of their own; return id and phone."""
    resident_id, phone = new_id(), fresh_phone()
    said = {"community_code": COMMUNITY, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"]}
    program("steward").put(f"/residents/{resident_id}", said)
    return resident_id, phone


def test_a_neighbour_is_proposed_asked_announced_contested_and_commended(
    open_page: Open, program: Program, wait_until: Callable[..., object]
) -> None:
    whom, phone = newcomer(program, "沈善水")
    page = open_page("resident")
    page.goto("/my/commendations/new")
    press(page, "推荐")
    assert "请填写" in content(page)
    page.fill("#person", whom)
    page.select_option("#round_id", "")
    page.fill("#reason", "每天帮腿脚不便的邻居带菜。")
    press(page, "推荐")
    page.wait_for_url("**/my/commendations")
    assert "沈**" in content(page) and "沈善水" not in content(page)

    office = open_page("organizer")
    office.goto("/community/commendations")
    press(office, "沈善水")
    office.wait_for_url("**/community/commendations/*-*")
    office.fill("#title", "热心邻居")
    office.fill("#citation", "沈善水每天帮邻居带菜，风雨无阻。")
    press(office, "征求本人意见")
    assert "征求意见中" in content(office)
    case = id_in(office)

    own = open_page(phone)
    assert "社区想要表彰您" in content(own)
    press(own, "去看看并答复")
    own.wait_for_url("**/my/commendations/*-*")
    assert "每天帮腿脚不便的邻居带菜" in content(own) and "周玉兰" not in content(own)
    own.get_by_label("我接受，可以公开我的全名").check()
    own.get_by_label("我同时同意").check()
    press(own, "答复")
    own.wait_for_url("**/my/commendations")

    office.reload()
    press(office, "开始公示")
    public = open_page()
    public.goto("/notices/commendations")
    reload_until(public, wait_until, "沈善水每天帮邻居带菜")

    other = open_page("partner")
    other.goto(f"/notices/commendations/{case}/objection")
    other.fill("#reason", "没有看到过。")
    press(other, "提交异议")
    other.wait_for_url("**/my/objections")
    assert "热心邻居" in content(other)

    steward = open_page("steward")
    steward.goto(f"/community/commendations/{case}")
    assert "请先处理异议" in content(steward)
    steward.goto("/community/commendation-objections")
    press(steward, "没有看到过。")
    steward.wait_for_url("**/commendation-objections/*-*")
    steward.get_by_label("不成立").check()
    steward.fill("#reason", "三位邻居都看到了。")
    press(steward, "作出决定")
    steward.goto(f"/community/commendations/{case}")
    steward.get_by_label("授予", exact=True).check()
    steward.fill("#reason", "事迹属实。")
    press(steward, "作出决定")
    assert "已授予" in content(steward)

    own.goto(f"/my/commendations/{case}")
    paper = own.context.request.get(f"/my/commendations/{case}.pdf")
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(io.BytesIO(paper.body())))
    assert "荣誉证书" in text.replace(" ", "") and "沈善水" in text and "热心邻居" in text
    press(own, "别人看到的样子")
    own.wait_for_url("**/awards/*")
    assert "此荣誉真实有效" in content(own) and "沈善水" in content(own)
    checked = own.url

    own.goto(f"/my/commendations/{case}")
    own.get_by_label("我接受，请隐去名字").check()
    press(own, "保存我的选择")
    own.goto("/my/volunteer-file")
    assert "热心邻居" in content(own)
    public.goto(checked)
    assert "沈**" in content(public) and "沈善水" not in content(public)

    steward.goto(f"/community/commendations/{case}")
    steward.locator("summary", has_text="撤销荣誉").click()
    steward.fill("details #reason", "材料有误。")
    press(steward, "撤销荣誉")
    public.goto(checked)
    assert "已于" in content(public) and "撤销" in content(public)


def test_the_office_proposes_with_records_and_enters_an_answer_that_was_told_by_phone(open_page: Open, program: Program) -> None:
    page = open_page("organizer")
    gao = next(row["resident_id"] for row in program("organizer").get("/service-records", limit=200)["items"] if row["name"] == "高志远")
    page.goto(f"/organize/residents/{gao}")
    press(page, "推荐表彰")
    page.wait_for_url("**/commendation")
    page.select_option("#round_id", "")
    page.fill("#reason", "打扫楼道。")
    page.locator("input[name=records]").first.check()
    press(page, "推荐")
    page.wait_for_url("**/community/commendations/*-*")
    assert "河畔新居楼道清洁" in content(page)
    page.fill("#title", "热心邻居")
    press(page, "征求本人意见")
    page.get_by_label("本人不接受").check()
    press(page, "登记本人的答复")
    assert "本人谢绝" in content(page)
