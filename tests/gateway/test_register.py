"""The register's periods, and its workbook: every sheet comes to the same sum."""

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gateway import register
from gateway.register import Period


@pytest.fixture
def page(door_to: Callable[..., FlaskClient]) -> Iterator[None]:
    """Stand on a page that somebody reads in English."""
    with door_to().application.test_request_context("/community/register", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"), ("2026-12", "2026-12-01", "2026-12-31"), ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)  # fmt: skip
def test_a_period_has_all_of_its_days(name: str, first: str, last: str) -> None:
    assert Period.read(name).bounds == (first, last)


@pytest.mark.parametrize("name", ["2026-01", "2026-12", "2026", "2028-02"])
def test_periods_follow_each_other_without_a_gap(name: str) -> None:
    period = Period.read(name)
    assert period.name == name
    assert period.next.last == period.last.next == period
    assert date.fromisoformat(period.next.bounds[0]) - date.fromisoformat(period.bounds[1]) == timedelta(days=1)


@pytest.mark.parametrize("name", [None, "", "2026-13", "2026-00", "1026", "november", "2026-11-05"])
def test_any_other_name_means_this_month(page: None, name: str | None) -> None:
    assert date.fromisoformat(Period.read(name).bounds[0]).day == 1
    assert Period.read(name) == Period.read(None)


def test_every_sheet_of_the_workbook_comes_to_the_same_sum(page: None) -> None:
    row = {
        "served_on": "2026-11-05", "name": "=1+1", "resident_id": "r", "item": "repair", "title": None, "place": None,
        "arrived_at": "2026-11-05T01:00:00+00:00", "left_at": "2026-11-05T02:00:00+00:00", "leader_name": None, "grid_code": None,
        "method": "roll", "back_entered": True,
    }  # fmt: skip
    records = [row | {"minutes": minutes} for minutes in (60, 30)]
    part = [{"key": "-", "records": 2, "people": 1, "minutes": 90}]
    totals: dict[str, Any] = {"records": 2, "people": 1, "minutes": 90, "items": part, "grids": part, "days": part}
    book = load_workbook(io.BytesIO(register.workbook(totals, records)))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    assert rows["Records"][-1][-1] == sum(told[-1] for told in rows["Records"][1:-1]) == 90
    assert [rows[name][-1][1:] for name in ("Service items", "Grids", "Days")] == [(2, 1, 90, 1.5)] * 3
    assert rows["Grids"][1][0] == "no grid"
    assert book["Records"].cell(2, 2).data_type == "s"
