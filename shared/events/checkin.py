"""Facts about the catalogue, activities and what people did there. Minutes and presence, never beans."""

from datetime import date

from shared.events.fact import Moment, fact


@fact("checkin.service-item-listed.v1", subject="code")
class ServiceItemListed:
    """An item of the service catalogue was entered or changed; a higher `revision` replaces a lower one."""

    code: str
    category: str
    name_zh: str
    name_en: str
    aliases: list[str]
    licence_required: bool
    revision: int
    listed_at: Moment
    insurance_required: bool = False


@fact("checkin.activity-announced.v1", subject="activity_id")
class ActivityAnnounced:
    """An activity was opened or changed (`status`: open, closed, cancelled); a higher `revision` replaces a lower one.

    `stall_items` are the items of its stalls, where it has any.
    """

    activity_id: str
    community_code: str
    item: str
    title: str
    kind: str
    status: str
    starts_at: Moment
    ends_at: Moment
    place: str
    capacity: int
    leader_id: str
    skill: str | None = None
    revision: int
    announced_at: Moment
    stall_items: list[str] | None = None


@fact("checkin.sign-up-kept.v1", subject="resident_id")
class SignUpKept:
    """A resident who had a place came."""

    activity_id: str
    resident_id: str
    community_code: str
    starts_at: Moment
    kept_at: Moment


@fact("checkin.sign-up-missed.v1", subject="resident_id")
class SignUpMissed:
    """A resident who had a place did not come and had not cancelled; a witness said so, with a reason."""

    activity_id: str
    resident_id: str
    community_code: str
    starts_at: Moment
    missed_at: Moment
    witness_id: str | None = None
    reason: str | None = None


@fact("checkin.hours-verified.v1", subject="record_id")
class HoursVerified:
    """A reviewer confirmed minutes of volunteer service. `record_id` is the check-in's id; `led`: they led the activity.

    `item` is what they served, at the stall `stall_id` where there was one.
    """

    record_id: str
    activity_id: str
    resident_id: str
    community_code: str
    item: str
    minutes: int
    leader_id: str
    led: bool
    served_on: date
    arrived_at: Moment
    left_at: Moment
    method: str
    back_entered: bool
    verified_by: str
    verified_at: Moment
    skill: str | None = None
    stall_id: str | None = None


@fact("checkin.participation-recorded.v1", subject="record_id")
class ParticipationRecorded:
    """A reviewer confirmed that a resident took part in something that is not volunteer service: it never makes hours.

    Where it was a session of the course `course_id`, `minutes_present` are what its training record says, and `title` what it was.
    """

    record_id: str
    activity_id: str
    resident_id: str
    community_code: str
    item: str
    leader_id: str
    led: bool
    took_part_on: date
    back_entered: bool
    verified_by: str
    verified_at: Moment
    stall_id: str | None = None
    course_id: str | None = None
    minutes_present: int | None = None
    title: str | None = None


@fact("checkin.record-withdrawn.v1", subject="record_id")
class RecordWithdrawn:
    """A verified record proved wrong (an objection was upheld): whatever followed from it is to be reversed."""

    record_id: str
    activity_id: str
    resident_id: str
    community_code: str
    reason: str
    withdrawn_by: str
    withdrawn_at: Moment
    course_id: str | None = None
