"""Deeds by month and item, as one person's page shows them."""

from datetime import date
from typing import Any

from gateway.deeds import MONTHS_SHOWN, by_month


def record(served_on: str, item: str, minutes: int, stage: str = "effective") -> dict[str, Any]:
    return {"served_on": served_on, "item": item, "minutes": minutes, "stage": stage}


def test_deeds_are_summed_by_month_and_item_the_newest_month_on_top() -> None:
    rows = [
        record("2026-10-31", "haircut", 60), record("2026-11-01", "patrol", 30), record("2026-11-20", "haircut", 45),
        record("2026-11-21", "haircut", 15, "in_notice"), record("2026-11-22", "haircut", 999, "withdrawn"),
    ]  # fmt: skip

    november, october = by_month(rows)

    assert (november["month"], november["minutes"]) == (date(2026, 11, 1), 90)
    assert november["items"] == [{"item": "haircut", "times": 2, "minutes": 60}, {"item": "patrol", "times": 1, "minutes": 30}]
    assert (october["month"], october["minutes"]) == (date(2026, 10, 1), 60)


def test_no_deeds_make_no_months_and_many_are_cut_to_the_newest() -> None:
    assert by_month([]) == []
    assert by_month([record("2026-11-22", "haircut", 9, "withdrawn")]) == []
    years = by_month([record(f"{year}-01-01", "haircut", 60) for year in range(2000, 2026)])
    assert (len(years), years[0]["month"].year) == (MONTHS_SHOWN, 2025)
