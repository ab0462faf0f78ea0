"""Which devices stand at an activity's door, until when, and who left them there."""

from typing import Any

from services.identity.models import Resident, Session
from services.identity.rules.trust import OFFICE
from shared.clock import utc_now
from shared.web.auth import Caller

Told = dict[str, Any]


def kiosks(activity_id: str, by: Caller) -> list[Told]:
    """Return the open kiosks of an activity in the caller's community, the newest first; not those whose owner is of the office no
    more, for they open nothing."""
    here = {"community_code": by.community_code, "kiosk_activity_id": activity_id, "expires_at": {"$gt": utc_now()}}
    found = list(Session._get_collection().find(here).sort("opened_at", -1))
    owners = {row.id: row for row in Resident.objects(id__in=[row["resident_id"] for row in found], roles__in=sorted(OFFICE))}
    return [
        {
            "opened_by": row["resident_id"], "opened_by_name": owners[row["resident_id"]].name,
            "opened_at": row["opened_at"], "expires_at": row["expires_at"],
        }
        for row in found if row["resident_id"] in owners
    ]  # fmt: skip
