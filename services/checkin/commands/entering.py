"""What all paper sheets share: people's decisions on rows, the check-ins that rows become, and the note of what became of them.

A check-in's id follows from activity and person, so no sheet and no photo counts twice.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from services.checkin.commands import check_ins
from services.checkin.errors import RevisionStale
from services.checkin.models import Activity, PrintedSheet, SignInSheet
from services.checkin.rules.presence import Occasion
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one
from shared.web import Caller

Sheet = TypeVar("Sheet", SignInSheet, PrintedSheet)
Row = Mapping[str, Any]


def keep_decisions(caller: Caller, sheet: Sheet, laid: Mapping[str, Row], *, act: str) -> Sheet:
    """Lay decisions, by row number, over a sheet; return it as it stands then. RevisionStale if somebody changed it meanwhile."""
    fresh = {row: decision for row, decision in laid.items() if sheet.decisions.get(row) != decision}
    if not fresh:
        return sheet
    update = {"$set": {f"decisions.{row}": decision for row, decision in fresh.items()}, "$inc": {"revision": 1}}
    changed = change_one(type(sheet), where={"_id": sheet.id, "revision": sheet.revision}, update=update)
    if changed is None:
        raise RevisionStale
    audit(settings().service, act=act, by=caller.resident_id, about=sheet.id, detail={"rows": sorted(fresh)})
    return changed


def keep_applied(sheet: SignInSheet | PrintedSheet, applied: Mapping[str, Row]) -> None:
    """Note what became of the rows. The check-ins are the record; a crash before this is mended by applying again."""
    fresh = {f"applied.{number}": told for number, told in applied.items() if number not in sheet.applied}
    if fresh:
        change_one(type(sheet), where={"_id": sheet.id}, update={"$set": fresh, "$inc": {"revision": 1}})


def enter_from_sheet(
    caller: Caller, activity: Activity, resident_id: str, *, sheet_id: str, times: tuple[datetime | None, datetime | None] = (None, None)
) -> tuple[str, str]:
    """Return what became of it (new, known, or already where another check-in stands), and the check-in's id.

    `times` are arrival and departure as the sheet tells them; without an arrival the planned start counts.
    """
    check_in_id = derive_id("sheet-check-in", activity.id, resident_id)
    occasion, now = Occasion(activity.status, activity.starts_at, activity.ends_at), utc_now()
    base = {
        "_id": check_in_id, "community_code": caller.community_code, "activity_id": activity.id, "resident_id": resident_id,
        "method": "sheet", "logged_by": caller.resident_id, "logged_at": now, "sheet_id": sheet_id,
        "back_entered": check_ins.is_back_entered(occasion, logged_at=now),
    }
    row = check_ins.accepted(base, occasion, arrived_at=times[0] or activity.starts_at, left_at=times[1])
    return check_ins.insert_accepted(row), check_in_id
