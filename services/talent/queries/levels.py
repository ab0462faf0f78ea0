"""Levels, the days behind them, and mentoring: to their owner, the other of the two, and staff; never in a list of neighbours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.talent.models import ACTIVE, LEFT, Course, Mentorship, ServiceDay, Standing, Talent, Training
from services.talent.queries.shapes import Shown
from services.talent.rules import courses as course_rules
from services.talent.rules import levels as rules
from services.talent.rules.levels import MentorshipStatus, Reason, Why
from services.talent.settings import settings
from shared.clock import local_day
from shared.problems import Forbidden, NotFound
from shared.web import Caller

READY_SHOWN_MAX = 200
LOGGED = {"$in": [MentorshipStatus.AGREED.value, MentorshipStatus.ENDED.value]}


def standing_of(talent: Talent) -> Standing:
    """Return on which level a talent stands; a fledgling since their admission where nothing was decided."""
    found = Standing.objects(id=talent.id).first()
    return found or _first(talent)


def days_so_far(talent: Talent, standing: Standing) -> int:
    """Return how many days count for the next level so far."""
    return rules.days_of(rules.counted(_reasons([talent.id])[talent.id], since=standing.since))


def progress(resident_id: str, *, viewer: Caller) -> Shown:
    """Return level, days and why, to a talent themselves and to staff; Forbidden to anybody else, NotFound for who is no talent."""
    talent = Talent.objects(id=resident_id, community_code=viewer.community_code, status__ne=LEFT).first()
    if talent is None:
        raise NotFound()
    if not viewer.may_see(resident_id):
        raise Forbidden("Where a talent stands is shown to them and to staff.")
    return show_progress(talent, standing_of(talent))


def show_progress(talent: Talent, standing: Standing) -> Shown:
    """Return level, days and why."""
    reasons = rules.counted(_reasons([talent.id])[talent.id], since=standing.since)
    summary = _summary(talent, standing, rules.days_of(reasons))
    return {**summary, "reasons": [vars(row) for row in reasons], "decisions": standing.decisions}


def ready_for_next(*, community_code: str) -> list[Shown]:
    """Return the talents whose days reach what a level takes, by name: for a steward to decide, and no ranking."""
    active = Talent.objects(community_code=community_code, status=ACTIVE)
    talents = list(active.only("id", "name", "community_code", "admitted_at").order_by("name"))
    standings = {row.id: row for row in Standing.objects(id__in=[talent.id for talent in talents])}
    reasons = _reasons([talent.id for talent in talents])
    found = []
    for talent in talents:
        standing = standings.get(talent.id) or _first(talent)
        days = rules.days_of(rules.counted(reasons[talent.id], since=standing.since))
        if days >= rules.DAYS_A_LEVEL and rules.next_level(standing.level):
            found.append(_summary(talent, standing, days))
    return found[:READY_SHOWN_MAX]


def possible_mentors(resident_id: str, *, community_code: str) -> list[Shown]:
    """Return the active talents on a higher level than somebody, by name, for staff who look for a mentor."""
    talent = Talent.objects(id=resident_id, community_code=community_code, status__ne=LEFT).first()
    if talent is None:
        raise NotFound()
    level = standing_of(talent).level
    above = [name for name in rules.LEVELS if rules.is_higher(name, level)]
    ids = [row.id for row in Standing.objects(community_code=community_code, level__in=above).only("id")]
    found = Talent.objects(id__in=ids, status=ACTIVE).only("id", "name").order_by("name").limit(READY_SHOWN_MAX)
    return [{"resident_id": row.id, "name": row.name} for row in found]


def mentorships(resident_id: str, *, viewer: Caller) -> list[Shown]:
    """Return somebody's mentorships, as mentee or mentor, the latest on top, to themselves and staff."""
    if not viewer.may_see(resident_id):
        raise Forbidden("Mentoring is shown to the two, and to staff.")
    either: dict[str, Any] = {"$or": [{"mentee_id": resident_id}, {"mentor_id": resident_id}], "community_code": viewer.community_code}
    return _named(list(Mentorship.objects(__raw__=either).order_by("-asked_at")), viewer)


