"""The bulletin's draft: the same figures as text, page and paper, and no name that is not among those it was given."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pypdfium2
import pytest
from flask import render_template
from flask.testing import FlaskClient

from gateway import bulletin
from gateway.bulletin import Bulletin
from gateway.paper import pdf_of
from gateway.register import part_name
from gateway.spans import Span

PART = {"key": "no-such-item", "records": 3, "people": 2, "minutes": 150}
TOLD = Bulletin(
    span=Span(date(2026, 11, 1), date(2026, 11, 27)), unit="桂花社区",
    totals={"records": 3, "people": 2, "minutes": 150, "items": [PART], "grids": [PART | {"key": "-"}], "days": [], "served": 17},
    activities=[
        {"activity_id": "a", "title": "便民服务日", "item": "no-such-item", "starts_at": "2026-11-05T01:00:00+00:00", "came": 12,
         "names": ["王一", "李二"], "served": 17, "stalls": [
             {"title": "磨剪刀", "unit": "老年大学", "partner_id": None, "served": 16, "pieces": 20, "pieces_what": "刀剪"},
             {"title": "<b>剪发</b>", "unit": None, "partner_id": None, "served": 1, "pieces": None, "pieces_what": None},
         ]},
        {"activity_id": "b", "title": "<i>清扫</i>", "item": "no-such-item", "starts_at": "2026-11-06T01:00:00+00:00", "came": 1,
         "names": [], "served": None, "stalls": []},
    ],
    has_more=False,
)  # fmt: skip


@pytest.fixture
def page(door_to: Callable[..., FlaskClient]) -> Iterator[None]:
    """Stand on a page that somebody reads in English."""
    with door_to().application.test_request_context("/community/bulletin", headers={"Accept-Language": "en"}):
        yield


def test_the_text_tells_figures_activities_and_the_names_it_was_given(page: None) -> None:
    text = bulletin.text_of(TOLD)
    for words in ("2 residents served 3 times, 2 hours 30 minutes in all.", "no grid", "12 people came", "1 person came", "王一, 李二"):
        assert words in text
    assert text.count("Among them") == 1
    assert "12 people came, 17 people served" in text
    assert "  At the stalls: 磨剪刀 (老年大学): 16 people served, 刀剪 20, <b>剪发</b>: 1 person served" in text
    assert text.count("At the stalls: ") == 2


def test_the_paper_tells_the_same(page: None) -> None:
    names = ("summary", "line_of", "joined", "served", "at_stalls")
    words: dict[str, Any] = {"part_name": part_name, **{name: getattr(bulletin, name) for name in names}}
    html = render_template("paper/bulletin.html", bulletin=TOLD, **words)
    assert "<i>清扫</i>" not in html
    assert "<b>剪发</b>" not in html
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf_of(html)))
    assert "12 people came" in text
    assert "2 residents served 3 times" in text
