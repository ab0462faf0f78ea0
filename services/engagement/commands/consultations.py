"""Discussing a matter: consultations in one of the six forms, their minutes, and what residents write meanwhile. (由民议)"""

from collections.abc import Mapping
from typing import Any

from services.engagement.commands.acts import Act, Change, check_apart, perform, spot, today
from services.engagement.errors import (
    ActivityUnfit,
    CommentNotFound,
    CommentsClosed,
    ConsultationNotFound,
    CountedByCheckIns,
    MatterNotThere,
    TooManyComments,
)
from services.engagement.models import Comment, Matter, Occasion
from services.engagement.rules.matters import Stage, Status
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse
from shared.web import Caller

PARTICIPATION = "participation"
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
OF_A_PLAN = ("form", "starts_at", "place", "host", "activity_id")


def plan_consultation(caller: Caller, matter_id: str, consultation_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Plan a consultation ({form, starts_at, place, host, activity_id?, comments_until?}); the first one begins the discussion.

    Comments are taken until the day named, else the day of the consultation. Raises MatterNotThere once it is decided, ActivityUnfit.
    """
    matter = Matter.of(caller.community_code, matter_id)
    day = local_day(wanted["starts_at"], settings().zone)
    act = Act(
        code="consultation_planned", key=consultation_id, by=caller, body=wanted,
        shown={"about": consultation_id, "form": wanted["form"], "text": wanted["place"], "day": day.isoformat()},
    )  # fmt: skip
    if matter.act_with(consultation_id) is None:
        _check_activity(caller.community_code, wanted["activity_id"])
    plan = {"id": consultation_id, "status": PLANNED, **{name: wanted[name] for name in OF_A_PLAN if wanted[name] is not None}}
    stage = Stage.DISCUSS if matter.stage == Stage.RAISE.value else Stage(matter.stage)
    update = {
        "$push": {"consultations": plan},
        "$set": {"stage": stage.value},
        "$max": {"comments_until": (wanted["comments_until"] or day).isoformat()},
        "$min": {"discussing_since": utc_now()},
    }
    stages = (Stage.DISCUSS, Stage.DECIDE) if stage == matter.stage else (Stage.RAISE,)
    return perform(matter, act, Change(stages=stages, update=update))


def call_off_consultation(caller: Caller, matter_id: str, consultation_id: str, *, reason: str) -> tuple[Matter, bool]:
    """Call a consultation off that has not been held. Raises ConsultationNotFound, MatterNotThere."""
    matter, place = _placed(caller, matter_id, consultation_id)
    shown = {"about": consultation_id, "text": reason}
    act = Act(code="consultation_cancelled", key=f"cancelled:{consultation_id}", by=caller, body={"reason": reason}, shown=shown)
    gone = {f"consultations.{place}.status": CANCELLED, f"consultations.{place}.reason": reason}
    return perform(matter, act, Change(where={f"consultations.{place}.status": PLANNED}, update={"$set": gone}))


def publish_minutes(
    caller: Caller, matter_id: str, consultation_id: str, minutes_id: str, wanted: Mapping[str, Any]
) -> tuple[Matter, bool]:  # fmt: skip
    """Publish the minutes of a consultation that has begun ({text, agreed, open_points?, came?}); later ones take the place of earlier
    ones, and the history has them all.

    `came` is entered only where no activity counts it (CountedByCheckIns). Raises ConsultationNotFound, and MatterNotThere for one
    that was called off or is still to come.
    """
    matter, place = _placed(caller, matter_id, consultation_id)
    consultation = matter.consultations[place]
    if wanted["came"] is not None and consultation.get("activity_id"):
        raise CountedByCheckIns(errors={"/came": CountedByCheckIns.title})
    if consultation["starts_at"] > utc_now():
        raise MatterNotThere("This consultation is still to come.")
    shown = {"about": consultation_id, "text": wanted["agreed"]}
    act = Act(code="minutes_published", key=minutes_id, by=caller, body={"consultation_id": consultation_id, **wanted}, shown=shown)
    told = {name: wanted[name] for name in ("text", "agreed", "open_points", "came") if wanted[name] is not None}
    kept = {f"consultations.{place}.{name}": value for name, value in {**told, "status": HELD, "minutes_at": utc_now()}.items()}
    return perform(matter, act, Change(where={f"consultations.{place}.status": {"$ne": CANCELLED}}, update={"$set": kept}))


def comment(caller: Caller, matter_id: str, comment_id: str, *, text: str) -> tuple[Comment, bool]:
    """Write a comment on a matter that is discussed → (the comment, whether it is new). Raises CommentsClosed, TooManyComments."""
    if known := Comment.objects(id=comment_id).first():
        return _same(known, caller, matter_id, text), False
    matter = Matter.of(caller.community_code, matter_id)
    if not takes_comments(matter):
        raise CommentsClosed
    if Comment.objects(matter_id=matter_id, author_id=caller.resident_id).count() >= settings().comments_each_max:
        raise TooManyComments
    made = Comment(
        id=comment_id, community_code=matter.community_code, matter_id=matter_id, author_id=caller.resident_id, text=text, at=utc_now()
    )  # fmt: skip
    if insert_new(made):
        return made, True
    return _same(Comment.objects.get(id=comment_id), caller, matter_id, text), False


def takes_comments(matter: Matter) -> bool:
    """Tell whether residents may write comments on a matter today."""
    is_discussed = matter.status == Status.OPEN.value and matter.stage == Stage.DISCUSS.value
    return is_discussed and today() <= (matter.comments_until or "")


def hide_comment(caller: Caller, matter_id: str, comment_id: str, *, reason: str) -> Comment:
    """Hide a comment with a reason that its author reads; the same again changes nothing. Raises CommentNotFound, MatterTooClose."""
    check_apart(caller, Matter.of(caller.community_code, matter_id))
    found = Comment.of(caller.community_code, matter_id, comment_id)
    hidden = {"hidden_by": caller.resident_id, "hidden_reason": reason}
    changed = change_one(Comment, where={"_id": comment_id, "hidden_by": None}, update={"$set": hidden})
    if changed is None:
        return Comment.of(caller.community_code, matter_id, found.id)
    audit(settings().service, act="comment-hidden", by=caller.resident_id, about=comment_id, detail={"matter": matter_id, "reason": reason})
    return changed


def show_comment(caller: Caller, matter_id: str, comment_id: str) -> Comment:
    """Show a hidden comment again; the same again changes nothing. Raises CommentNotFound, MatterTooClose."""
    check_apart(caller, Matter.of(caller.community_code, matter_id))
    found = Comment.of(caller.community_code, matter_id, comment_id)
    where = {"_id": comment_id, "hidden_by": {"$ne": None}}
    changed = change_one(Comment, where=where, update={"$unset": {"hidden_by": "", "hidden_reason": ""}})
    if changed is None:
        return found
    audit(settings().service, act="comment-shown-again", by=caller.resident_id, about=comment_id, detail={"matter": matter_id})
    return changed


def withdraw_comment(caller: Caller, matter_id: str, comment_id: str) -> Comment:
    """Withdraw one's own comment: its words are forgotten; the same again changes nothing. CommentNotFound for another's."""
    found = Comment.of(caller.community_code, matter_id, comment_id)
    if found.author_id != caller.resident_id:
        raise CommentNotFound
    gone = {"$set": {"withdrawn_at": utc_now()}, "$unset": {"text": ""}}
    return change_one(Comment, where={"_id": comment_id, "withdrawn_at": None}, update=gone) or found


def _placed(caller: Caller, matter_id: str, consultation_id: str) -> tuple[Matter, int]:
    matter = Matter.of(caller.community_code, matter_id)
    if (place := spot(matter.consultations, consultation_id)) is None:
        raise ConsultationNotFound
    return matter, place


def _check_activity(community_code: str, activity_id: str | None) -> None:
    """Refuse with ActivityUnfit what is not announced here, or is service: one copied before kinds were has none, and is taken."""
    if activity_id is None:
        return
    known = Occasion.objects(id=activity_id, community_code=community_code).first()
    if known is None or known.kind not in (PARTICIPATION, None):
        raise ActivityUnfit(errors={"/activity_id": ActivityUnfit.title})


def _same(known: Comment, caller: Caller, matter_id: str, text: str) -> Comment:
    if (known.author_id, known.matter_id, known.text) != (caller.resident_id, matter_id, text):
        raise IdInUse
    return known
