"""What people need at a stall of a day to come: said by themselves, by their proxy, or by the office for who calls. Kept for the day
alone."""

from datetime import timedelta

from services.checkin.commands.rosters import audit_if_for_another, require_known, require_may_act_for
from services.checkin.commands.stalls import require_to_come
from services.checkin.errors import ActivityNotFound, TooManyNeeds
from services.checkin.models import PROXY_ACTS, Activity, Need
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.mongo import change_one, insert_new
from shared.web import Caller

STATED, WITHDRAWN = PROXY_ACTS[4:6]
NEEDS_MAX = 2_000
"""Of one activity; far more than a day can serve."""


def state_need(caller: Caller, activity_id: str, stall_id: str, resident_id: str, text: str) -> tuple[Need, bool]:
    """Keep what a resident needs at a stall, in the place of what they said of it before; return it and whether it is new.

    Until the start. Raises OnlyOneself, UnknownResident, ActivityNotFound, StallNotFound, ActivityBegun, ActivityOver, TooManyNeeds.
    """
    _require_open(caller, activity_id, stall_id, resident_id)
    need_id = Need.id_of(activity_id, stall_id, resident_id)
    known = Need.objects(id=need_id).first()
    if known is not None and known.text == text:
        return known, False
    said = {"text": text, "by_id": caller.by_id, "said_at": utc_now()}
    changed = change_one(Need, where={"_id": need_id}, update={"$set": said}) if known else None
    if changed is None:
        changed = _first_need(caller, activity_id, stall_id, resident_id, said)
    audit_if_for_another(caller, STATED, activity_id, resident_id)
    return changed, known is None


def withdraw_need(caller: Caller, activity_id: str, stall_id: str, resident_id: str) -> None:
    """Forget what a resident needs at a stall, until the start. Forgotten already is fine. Raises as `state_need` does."""
    _require_open(caller, activity_id, stall_id, resident_id)
    if Need.objects(id=Need.id_of(activity_id, stall_id, resident_id)).delete():
        audit_if_for_another(caller, WITHDRAWN, activity_id, resident_id)


def needed_stalls(activity_id: str) -> set[str]:
    """Return the ids of the stalls at which somebody needs something."""
    return set(Need._get_collection().distinct("stall_id", {"activity_id": activity_id}))


def forget_needs() -> int:
    """Delete what people needed on days that are `needs_kept_days` over (a job of the worker); return how many needs went."""
    before = utc_now() - timedelta(days=settings().needs_kept_days)
    asked_of = Need._get_collection().distinct("activity_id")
    recent = {row.id for row in Activity.objects(id__in=asked_of, ends_at__gte=before).only("id")}
    over = [activity_id for activity_id in asked_of if activity_id not in recent]
    return int(Need.objects(activity_id__in=over).delete()) if over else 0


def _require_open(caller: Caller, activity_id: str, stall_id: str, resident_id: str) -> None:
    require_may_act_for(caller, resident_id)
    activity = Activity.of(caller.community_code, activity_id)
    if activity.status == "draft":
        raise ActivityNotFound
    activity.stall(stall_id)
    require_to_come(activity)
    require_known(caller, resident_id)


def _first_need(caller: Caller, activity_id: str, stall_id: str, resident_id: str, said: dict[str, object]) -> Need:
    if Need.objects(activity_id=activity_id).count() >= NEEDS_MAX:
        raise TooManyNeeds
    need = Need(
        id=Need.id_of(activity_id, stall_id, resident_id), community_code=caller.community_code, activity_id=activity_id,
        stall_id=stall_id, resident_id=resident_id, **said,
    )
    insert_new(need)  # the same in the same moment, from another tab: one of the two stands
    return need
