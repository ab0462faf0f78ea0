"""What a partner prints: the month as a workbook, tags and cards eight to a sheet; text is never a formula, paper fetches nothing."""

import io
import re
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gateway import paper, settlement
from gateway.views import days_together, qr


@pytest.fixture
def page(door_to: Callable[..., FlaskClient]) -> Iterator[None]:
    """Stand on a page that somebody reads in English."""
    with door_to().application.test_request_context("/partner/month", headers={"Accept-Language": "en"}):
        yield


def entry(**more: Any) -> dict[str, Any]:
    """An entry as rewards tells it."""
    told = {"fulfilled_at": "2026-11-05T02:00:00+00:00", "act": "fulfilled", "reward_title": "=1+1", "code": "ABCD2345"}
    return {**told, "resident_name": "王**", "number": 1, "uses": 1, "is_slip": False, "reason": "", "pieces": 2, "beans": 10, **more}


MONTH = {
    "month": "2026-11", "count": 1, "pieces": 2, "beans": 10, "undone": 1,
    "days": [{"on": "2026-11-05", "count": 1, "pieces": 2, "beans": 10}],
    "rewards": [{"reward_title": "=1+1", "count": 1, "pieces": 2, "beans": 10}],
    "items": [entry(act="undone", beans=-5, pieces=-1), entry(beans=5, pieces=1), entry()],
}  # fmt: skip


SETTLED = {"beans": 17, "lines": [
    {"kind": "capture", "on": "2026-11-05", "beans": 10, "what": None, "receipt_no": None},
    {"kind": "spend", "on": "2026-11-06", "beans": 7, "what": "=扶手", "receipt_no": "11-6"},
]}  # fmt: skip


def test_every_sheet_comes_to_the_sum_of_its_rows(page: None) -> None:
    book = load_workbook(io.BytesIO(settlement.workbook(settlement.with_projects(MONTH, SETTLED))))
    sums = []
    for sheet in book.worksheets:
        beans = [row[-1] for row in sheet.iter_rows(values_only=True)][1:]
        assert sum(beans[:-1]) == beans[-1]
        sums.append(beans[-1])
    assert sums == [10, 10, 10, 17]


def test_what_projects_spent_is_paid_with_the_counters_month() -> None:
    month = settlement.with_projects(MONTH, SETTLED)
    assert [month[name] for name in ("beans", "project_beans", "all_beans", "journal_beans")] == [10, 7, 17, 17]
    assert [line["what"] for line in month["projects"]] == ["=扶手"]


def test_a_title_is_text_whatever_it_begins_with(page: None) -> None:
    month = settlement.with_projects(MONTH, SETTLED)
    sheet = load_workbook(io.BytesIO(settlement.workbook(month))).worksheets[0]
    cell = sheet.cell(2, 3)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (8, 1), (9, 2), (16, 2)])
def test_eight_tags_make_a_sheet(page: None, count: int, sheets: int) -> None:
    reward = {"title": "很长的名字" * 12, "price_beans": 1_000_000, "kind": "meal", "uses": 5, "partner_name": "豆香便民超市"}
    tags = [(reward, "https://beans.example.org/shelf/8a7d6c5b-0000-4000-8000-000000000001")] * count
    printed = paper.printed("paper/tags.html", "tags.pdf", tags=tags)
    assert sheets_in(printed.data) == sheets


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (1, 1), (8, 1), (9, 2), (40, 5)])
def test_eight_cards_make_a_sheet(page: None, count: int, sheets: int) -> None:
    cards = [({"name": "阿卜杜热合曼·买买提" * 3, "phone": "13812345678"}, f"https://beans.example.org/k/{'x' * 22}")] * count
    assert sheets_in(paper.printed("paper/cards.html", "cards.pdf", cards=cards).data) == sheets


def sheets_in(pdf: bytes) -> int:
    """Return how many pages a PDF has; its objects stand in packed streams."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    unpacked = b"".join(zlib.decompressobj().decompress(stream) for stream in streams if stream[:1] == b"x")
    return len(re.findall(rb"/Type\s*/Page\b", pdf + unpacked))


HOURS = [
    ([], []),
    ([("mon", "9-5")], [("Monday", "9-5")]),
    ([("sat", "10-2"), ("mon", "9-5"), ("tue", "9-5"), ("wed", "9-5")], [("Monday to Wednesday", "9-5"), ("Saturday", "10-2")]),
    ([("mon", "9-5"), ("tue", "9-1"), ("wed", "9-5")], [("Monday", "9-5"), ("Tuesday", "9-1"), ("Wednesday", "9-5")]),
]


@pytest.mark.parametrize(("hours", "told"), HOURS)
def test_days_of_the_same_hours_are_told_together(page: None, hours: list[tuple[str, str]], told: list[tuple[str, str]]) -> None:
    assert days_together([{"weekday": day, "hours": open_} for day, open_ in hours]) == told


def test_paper_carries_its_own_pictures_and_fetches_none(page: None) -> None:
    fetched: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fetched.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        Thread(target=elsewhere.serve_forever, daemon=True).start()
        bare = paper.pdf_of(f'<p>金豆</p><img src="http://127.0.0.1:{elsewhere.server_port}/x.png">')
        elsewhere.shutdown()
    carried = paper.pdf_of(f"<p>金豆</p>{qr('https://example.org/', '')}")
    assert bare.startswith(b"%PDF")
    assert fetched == []
    assert len(carried) > len(bare)
