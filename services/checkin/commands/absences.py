"""Say of somebody who had a place and did not come whether they missed it or had good reason. Nobody is marked by a machine.

The mark is a witness's, with a reason; it costs some integrity, which the ledger forgets in time and a steward may pardon, and the
place in a waiting list for a while. Nothing else.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.checkin.commands import rosters
from services.checkin.errors import AbsenceJudged, ActivityNotClosed, NotAbsent, TooCloseToJudge, TooLateToJudge
from services.checkin.models import Activity
from services.checkin.queries.ties import closeness_to
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.events.checkin import SignUpMissed
from shared.events.ledger import MarkLifted
from shared.mongo import audit
from shared.problems import Forbidden
from shared.web import Caller

Row = dict[str, Any]


def judge_absence(caller: Caller, activity_id: str, resident_id: str, *, judgement: str, reason: str) -> Row:
    """Keep a witness's `judgement` (missed, excused) with its reason; return the roster's row. The same again changes nothing.

    The leader and staff are witnesses, of others than themselves and those they are close to (rules.conflicts). Raises ActivityNotClosed,
    NotAbsent, AbsenceJudged for another judgement, TooLateToJudge, TooCloseToJudge.
    """
    activity = Activity.of(caller.community_code, activity_id)
    _require_witness(caller, activity, resident_id)
    told = {"absence": judgement, "absence_reason": reason}
    row = _absent_row(activity, resident_id)
    if row.get("absence"):
        if any(row.get(name) != value for name, value in told.items()):
            raise AbsenceJudged
        return row
    now = utc_now()
    if now > activity.closed_at + timedelta(days=settings().absence_days):
        raise TooLateToJudge
    judged = {**told, "witness_id": caller.resident_id, "witnessed_at": now}
    facts = [_missed(activity, resident_id, judged)] if judgement == "missed" else []
    changed = rosters.compare_and_set(activity_id, _judging(resident_id, judged, facts))
    audit(settings().service, act=f"absence-{judgement}", by=caller.resident_id, about=resident_id, detail={"activity_id": activity_id})
    return _absent_row(changed, resident_id)


def lift(fact: MarkLifted) -> None:
    """Let a mark that the ledger lifted weigh no more on the order of waiting. Twice is once."""
    Activity._get_collection().update_one(
        {"_id": fact.activity_id, "places": {"$elemMatch": {"resident_id": fact.resident_id, "absence": "missed"}}},
        {"$set": {"places.$.absence": "lifted", "places.$.lifted_at": fact.lifted_at}, "$inc": {"roster_revision": 1}},
    )


def _judging(resident_id: str, judged: Row, facts: list[SignUpMissed]) -> Callable[[Activity], rosters.Change]:
    def next_state(current: Activity) -> rosters.Change:
        if _absent_row(current, resident_id).get("absence"):
            raise AbsenceJudged
        return rosters.Change(
            {"places": [row | judged if row["resident_id"] == resident_id else row for row in current.places]}, list(facts)
        )

    return next_state


def _absent_row(activity: Activity, resident_id: str) -> Row:
    if activity.status != "closed":
        raise ActivityNotClosed
    for row in activity.places:
        if row["resident_id"] == resident_id and not row.get("kept"):
            return dict(row)
    raise NotAbsent


def _require_witness(caller: Caller, activity: Activity, resident_id: str) -> None:
    if not caller.may_write_staff and not activity.was_led_by(caller.resident_id):
        raise Forbidden("The leader and staff saw who came.")
    if tie := closeness_to(caller, resident_id):
        audit(settings().service, act="absence-judgement-refused", by=caller.resident_id, about=resident_id, detail={"reason": tie})
        raise TooCloseToJudge(tie)


def _missed(activity: Activity, resident_id: str, judged: Row) -> SignUpMissed:
    return SignUpMissed(
        activity_id=activity.id, resident_id=resident_id, community_code=activity.community_code, starts_at=activity.starts_at,
        missed_at=judged["witnessed_at"], witness_id=judged["witness_id"], reason=judged["absence_reason"],
    )  # fmt: skip
