"""What a device may ask for that stands at a door by itself: its own activity, and no other. (ADR 80)"""

from shared.problems import NotForKiosks
from shared.web import Caller


def require_own_activity(caller: Caller, activity_id: str) -> None:
    """Refuse a kiosk that asks for another activity than the one at whose door it stands (NotForKiosks); of others ask nothing."""
    if caller.kiosk not in (None, activity_id):
        raise NotForKiosks("This kiosk stands at the door of another activity.")
