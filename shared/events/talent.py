"""Facts about capable residents."""

from dataclasses import dataclass
from datetime import date

from shared.events.fact import Moment, fact


@dataclass(frozen=True, kw_only=True)
class VerifiedSkill:
    """A skill that a steward found true, or an item of the catalogue under which it counts too; `licence_expires_on` only where the
    skill needs a licence.
    """

    skill: str
    licence_expires_on: date | None = None


@fact("talent.nomination-decided.v1", subject="nomination_id")
class NominationDecided:
    """A steward admitted or refused (`decision`: admit, refuse) a candidate whom `nominator_ids` had put forward."""

    nomination_id: str
    candidate_id: str
    community_code: str
    channel: str
    nominator_ids: list[str]
    decision: str
    decided_by: str
    decided_at: Moment


@fact("talent.talent-admitted.v1", subject="resident_id")
class TalentAdmitted:
    """A resident stands in the talent registry with these verified skills; a higher `revision` replaces a lower one."""

    resident_id: str
    community_code: str
    skills: list[VerifiedSkill]
    nominator_ids: list[str]
    admitted_at: Moment
    revision: int


@fact("talent.team-changed.v1", subject="team_id")
class TeamChanged:
    """A team stands so now (`status`: active, ended); a higher `revision` replaces a lower one.

    `member_ids` are those who agreed, `leader_id` is one of them, or nobody while the team needs a leader; `items` may be run by it.
    """

    team_id: str
    community_code: str
    name: str
    status: str
    leader_id: str | None = None
    member_ids: list[str]
    items: list[str]
    revision: int
    changed_at: Moment


@fact("talent.course-changed.v1", subject="course_id")
class CourseChanged:
    """A course stands so now (`status`: open, closed); a higher `revision` replaces a lower one. While it is open, the items that it is
    `required_for` are served here only by who has completed it.
    """

    course_id: str
    community_code: str
    title: str
    status: str
    required_for: list[str]
    sessions_needed: int
    revision: int
    changed_at: Moment


@fact("talent.training-recorded.v1", subject="resident_id")
class TrainingRecorded:
    """A resident has completed a course, by the session on `completed_on`, or (None) not any more: a record proved wrong. A higher
    `revision` replaces a lower one of the same course.
    """

    resident_id: str
    course_id: str
    community_code: str
    completed_on: date | None = None
    revision: int
    recorded_at: Moment


@fact("talent.talent-suspended.v1", subject="resident_id")
class TalentSuspended:
    """A talent was taken off the registry, with a reason; a later admission has a higher `revision`."""

    resident_id: str
    community_code: str
    reason: str
    suspended_at: Moment
    revision: int
