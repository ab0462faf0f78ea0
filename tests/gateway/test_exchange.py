"""The file for the national system: fields by the mapping, in its order, with the word that the mapping is unverified."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gateway import exchange
from gateway.spans import Span

RECORD: dict[str, Any] = {
    "record_id": "r", "name": "=王", "resident_id": "x", "item": "no-such-item", "title": None, "place": "广场", "served_on": "2026-11-05",
    "arrived_at": "2026-11-05T01:00:00+00:00", "left_at": "2026-11-05T02:30:00+00:00", "leader_name": "李**", "minutes": 90,
    "national_number": None, "volunteer_number": "1234 5678 9012", "community_code": "C",
}  # fmt: skip
SPAN = Span(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def page(door_to: Callable[..., FlaskClient]) -> Iterator[None]:
    """Stand on a page that somebody reads in English."""
    with door_to().application.test_request_context("/community/national", headers={"Accept-Language": "en"}):
        yield


def test_the_workbook_has_the_fields_of_the_mapping_and_their_sum(page: None) -> None:
    book = load_workbook(io.BytesIO(exchange.workbook([RECORD, RECORD | {"minutes": 30}])))
    names = [field["name_zh"] for field in exchange.mapping()["fields"]]
    rows = list(book["Records"].iter_rows(values_only=True))
    assert list(rows[0]) == names
    assert rows[-1][-1] == 120
    told = dict(zip(names, rows[1], strict=True))
    assert (told["志愿者编号"], told["开始时间"], told["服务时长（分钟）"]) == ("1234 5678 9012", "2026-11-05 09:00", 90)
    assert book["Records"].cell(2, names.index("志愿者姓名") + 1).data_type == "s"
    assert "unverified" in str(list(book["About this file"].iter_rows(values_only=True)))


def test_the_document_says_that_the_mapping_is_unverified_and_names_nobody_by_an_identity_number(page: None) -> None:
    told = json.loads(exchange.document([RECORD], SPAN, "2026-11-30T00:00:00+00:00"))
    assert told["is_verified"] is False
    assert (told["from"], told["until"]) == ("2026-11-01", "2026-11-30")
    assert list(told["records"][0]) == [field["field"] for field in exchange.mapping()["fields"]]
    assert "x" not in told["records"][0].values()


@pytest.mark.parametrize(
    ("query", "bounds"),
    [
        ("?from=2026-01-05&until=2026-02-03", ("2026-01-05", "2026-02-03")),
        ("?from=2026-01-05&until=2026-01-05", ("2026-01-05", "2026-01-05")),
        ("?from=2026-02-05&until=2026-01-05", None),
        ("?from=2024-01-01&until=2026-01-01", None),
        ("?from=yesterday", None),
        ("", None),
    ],
)
def test_a_span_is_what_the_address_asks_for_or_this_month(
    door_to: Callable[..., FlaskClient], query: str, bounds: tuple[str, str] | None
) -> None:
    with door_to().application.test_request_context(f"/community/national{query}"):
        span = Span.asked()
    assert span.bounds == bounds or (bounds is None and span.first.day == 1 and span.first <= span.last)
