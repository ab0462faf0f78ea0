"""Evaluating what was done about a matter: what it led to, when it was done, and whether those concerned find it solved. (由民评)"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.engagement.commands.acts import (
    Act,
    Change,
    check_concerned,
    check_not_to_come,
    for_whom,
    perform,
    say,
    speaker,
)
from services.engagement.errors import ActivityUnfit, MatterNotThere, RatingClosed
from services.engagement.models import RATING, Matter, Occasion, Voice
from services.engagement.rules import matters as rules
from services.engagement.rules.matters import Stage, Status
from services.engagement.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.ids import derive_id
from shared.web import Caller

CLOCK = Caller(resident_id="engagement", kind="service")
"""Who closes and reopens matters when their days are over."""


def follow_up(caller: Caller, matter_id: str, follow_up_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Say what a decision led to ({text, activity_id?, project_id?}): an activity, a project of the fund, or in words.

    Raises ActivityUnfit for an activity that is not announced here, MatterNotThere. Projects are the ledger's to know.
    """
    matter = Matter.of(caller.community_code, matter_id)
    activity_id = wanted["activity_id"]
    if activity_id and not Occasion.objects(id=activity_id, community_code=caller.community_code).count():
        raise ActivityUnfit(errors={"/activity_id": ActivityUnfit.title})
    act = Act(code="followed_up", key=follow_up_id, by=caller, body=wanted, shown={"text": wanted["text"]})
    row = {"id": follow_up_id, "round": matter.round, **{name: value for name, value in wanted.items() if value is not None}}
    change = Change(stages=(Stage.EVALUATE,), where={"round": matter.round}, update={"$push": {"follow_ups": row}})
    return perform(matter, act, change)


def complete(caller: Caller, matter_id: str, completion_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Say that it is done ({done_on, text}); from now on, for some days, those concerned rate it. Raises MatterNotThere."""
    check_not_to_come(wanted["done_on"], "done_on")
    matter = Matter.of(caller.community_code, matter_id)
    now, chosen = utc_now(), settings()
    ends_at = bounds(local_day(now, chosen.zone) + timedelta(days=chosen.rating_days), chosen.zone)[1]
    shown = {"about": completion_id, "text": wanted["text"], "day": wanted["done_on"].isoformat()}
    act = Act(code="done", key=completion_id, by=caller, body=wanted, shown=shown)
    done = {
        "id": completion_id, "round": matter.round, "text": wanted["text"], "done_on": wanted["done_on"].isoformat(), "ends_at": ends_at,
    }  # fmt: skip
    change = Change(
        stages=(Stage.EVALUATE,),
        where={"round": matter.round, "rating_ends_at": None},
        update={"$push": {"completions": done}, "$set": {"rating_ends_at": ends_at}},
    )
    return perform(matter, act, change)


def rate(caller: Caller, matter_id: str, wanted: Mapping[str, Any]) -> Matter:
    """Say whether it is solved ({verdict, words?, resident_id?}); until the days are over it can be said anew.

    Raises RatingClosed, NotConcerned, PersonNotHere.
    """
    matter = Matter.of(caller.community_code, matter_id)
    completion = matter.completion
    if completion is None or not takes_ratings(matter):
        raise RatingClosed
    who = speaker(caller, for_whom(caller, wanted.get("resident_id")))
    check_concerned(matter, who)
    question = completion["id"]
    said = Voice(
        id=rating_id(question, who.resident_id), community_code=matter.community_code, matter_id=matter_id, about=RATING, question=question,
        resident_id=who.resident_id, answer=wanted["verdict"], words=wanted.get("words") or None, entered_by=who.entered_by, at=utc_now(),
    )  # fmt: skip
    say(said, by=caller)
    return matter


def rating_id(completion_id: str, resident_id: str) -> str:
    """Return the id of what a resident's rating is kept under."""
    return derive_id(RATING, completion_id, resident_id)


def takes_ratings(matter: Matter) -> bool:
    """Tell whether those concerned may rate a matter at this moment."""
    return matter.status == Status.OPEN.value and matter.rating_ends_at is not None and matter.rating_ends_at > utc_now()


def rated(completion: Mapping[str, Any]) -> dict[str, int]:
    """Return how many gave each verdict on a completion; what came after the end does not count."""
    pipeline = [
        {"$match": {"question": completion["id"], "about": RATING, "at": {"$lt": completion["ends_at"]}}},
        {"$group": {"_id": "$answer", "voices": {"$sum": 1}}},
    ]
    found = {row["_id"]: row["voices"] for row in Voice._get_collection().aggregate(pipeline)}
    return {verdict: found.get(verdict, 0) for verdict in rules.VERDICTS}


def judge_ratings() -> None:
    """Close each matter whose rating is over, or reopen it where most raters find it not solved (a job of the worker)."""
    for matter in Matter.objects(status=Status.OPEN.value, rating_ends_at__lte=utc_now()):
        _judge(matter)


def _judge(matter: Matter) -> None:
    if (completion := matter.completion) is None:
        return
    outcome, now = rules.outcome_of(counts := rated(completion)), utc_now()
    reopens = outcome == rules.NOT_SOLVED
    code, told = "reopened" if reopens else "closed", {"outcome": outcome}
    act = Act(code=code, key=f"rated:{completion['id']}", by=CLOCK, body=told, shown=told)
    place = next(place for place, row in enumerate(matter.completions) if row["id"] == completion["id"])
    kept = {f"completions.{place}.outcome": outcome, f"completions.{place}.counts": counts}
    try:
        perform(matter, act, Change(where={"round": matter.round}, update=_reopening(now, kept) if reopens else _closing(kept)))
    except MatterNotThere:
        return  # another worker was faster


def _closing(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {"$set": {**kept, "status": Status.CLOSED.value}, "$unset": {"rating_ends_at": ""}}


def _reopening(now: datetime, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what sends a matter back to be discussed, in another round; everything of the one before stays. Residents may write at
    once, as long as a rating takes."""
    until = local_day(now, settings().zone) + timedelta(days=settings().rating_days)
    back = {"stage": Stage.DISCUSS.value, "discussing_since": now, "comments_until": until.isoformat()}
    return {
        "$set": {**kept, **back},
        "$unset": {"rating_ends_at": "", "deciding_since": "", "evaluating_since": ""},
        "$inc": {"round": 1},
    }
