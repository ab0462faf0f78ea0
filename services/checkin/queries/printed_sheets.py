"""Show a printed sheet: what to print, and every row as it stands, with the strip of the photo that people decide by."""

from base64 import b64encode
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from services.checkin.models import Attendee, PrintedSheet, SheetStrips
from services.checkin.rules.paper import NEEDS_DECISION, Corner, Line, Square, Standing
from services.checkin.rules.paper.layout import LEVEL, ROW_HEIGHT
from services.checkin.rules.paper.stored import standings_on
from shared.web import Caller

SHOWN_MAX = 50
STATUSES = ("came", "absent", "needs_decision", "unseen")

View = dict[str, Any]


def printed_sheets(caller: Caller, activity_id: str) -> list[View]:
    """Return the sheets that were printed for an activity, newest first, without their rows."""
    rows = PrintedSheet.objects(community_code=caller.community_code, activity_id=activity_id).order_by("-printed_at")
    return [_about(row) for row in rows.limit(SHOWN_MAX)]


def printed_sheet(caller: Caller, sheet_id: str) -> View:
    """Return one sheet of the caller's community with its rows; PrintedSheetNotFound otherwise."""
    return describe(PrintedSheet.of(caller.community_code, sheet_id))


def describe(found: PrintedSheet) -> View:
    """Return a sheet with every row as it stands, and how many stand how; blank rows that stayed empty are left out of the count."""
    standings = standings_on(found)
    people = Attendee.named(row.resident_id for row in standings if row.resident_id)
    strips = _strips(found, [row.row for row in standings if row.status == NEEDS_DECISION])
    rows = [_row(found, row, people) | {"strip": strips.get(row.row)} for row in standings]
    counts = {status: sum(row["status"] == status and not row["blank"] for row in rows) for status in STATUSES}
    return _about(found) | {"rows": rows, "counts": counts | {"applied": len(found.applied)}}


def pages(caller: Caller, sheet_id: str) -> list[View]:
    """Return what stands where on each page of one sheet of the caller's community; PrintedSheetNotFound otherwise."""
    found = PrintedSheet.of(caller.community_code, sheet_id)
    people = Attendee.named(filter(None, found.rows))
    return paper_of(found, {who: person.name for who, person in people.items() if person.name})


def paper_of(found: PrintedSheet, names: Mapping[str, str]) -> list[View]:
    """Return what stands where on each page, in millimetres, with the text of each code and the names by resident."""
    by_page = groupby((Line(number) for number in range(1, len(found.rows) + 1)), key=lambda line: line.page)
    return [
        {
            "page": page + 1,
            "corners": [_code(corner.square, corner.text(found.token)) for corner in (Corner(page, number) for number in range(4))],
            "lines": [_line(found, line, names) for line in lines],
        }
        for page, lines in by_page
    ]


def _about(found: PrintedSheet) -> View:
    fields = ("activity_id", "printed_by", "printed_at", "blank_rows")
    return {name: found[name] for name in fields} | {
        "_id": found.id, "row_count": len(found.rows), "photos": len(found.readings), "applied": len(found.applied),
    }  # fmt: skip


def _row(found: PrintedSheet, row: Standing, people: dict[str, Attendee]) -> View:
    person, applied = people.get(row.resident_id or ""), found.applied.get(str(row.row), {})
    return vars(row) | {
        "name": person.name if person else None,
        "phone_tail": person.phone_tail if person else None,
        "blank": not found.rows[row.row - 1],
        "check_in_id": applied.get("check_in_id"),
        "outcome": applied.get("outcome"),
    }


def _strips(found: PrintedSheet, rows: list[int]) -> dict[int, str]:
    """Return the strips of these rows from the latest photo that shows each, in base64; older than a month there are none."""
    photo_of = {row: photo_id for photo_id, reading in found.readings_in_order() for row in rows if str(row) in reading["marks"]}
    kept = {photo.id: photo.strips for photo in SheetStrips.objects(id__in=list(set(photo_of.values())))}
    strips = {row: kept.get(photo_id, {}).get(str(row)) for row, photo_id in photo_of.items()}
    return {row: b64encode(strip).decode() for row, strip in strips.items() if strip}


def _line(found: PrintedSheet, line: Line, names: Mapping[str, str]) -> View:
    return {
        "row": line.number, "top": line.top, "height": ROW_HEIGHT, "name": names.get(found.rows[line.number - 1]),
        "code": _code(line.square, line.text(found.token)), "box": vars(line.box),
    }  # fmt: skip


def _code(square: Square, text: str) -> View:
    return vars(square) | {"text": text, "level": LEVEL}
