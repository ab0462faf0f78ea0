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
    totals={"records": 3, "people": 2, "minutes": 150, "items": [PART], "grids": [PART | {"key": "-"}], "days": []},
    activities=[
        {"activity_id": "a", "title": "便民服务日", "item": "no-such-item", "starts_at": "2026-11-05T01:00:00+00:00", "came": 12,
         "names": ["王一", "李二"]},
        {"activity_id": "b", "title": "<i>清扫</i>", "item": "no-such-item", "starts_at": "2026-11-06T01:00:00+00:00", "came": 1,
         "names": []},
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


def test_the_paper_tells_the_same(page: None) -> None:
    words: dict[str, Any] = {"part_name": part_name, "summary": bulletin.summary, "line_of": bulletin.line_of, "joined": bulletin.joined}
    html = render_template("paper/bulletin.html", bulletin=TOLD, **words)
    assert "<i>清扫</i>" not in html
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf_of(html)))
    assert "12 people came" in text
    assert "2 residents served 3 times" in text
