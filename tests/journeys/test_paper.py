"""The office's own files come in by pages: what is certain by itself, what is not by a decision, twice without any change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from gateway.demo.door import Visitor
from tests.journeys.people import content, press

FILES = Path("gateway/demo/data")
PEOPLE_IN_ROSTER_MIN = 500

Open = Callable[..., Page]


def test_a_roster_a_sheet_and_a_workbook_come_in_and_a_second_time_changes_nothing(
    open_page: Open, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> None:
    page, organizer = open_page("organizer", width=1100), program("organizer")
    before = count_residents(organizer)
    take_in_roster(page)
    after = count_residents(organizer)
    assert after - before > PEOPLE_IN_ROSTER_MIN
    take_in_roster(page)
    assert count_residents(organizer) == after
    wait_until(lambda: knows_the_roster(organizer), seconds=60)
    for name in ("sign-in-2026-11-05.csv", "sign-in-2026-11-12.xlsx"):
        assert entered_of(page, name) > 0
        entries = count_check_ins(organizer)
        assert entered_of(page, name) > 0
        assert count_check_ins(organizer) == entries


def take_in_roster(page: Page) -> None:
    """Send the roster, leave every doubtful row out but the ones that are the same person, and take the rest in."""
    page.goto("/organize/rosters/new")
    page.set_input_files("#file", FILES / "residents.xlsx")
    press(page, "上传")
    for row in doubtful(page):
        row.locator("input[type=radio]").first.check()
    press(page, "录入所有已确定的")
    assert "花名册已录入" in content(page)


def entered_of(page: Page, name: str) -> int:
    """Send a sheet, decide every doubtful row, take it in; return how many rows stand entered."""
    page.goto("/organize/sheets/new")
    page.set_input_files("#file", FILES / name)
    press(page, "上传")
    for row in doubtful(page):
        decide(row)
    press(page, "录入所有已确定的")
    return int(page.locator("dt", has_text="已录入").locator("xpath=following-sibling::dd[1]").inner_text())


def decide(row: Locator) -> None:
    """Choose the first person, or to leave the row out, and give what it lacks."""
    for question in row.locator("fieldset").all():
        question.locator("input[type=radio]:not([value=other])").first.check()
    for item in row.locator("select").all():
        item.select_option("environment")
    for moment in row.locator("input[name^=arrived_at]:not([type=radio])").all():
        moment.fill("2026-11-05T09:00")


def doubtful(page: Page) -> list[Locator]:
    """Return the rows that wait for a decision."""
    return page.locator("main form ul.rows > li").filter(has=page.locator("fieldset")).all()


def count_residents(organizer: Visitor) -> int:
    """Return how many residents the office sees."""
    return len(pages_of(organizer, "/residents"))


def count_check_ins(organizer: Visitor) -> int:
    """Return how many check-ins all activities have."""
    activities = pages_of(organizer, "/activities")
    return sum(len(pages_of(organizer, f"/activities/{row['id']}/check-ins")) for row in activities)


def knows_the_roster(organizer: Visitor) -> bool:
    """Tell whether check-in has heard of the last of the roster's people."""
    activity = organizer.get("/activities", limit=1)["items"][0]
    activity_id = activity["id"]
    last = ("毛洁", "张东", "封𠮷", "艾淑英")
    return all(organizer.get(f"/activities/{activity_id}/attendees", q=name)["items"] for name in last)


def pages_of(visitor: Visitor, path: str) -> list[Any]:
    """Return the items of all pages of a list."""
    rows, cursor = [], None
    while True:
        page = visitor.get(path, limit=200, **({"cursor": cursor} if cursor else {}))
        rows += page["items"]
        if (cursor := page["next_cursor"]) is None:
            return rows
