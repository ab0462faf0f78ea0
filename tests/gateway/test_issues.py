"""An issue of the bulletin: the same lines as text, page, paper and long image, and nothing that the service did not tell."""

import io
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
import zxingcpp
from flask import render_template
from flask.testing import FlaskClient
from PIL import Image

from gateway import long_image
from gateway.issues import Issue, Part, project_line, text_of
from gateway.long_image import HEIGHT_MAX, MARGIN, WIDTH, _font, _wrapped
from gateway.paper import pdf_of

LINK = "https://bean.example/bulletins/01a21f66-f751-7364-b387-152880c82205"
ISSUE = Issue(
    "居民简报 第 3 期", "桂花社区", "2026年11月1日至2026年11月28日", ["天冷了，出门多穿一件。"], ["6 位居民服务 11 次，共 28 小时。"],
    [Part("活动", ["11月8日 楼道清洁，4 人参加", "<i>清扫</i>"]), Part("受到表彰", ["王** · 优秀志愿者"])],
)  # fmt: skip


@pytest.fixture
def page(door_to: Callable[..., FlaskClient]) -> Iterator[None]:
    """Stand on a page that somebody reads in Chinese."""
    with door_to().application.test_request_context("/bulletins", headers={"Accept-Language": "zh"}):
        yield


def test_the_text_has_every_line_and_the_link(page: None) -> None:
    text = text_of(ISSUE, LINK)
    for line in ("桂花社区 · 居民简报 第 3 期", "天冷了，出门多穿一件。", "【活动】", "· 11月8日 楼道清洁，4 人参加"):
        assert line in text
    assert "· 王** · 优秀志愿者" in text
    assert text.endswith(LINK)


def test_the_paper_has_the_same_lines_and_shows_markup_as_words(page: None) -> None:
    html = render_template("paper/issue.html", issue=ISSUE, link=LINK)
    assert "<i>清扫" not in html
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(pdf_of(html)))
    assert "居民简报 第 3 期" in text and "<i>清扫</i>" in text and "优秀志愿者" in text


def test_the_long_image_is_as_wide_as_a_phone_shows_and_its_code_leads_to_the_page(page: None) -> None:
    picture = Image.open(io.BytesIO(long_image.png_of(ISSUE, LINK)))
    assert picture.format == "PNG" and picture.width == WIDTH and picture.height > 900
    (code,) = zxingcpp.read_barcodes(picture.convert("RGB"))
    assert code.text == LINK


def test_a_longer_issue_is_a_longer_image_up_to_an_end(page: None) -> None:
    few, many, endless = (
        Image.open(io.BytesIO(long_image.png_of(Issue("期", "社区", "日", [], ["和"], [Part("活动", ["一场活动"] * count)]), LINK))).height
        for count in (1, 10, 900)
    )  # fmt: skip
    assert few < many < endless <= HEIGHT_MAX


def test_lines_break_between_characters_never_before_a_mark_and_words_of_letters_stay_whole() -> None:
    font, width = _font(40, False), WIDTH - 2 * MARGIN
    rows = _wrapped("今天下午三点在社区广场集合，" * 6 + "bring-your-own-cup please", font, width)
    assert len(rows) > 2 and not any(row[:1] in "，。" for row in rows)
    assert sum("bring-your-own-cup" in row for row in rows) == 1
    assert all(font.getlength(row.rstrip("，")) <= width for row in rows)
    assert "".join(_wrapped("w" * 400, font, width)) == "w" * 400


def test_a_project_says_what_was_spent_where_that_is_known(page: None) -> None:
    assert project_line({"title": "扶手", "about": "120"}) == "扶手：支出 120 金豆"
    assert project_line({"title": "扶手", "about": ""}) == "扶手"
