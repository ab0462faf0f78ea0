"""What others did for a resident: X for Y, by a mandate or by the office at the desk."""

from typing import Any

from services.checkin.models import PROXY_ACTS, Activity, Attendee, AuditLine
from services.checkin.queries.cursors import offset_page
from shared.problems import Forbidden
from shared.web import Caller

View = dict[str, Any]


def proxy_acts(
    caller: Caller, *, limit: int, cursor: str | None, resident_id: str | None = None
) -> tuple[list[View], str | None]:
    """Return a page of what was done for a resident, newest first, with names: one's own, or for staff those of `resident_id`."""
    whose = resident_id or caller.resident_id
    if not caller.may_see(whose):
        raise Forbidden("This is for the person and for staff.")
    if whose != caller.resident_id and Attendee.of(caller.community_code, whose) is None:
        return [], None
    found = AuditLine._get_collection().find({"about": whose, "act": {"$in": PROXY_ACTS}}).sort([("at", -1), ("_id", -1)])
    rows, next_cursor = offset_page(found, limit=limit, cursor=cursor)
    return _told(rows), next_cursor


def _told(rows: list[View]) -> list[View]:
    people = Attendee.named(row["by"] for row in rows)
    titles = dict(Activity.objects(id__in=[row["detail"]["activity_id"] for row in rows]).scalar("id", "title"))
    return [{
        "act": row["act"], "resident_id": row["about"], "by_id": row["by"], "at": row["at"],
        "by_name": people[row["by"]].name if row["by"] in people else None,
        "activity_id": row["detail"]["activity_id"], "title": titles.get(row["detail"]["activity_id"]),
        "mandate_id": row["detail"].get("mandate_id"),
    } for row in rows]
