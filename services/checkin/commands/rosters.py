"""Sign people up and off. The roster lives in its activity's document and changes by compare-and-set, so the last place is
given once, however many ask for it in the same moment."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.checkin.commands.residents import lives_here
from services.checkin.errors import (
    ActivityNotAnnounced,
    ActivityNotFound,
    ActivityOver,
    NotSignedUp,
    OnlyOneself,
    RosterBusy,
    UnknownResident,
)
from services.checkin.models import PROXY_ACTS, Activity
from services.checkin.rules import roster as rules
from services.checkin.rules.roster import Roster, SignUp, Standing
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.web import Caller

SIGNED_UP, SIGNED_OFF = PROXY_ACTS
TRIES_MAX = 100
PAUSE_SECONDS_MAX = 0.02


@dataclass(frozen=True)
class Change:
    """What a compare-and-set writes: fields of the activity, and the facts that tell it."""

    values: dict[str, Any]
    facts: list[Any] = field(default_factory=list)


def sign_up(caller: Caller, activity_id: str, resident_id: str) -> tuple[Standing, bool]:
    """Give a resident a place, or a place in the waiting list; return where they stand and whether that is new.

    Residents sign up themselves or by a proxy, staff anyone of the community. Raises OnlyOneself, UnknownResident, ActivityNotAnnounced,
    ActivityOver, WaitingListFull.
    """
    _require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    if standing := rules.standing_of(roster_of(activity), resident_id):
        return standing, False
    _require_known(caller, resident_id)
    entry = SignUp(resident_id, utc_now(), caller.by_id)
    changed = compare_and_set(activity_id, lambda current: _change_open(current, rules.enter(roster_of(current), entry)))
    _audit_if_for_another(caller, SIGNED_UP, activity_id, resident_id)
    return _standing(changed, resident_id), True


def sign_off(caller: Caller, activity_id: str, resident_id: str) -> None:
    """Take a resident off the roster; the first who waits gets the place. Off already is fine. Raises OnlyOneself,
    ActivityOver."""
    _require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    if rules.standing_of(roster_of(activity), resident_id) is None:
        return
    compare_and_set(activity_id, lambda current: _change_open(current, rules.leave(roster_of(current), resident_id)))
    _audit_if_for_another(caller, SIGNED_OFF, activity_id, resident_id)


def compare_and_set(activity_id: str, next_state: Callable[[Activity], Change]) -> Activity:
    """Write what `next_state` makes of the activity, if the roster is still the one it saw, else look and judge again.

    Raises whatever `next_state` raises, ActivityNotFound, RosterBusy after TRIES_MAX vain tries.
    """
    for _ in range(TRIES_MAX):
        current = Activity.objects(id=activity_id).first()
        if current is None:
            raise ActivityNotFound
        seen = {"_id": activity_id, "roster_revision": current.roster_revision}
        change = next_state(current)
        update = {"$set": {**change.values, "roster_revision": current.roster_revision + 1}}
        if written := change_one(Activity, where=seen, update=update, facts=change.facts):
            return written
        time.sleep(random.uniform(0, PAUSE_SECONDS_MAX))  # noqa: S311 - spreads the crowd, keeps no secret
    raise RosterBusy


def roster_of(activity: Activity) -> Roster:
    """Return the activity's roster for judging."""
    return Roster(activity.capacity, _line(activity.places), _line(activity.waiting))


def rows_of(roster: Roster) -> dict[str, list[dict[str, Any]]]:
    """Return the roster as the activity stores it."""
    return {"places": [vars(row) for row in roster.places], "waiting": [vars(row) for row in roster.waiting]}


def _change_open(activity: Activity, roster: Roster) -> Change:
    if activity.status == "draft":
        raise ActivityNotAnnounced
    if activity.status != "open" or utc_now() > activity.ends_at:
        raise ActivityOver
    return Change(rows_of(roster))


def _line(rows: list[dict[str, Any]]) -> tuple[SignUp, ...]:
    return tuple(SignUp(row["resident_id"], row["signed_up_at"], row["by_id"]) for row in rows)


def _standing(activity: Activity, resident_id: str) -> Standing:
    standing = rules.standing_of(roster_of(activity), resident_id)
    if standing is None:
        raise NotSignedUp
    return standing


def _require_may_act_for(caller: Caller, resident_id: str) -> None:
    if resident_id != caller.resident_id and not caller.may_write_staff:
        raise OnlyOneself("Residents sign up themselves; staff can do it for others.")


def _require_known(caller: Caller, resident_id: str) -> None:
    """Staff name somebody whom the community knows; residents are known by their own token."""
    if resident_id == caller.resident_id:
        return
    if not lives_here(caller.community_code, resident_id):
        raise UnknownResident(errors={"/resident_id": "Nobody with this id lives in your community."})


def _audit_if_for_another(caller: Caller, act: str, activity_id: str, resident_id: str) -> None:
    """Log a proxy act, X for Y: by a mandate, or by staff at the desk, who need none where the person is with them."""
    if resident_id != caller.by_id:
        mandate_id = caller.acting.mandate_id if caller.acting else None
        detail = {"activity_id": activity_id, "mandate_id": mandate_id}
        audit(settings().service, act=act, by=caller.by_id, about=resident_id, detail=detail)
