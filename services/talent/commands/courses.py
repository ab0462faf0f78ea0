"""Courses, and who attends them: sessions are activities in checkin, so attendance is heard of and typed in by nobody. (ADR 96)"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.talent.errors import CourseChangedMeanwhile, CourseClosed
from services.talent.models import Candidate, Course, Training, taxonomy
from services.talent.rules import courses as rules
from services.talent.rules.courses import CourseStatus
from services.talent.rules.skills import skill_code
from services.talent.settings import settings
from shared.clock import utc_now
from shared.events.checkin import ParticipationRecorded, RecordWithdrawn
from shared.events.talent import CourseChanged, TrainingRecorded
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller

TRIES_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Syllabus:
    """What a course is: what it teaches, for which items it is required, who gives it, and what it takes to complete it.

    `days` are the days that it counts towards a level at least, None for as many as it has sessions.
    """

    title: str
    given_by: str
    sessions_needed: int
    about: str | None = None
    teaches: tuple[str, ...] = ()
    required_for: tuple[str, ...] = ()
    level: str | None = None
    days: int | None = None

    @property
    def digest(self) -> str:
        """What tells the same course from another."""
        return digest({**vars(self), "teaches": list(self.teaches), "required_for": list(self.required_for)})


def open_course(course_id: str, wanted: Syllabus, *, by: Caller) -> tuple[Course, bool]:
    """Open a course → (course, whether it is new). Raises IdInUse, and Invalid naming what is no skill or item."""
    if known := Course.objects(id=course_id).first():
        return _same(known, wanted, by), False
    now = utc_now()
    course = Course(
        id=course_id, request_digest=wanted.digest, community_code=by.community_code, title=wanted.title, about=wanted.about,
        given_by=wanted.given_by, teaches=_codes(wanted.teaches, "teaches"), required_for=_codes(wanted.required_for, "required_for"),
        sessions_needed=wanted.sessions_needed, level=wanted.level, days=wanted.days or wanted.sessions_needed,
        status=CourseStatus.OPEN.value, opened_by=by.resident_id, opened_at=now, revision=1,
    )  # fmt: skip
    if not insert_new(course, _told(course)):
        return _same(Course.objects(id=course_id).first(), wanted, by), False
    audit(settings().service, act="open-course", by=by.resident_id, about=course_id, detail={"required_for": course.required_for})
    return course, True


def change_course(course_id: str, changes: Mapping[str, Any], *, by: Caller) -> Course:
    """Change what a course is called, teaches, or is required for; `changes` has `revision`, the one the caller read.

    Raises CourseNotFound, CourseClosed, CourseChangedMeanwhile, Invalid.
    """
    course = Course.of(by.community_code, course_id)
    if course.status == CourseStatus.CLOSED:
        raise CourseClosed()
    values = {name: value for name, value in changes.items() if name != "revision"}
    for name in ("teaches", "required_for"):
        if name in values:
            values[name] = _codes(values[name], name)
    changed = _write(course, values) if course.revision == changes["revision"] else None
    if changed is None:
        raise CourseChangedMeanwhile(f"The course stands at revision {course.revision}.")
    audit(settings().service, act="change-course", by=by.resident_id, about=course_id, detail={"fields": sorted(values)})
    return changed


def close_course(course_id: str, *, by: Caller) -> Course:
    """Close a course: it has no more sessions and requires nothing; who completed it has. The same again changes nothing."""
    course = Course.of(by.community_code, course_id)
    if course.status == CourseStatus.CLOSED:
        return course
    closed = {"status": CourseStatus.CLOSED.value, "closed_by": by.resident_id, "closed_at": utc_now()}
    changed = _write(course, closed)
    if changed is None:
        return close_course(course_id, by=by)  # somebody else wrote meanwhile: look again
    audit(settings().service, act="close-course", by=by.resident_id, about=course_id)
    return changed


def attend(fact: ParticipationRecorded) -> None:
    """Count a session that somebody attended; who led it gave it, and does not attend. Safe to repeat, in any order with `withdraw`."""
    course = Course.objects(id=fact.course_id, community_code=fact.community_code).first() if fact.course_id else None
    if course is None or fact.led or Candidate.objects(id=fact.resident_id, left=True).first():
        return
    session = {
        "record_id": fact.record_id, "activity_id": fact.activity_id, "on": fact.took_part_on.isoformat(),
        "minutes": fact.minutes_present or 0, "title": fact.title, "led_by": fact.leader_id,
    }  # fmt: skip

    def next_state(training: Training) -> dict[str, Any] | None:
        if any(row["record_id"] == fact.record_id for row in training.sessions):
            return None
        return {"sessions": [*training.sessions, session][-rules.SESSIONS_MAX :]}

    _keep(course, fact.resident_id, next_state)


def withdraw_attendance(fact: RecordWithdrawn) -> None:
    """Count a session no more whose record proved wrong; a completion that hung on it is taken back, and told."""
    course = Course.objects(id=fact.course_id, community_code=fact.community_code).first() if fact.course_id else None
    if course is None or Candidate.objects(id=fact.resident_id, left=True).first():
        return

    def next_state(training: Training) -> dict[str, Any] | None:
        return None if fact.record_id in training.withdrawn else {"withdrawn": [*training.withdrawn, fact.record_id]}

    _keep(course, fact.resident_id, next_state)


def forget_trainings(resident_id: str) -> None:
    """Forget what somebody who left attended; that they came stays with the record of it, under the bare id."""
    Training.objects(resident_id=resident_id).delete()


def _keep(course: Course, resident_id: str, next_state: Callable[[Training], dict[str, Any] | None]) -> None:
    """Write what `next_state` makes of somebody's training, None for nothing, with the fact where a completion comes or goes."""
    id_ = Training.id_of(course.id, resident_id)
    for _ in range(TRIES_MAX):
        training = Training.objects(id=id_).first()
        if training is None:
            training = Training(id=id_, community_code=course.community_code, course_id=course.id, resident_id=resident_id)
        values = next_state(training)
        if values is None or _write_training(course, training, values):
            return
    raise RuntimeError(f"training {id_} changed {TRIES_MAX} times under our hands")