def mentorship(mentorship_id: str, *, viewer: Caller) -> Shown:
    """Return one mentorship with its log, to the two and staff; Forbidden to anybody else."""
    found = Mentorship.of(viewer.community_code, mentorship_id)
    if viewer.resident_id not in (found.mentee_id, found.mentor_id) and not viewer.is_staff:
        raise Forbidden("Mentoring is shown to the two, and to staff.")
    return show_mentorship(found, viewer=viewer)


def show_mentorship(found: Mentorship, *, viewer: Caller) -> Shown:
    """Return a mentorship with the names of the two."""
    return _named([found], viewer)[0]


def _first(talent: Talent) -> Standing:
    since = local_day(talent.admitted_at, settings().zone).isoformat()
    return Standing(id=talent.id, community_code=talent.community_code, level=rules.FLEDGLING, since=since)


def _summary(talent: Talent, standing: Standing, days: int) -> Shown:
    above = rules.next_level(standing.level)
    return {
        "resident_id": talent.id, "name": talent.name, "level": standing.level, "since": standing.since, "next_level": above, "days": days,
        "days_needed": rules.DAYS_A_LEVEL, "rule": rules.RULE, "proposed": bool(above) and days >= rules.DAYS_A_LEVEL,
    }  # fmt: skip


def _reasons(ids: Sequence[str]) -> defaultdict[str, list[Reason]]:
    """Return, by resident, every reason why a day counts, in four queries."""
    found: defaultdict[str, list[Reason]] = defaultdict(list)
    for row in ServiceDay._get_collection().find({"resident_id": {"$in": list(ids)}, "on": {"$exists": True}, "gone": {"$ne": True}}):
        found[row["resident_id"]].append(Reason(row["on"], Why.SERVICE.value, row.get("item") or ""))
    trainings = list(Training.objects(resident_id__in=list(ids)))
    courses = {row.id: row for row in Course.objects(id__in=list({row.course_id for row in trainings}))}
    for training in trainings:
        found[training.resident_id] += _of_training(training, courses[training.course_id])
    either = {"$or": [{"mentee_id": {"$in": list(ids)}}, {"mentor_id": {"$in": list(ids)}}], "status": LOGGED}
    for row in Mentorship._get_collection().find(either, {"mentee_id": 1, "mentor_id": 1, "notes.on": 1}):
        for who in (row["mentee_id"], row["mentor_id"]):
            found[who] += [Reason(on, Why.MENTORING.value) for on in {note["on"] for note in row.get("notes", ())}]
    return found


def _of_training(training: Training, course: Course) -> Iterable[Reason]:
    sessions = course_rules.standing(training.sessions, training.withdrawn)
    attended = [Reason(row["on"], Why.SESSION.value, course.title) for row in sessions]
    more = rules.added_by(course.days, sessions=len({row["on"] for row in sessions}))
    added = [Reason(training.completed_on, Why.COURSE.value, course.title, more)] if training.completed_on and more else []
    return [*attended, *added]


def _named(found: list[Mentorship], viewer: Caller) -> list[Shown]:
    ids = {id_ for row in found for id_ in (row.mentee_id, row.mentor_id)}
    names: Mapping[str, str | None] = {row.id: row.name for row in Talent.objects(id__in=list(ids)).only("id", "name")}
    return [
        {
            **{name: getattr(row, name) for name in ("id", "mentee_id", "mentor_id", "status", "asked_at", "agreed_at", "ended_at")},
            "mentee_name": names.get(row.mentee_id), "mentor_name": names.get(row.mentor_id), "agreed_by": list(row.agreed_by),
            "my_part": {row.mentee_id: "mentee", row.mentor_id: "mentor"}.get(viewer.resident_id),
            "notes": sorted((dict(note) for note in row.notes), key=lambda note: (note["on"], note["id"]), reverse=True),
            "days": len({note["on"] for note in row.notes}),
        }
        for row in found
    ]  # fmt: skip
