"""What is forgotten of somebody who left, beside their name."""

from services.engagement.models import AskingWish, Invitation, StandingObjection
from shared.clock import utc_now


def forget_asked(resident_id: str) -> None:
    """Forget whom somebody who left was asked by, and that they stood beside others."""
    Invitation.objects(resident_id=resident_id).delete()
    AskingWish.objects(id=resident_id).delete()
    Invitation._get_collection().update_many({"peers": resident_id}, {"$pull": {"peers": resident_id}})


def forget_objector(resident_id: str) -> None:
    """Take back what somebody who left had open; of what was decided forget what they wrote."""
    closed = {"$set": {"status": "taken_back", "decided_at": utc_now()}, "$unset": {"open": ""}}
    rows = StandingObjection._get_collection()
    rows.update_many({"resident_id": resident_id, "status": "open"}, closed)
    rows.update_many({"resident_id": resident_id}, {"$set": {"reason": "–"}})