def _write_training(course: Course, training: Training, values: Mapping[str, Any]) -> bool:
    sessions, withdrawn = values.get("sessions", training.sessions), values.get("withdrawn", training.withdrawn)
    done = rules.completed_on(sessions, withdrawn, needed=course.sessions_needed)
    facts = [] if done == training.completed_on else [_recorded(training, done)]
    seen = training.revision
    changed = {**values, "completed_on": done, "revision": seen + 1}
    if seen == 0:
        for name, value in changed.items():
            setattr(training, name, value)
        return insert_new(training, *facts)
    return change_one(Training, where={"_id": training.id, "revision": seen}, update={"$set": changed}, facts=facts) is not None


def _recorded(training: Training, done: str | None) -> TrainingRecorded:
    return TrainingRecorded(
        resident_id=training.resident_id, course_id=training.course_id, community_code=training.community_code,
        completed_on=date.fromisoformat(done) if done else None, revision=training.revision + 1, recorded_at=utc_now(),
    )  # fmt: skip


def _write(course: Course, values: Mapping[str, Any]) -> Course | None:
    for name, value in values.items():
        setattr(course, name, value)
    seen, course.revision = course.revision, course.revision + 1
    where = {"_id": course.id, "revision": seen}
    return change_one(Course, where=where, update={"$set": {**values, "revision": course.revision}}, facts=[_told(course)])


def _told(course: Course) -> CourseChanged:
    return CourseChanged(
        course_id=course.id, community_code=course.community_code, title=course.title, status=course.status,
        required_for=list(course.required_for), sessions_needed=course.sessions_needed, revision=course.revision, changed_at=utc_now(),
    )  # fmt: skip


def _codes(words: Iterable[str], name: str) -> list[str]:
    """Return codes of skills, or for `required_for` of items, each once; Invalid naming what is none."""
    known = taxonomy()
    codes = [skill_code(word, codes=known.words) for word in words]
    for at, code in enumerate(codes):
        if known.item_of(code) is None or (name == "required_for" and known.item_of(code) != code):
            raise Invalid(errors={f"/{name}/{at}": "The catalogue has nothing of this name."})
    return list(dict.fromkeys(codes))


def _same(known: Course, wanted: Syllabus, by: Caller) -> Course:
    if (known.community_code, known.request_digest) != (by.community_code, wanted.digest):
        raise IdInUse()
    return known
