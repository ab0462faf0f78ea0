"""Devices that stand at an activity's door by themselves: opened by the office, ended by the office, over by themselves. (ADR 80)"""

from dataclasses import dataclass
from datetime import datetime

from services.identity.commands.sessions import keep_session, session_id
from services.identity.errors import TooManyKiosks
from services.identity.models import Session
from shared.clock import utc_now
from shared.mongo import audit
from shared.problems import Invalid
from shared.web.auth import KIOSK_LIFE_MAX, Caller

ALIAS = "identity"
KIOSKS_OF_AN_ACTIVITY_MAX = 20


@dataclass(frozen=True, kw_only=True)
class OpenKiosk:
    """A kiosk's session as who opened it gets it: the only time that the opaque token is seen."""

    token: str
    expires_at: datetime
    activity_id: str


def open_kiosk(activity_id: str, *, until: datetime, by: Caller) -> OpenKiosk:
    """Open a session for a device at the door of an activity, which ends at `until`, after KIOSK_LIFE_MAX at the latest.

    Whether there is such an activity is not identity's to know: at another door the kiosk opens nothing. Raises Invalid for what is
    over before it began, and TooManyKiosks.
    """
    now = utc_now()
    if until <= now:
        raise Invalid(errors={"/until": "This lies in the past."})
    expires_at = min(until, now + KIOSK_LIFE_MAX)
    token = keep_session(
        resident_id=by.resident_id, community_code=by.community_code, expires_at=expires_at, kiosk_activity_id=activity_id
    )  # fmt: skip
    here = Session.objects(kiosk_activity_id=activity_id, community_code=by.community_code, expires_at__gt=now)
    if here.count() > KIOSKS_OF_AN_ACTIVITY_MAX:  # itself among them: of several at once none slips through between count and write
        Session.objects(id=session_id(token)).delete()
        raise TooManyKiosks
    audit(ALIAS, act="kiosk-opened", by=by.resident_id, about=activity_id, detail={"until": expires_at})
    return OpenKiosk(token=token, expires_at=expires_at, activity_id=activity_id)


def end_kiosks(activity_id: str, *, by: Caller) -> None:
    """End every kiosk of an activity in the caller's community, whoever opened it; where there is none, nothing happens."""
    if ended := Session.objects(kiosk_activity_id=activity_id, community_code=by.community_code).delete():
        audit(ALIAS, act="kiosks-ended", by=by.resident_id, about=activity_id, detail={"kiosks": ended})
