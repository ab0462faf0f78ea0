"""Make a check-in of what a paper sheet says. Its id follows from activity and person, so no sheet and no photo counts twice."""

from datetime import datetime

from services.checkin.commands import check_ins
from services.checkin.models import Activity
from services.checkin.rules.presence import Occasion
from shared.clock import utc_now
from shared.ids import derive_id
from shared.web import Caller


def enter_from_sheet(
    caller: Caller, activity: Activity, resident_id: str, *, sheet_id: str, times: tuple[datetime | None, datetime | None] = (None, None)
) -> tuple[str, str]:
    """Return what became of it (new, known, or already where another check-in stands), and the check-in's id.

    `times` are arrival and departure as the sheet tells them; without an arrival the planned start counts.
    """
    check_in_id = derive_id("sheet-check-in", activity.id, resident_id)
    occasion = Occasion(activity.status, activity.starts_at, activity.ends_at)
    base = {
        "_id": check_in_id, "community_code": caller.community_code, "activity_id": activity.id, "resident_id": resident_id,
        "method": "sheet", "logged_by": caller.resident_id, "logged_at": utc_now(), "sheet_id": sheet_id,
    }
    row = check_ins.accepted(base, occasion, arrived_at=times[0] or activity.starts_at, left_at=times[1])
    return check_ins.insert_accepted(row), check_in_id
