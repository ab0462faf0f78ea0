"""Keep this service's copy of courses and of who has completed them, and require what they ask. (ADR 96)"""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.checkin.commands.residents import PATIENCE_STEP_SECONDS, keep_training
from services.checkin.errors import (
    CourseIsOver,
    CourseMissing,
    CourseNeedsParticipation,
    LeaderUntrained,
    UnknownCourse,
)
from services.checkin.models import Activity, Attendee, Course, Series
from services.checkin.models.course import OPEN
from services.checkin.queries import courses as course_queries
from services.checkin.rules import courses as rules
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.events.talent import CourseChanged, TrainingRecorded
from shared.mongo import change_one, insert_new


def keep_course(fact: CourseChanged) -> None:
    """Copy a course as it stands; only a higher revision replaces what is known."""
    names = ("community_code", "title", "status", "required_for", "sessions_needed", "revision")
    known = {name: getattr(fact, name) for name in names}
    if not insert_new(Course(id=fact.course_id, **known)):
        change_one(Course, where={"_id": fact.course_id, "revision": {"$lt": fact.revision}}, update={"$set": known})


def keep_completion(fact: TrainingRecorded) -> None:
    """Copy that somebody has completed a course, or has not after all."""
    keep_training(fact)


def require_session(community_code: str, occasion: Mapping[str, Any]) -> None:
    """Raise unless the course of which an occasion is a session, if any, is open and the occasion is one of taking part.

    Raises UnknownCourse, CourseIsOver and CourseNeedsParticipation, naming /course_id.
    """
    if not (course_id := occasion.get("course_id")):
        return
    course = _await_course(community_code, course_id)
    if course is None:
        raise UnknownCourse(errors={"/course_id": "Your community has no such course."})
    if course.status != OPEN:
        raise CourseIsOver(errors={"/course_id": "This course is closed."})
    if occasion["kind"] == rules.VOLUNTEER:
        raise CourseNeedsParticipation(errors={"/course_id": "A session of a course is taking part: listening makes no service hours."})


def course_for(series: Series) -> str | None:
    """Return the course of a recurring activity while it is open: afterwards its days are announced without."""
    course = Course.of(series.community_code, series.course_id) if series.course_id else None
    return course.id if course is not None and course.status == OPEN else None


def require_trained(activity: Activity, attendee: Attendee | None, stall_id: str | None) -> None:
    """Raise CourseMissing, naming the courses, unless a resident has completed what their service here requires, by its day."""
    if missing := course_queries.missing_for(activity, attendee, stall_id=stall_id):
        raise CourseMissing(", ".join(missing))


def require_leaders_trained(community_code: str, occasion: Mapping[str, Any]) -> None:
    """Raise LeaderUntrained at the field of each who leads an item, of the whole or of a stall, without a course that it requires.

    `occasion` has kind, item, leader_id, and perhaps starts_at and stalls.
    """
    if occasion["kind"] != rules.VOLUNTEER:
        return
    leads = [("/leader_id", occasion["leader_id"], occasion["item"])]
    for at, stall in enumerate(occasion.get("stalls") or ()):
        if stall.get("leader_id"):
            leads.append((f"/stalls/{at}/leader_id", stall["leader_id"], stall["item"]))
    needed = Course.required(community_code, (item for _, _, item in leads))
    if not needed:
        return
    people = Attendee.named(who for _, who, _ in leads)
    day = _day(occasion.get("starts_at"))
    errors = {where: missing for where, who, item in leads if (missing := _titles(needed, people.get(who), item, day))}
    if errors:
        raise LeaderUntrained(", ".join(dict.fromkeys(errors.values())), errors=errors)


def _titles(needed: Iterable[Course], person: Attendee | None, item: str, day: str) -> str:
    completed = rules.completed_by(person.courses if person else None, day)
    lacking = rules.lacking([(row.id, row.required_for) for row in needed], {item}, completed)
    return ", ".join(row.title for row in needed if row.id in lacking)


def _day(starts_at: datetime | None) -> str:
    return local_day(starts_at or utc_now(), settings().zone).isoformat()


def _await_course(community_code: str, course_id: str) -> Course | None:
    """Return the community's copy of a course, waiting a moment for one that was opened just now; None if none comes."""
    deadline = time.monotonic() + settings().copy_patience_ms / 1000
    while (found := Course.of(community_code, course_id)) is None and time.monotonic() < deadline:
        time.sleep(PATIENCE_STEP_SECONDS)
    return found
