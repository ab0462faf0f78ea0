"""Seconds per deed: what logging and confirming the records of a period cost the staff, by the stamps that every record bears."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from services.checkin.models import CheckIn, PrintedSheet
from services.checkin.queries.register import of_period
from services.checkin.rules.effort import CONFIRMED, KIOSK, SELF, WAYS, Act, Effort, efforts_of
from services.checkin.rules.presence import VISIT
from shared.ids import moment_of
from shared.web import Caller

View = dict[str, Any]
PHONE = "phone"
BY_METHOD = {"code": SELF, "sheet": "typed", VISIT: SELF}  # where no sheet was kept
STAMPS = (
    "method", "at_kiosk", "by_phone", "resident_id", "logged_by", "logged_at", "sheet_id", "record.verified_by", "record.verified_at",
)  # fmt: skip


def seconds_per_deed(caller: Caller, since: date, until: date) -> View:
    """Return deeds, of how many the time is known, and seconds a deed for each way of logging, for confirming, and in all."""
    rows = list(CheckIn._get_collection().find(of_period(caller, since, until), dict.fromkeys(STAMPS, 1)))
    sheets = _sheets({row["sheet_id"] for row in rows if row.get("sheet_id")})
    efforts = efforts_of([*_logged(rows, sheets), *_confirmed(rows)])
    confirmed = efforts.pop(CONFIRMED, Effort())
    logged = sum(efforts.values(), Effort())
    parts = [effort.seconds_each for effort in (logged, confirmed)]
    return {
        "since": since, "until": until, "deeds": logged.deeds,
        "seconds_each": None if None in parts else round(sum(part or 0.0 for part in parts), 1),
        "logging": [_told(way, efforts[way]) for way in WAYS if way in efforts], "confirming": _told(CONFIRMED, confirmed),
    }  # fmt: skip


def _told(way: str, effort: Effort) -> View:
    each = effort.seconds_each
    return {"way": way, "deeds": effort.deeds, "measured": effort.measured, "seconds_each": None if each is None else round(each, 1)}


def _logged(rows: Iterable[View], sheets: Mapping[str, tuple[str, datetime | None]]) -> Iterable[Act]:
    for row in rows:
        if row.get("at_kiosk"):
            yield Act(by_id=row["resident_id"], way=KIOSK, at=row["logged_at"])
            continue
        method = PHONE if row.get("by_phone") else row["method"]
        way, began = sheets.get(row.get("sheet_id", ""), (BY_METHOD.get(method, method), None))
        yield Act(by_id=row["logged_by"], way=way, at=row["logged_at"], began=began or moment_of(row["_id"]))


def _confirmed(rows: Iterable[View]) -> Iterable[Act]:
    return (Act(by_id=row["record"]["verified_by"], way=CONFIRMED, at=row["record"]["verified_at"]) for row in rows)


def _sheets(ids: set[str]) -> dict[str, tuple[str, datetime | None]]:
    """Return of each sheet how it came in and when the page was opened on which it was sent."""
    found: dict[str, tuple[str, datetime | None]] = {id_: ("file", moment_of(id_)) for id_ in ids}
    for sheet in PrintedSheet._get_collection().find({"_id": {"$in": sorted(ids)}}, {"readings": 1}):
        opened = [moment for photo in sheet.get("readings", {}) if (moment := moment_of(photo))]
        found[sheet["_id"]] = ("photo", min(opened, default=None))
    return found
