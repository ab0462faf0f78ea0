"""Records on their way to the national system: agreed to at home, listed, taken along as a file, and noted as entered."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import RESIDENT
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def test_only_records_that_were_agreed_to_are_entered_and_a_number_stays(
    open_page: Open, program: Program, wait_until: Callable[..., Any]
) -> None:
    resident, steward, organizer = program("resident"), program("steward"), program("organizer")
    held = [row if isinstance(row, str) else row["purpose"] for row in resident.get("/me")["consents"]]
    year = f"from={local_day(utc_now()).year}-01-01&until={local_day(utc_now()).isoformat()}"
    page, number = open_page("steward"), f"ZJ-{new_id()[-6:]}"
    page.goto(f"/community/national?{year}")
    assert RESIDENT.name not in content(page)
    resident.put("/me/consents", {"consents": sorted({*held, "share"})})
    try:
        wait_until(lambda: steward.get(f"/exchange-records?{year}&open=true")["items"])
        page.reload()
        assert RESIDENT.name in content(page)
        file = page.request.get(page.get_by_role("link", name="尚未录入的（JSON）").get_attribute("href") or "").json()
        page.fill("#number", number)
        press(page, "登记为已录入")

        assert f"已登记录入 {len(file['records'])} 条记录" in content(page)
        assert RESIDENT.name not in content(page)
        mine = [row for row in resident.get("/service-records")["items"] if row["stage"] == "entered"]
        assert {row["national_number"] for row in mine} == {number}

        other = open_page("organizer")
        other.goto(f"/community/records/{mine[0]['record_id']}/national")
        other.fill("#number", "ZJ-OTHER")
        press(other, "登记编号")
        assert "这条记录已有别的编号" in content(other)
        assert organizer.get("/national-entries")["items"][0]["number"] == number
    finally:
        resident.put("/me/consents", {"consents": held})
