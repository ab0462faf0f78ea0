"""What a reviewer looks through before confirming the hours of an activity: the doubtful first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.checkin.models import Activity, Attendee, CheckIn, ServiceItem
from services.checkin.queries import care as care_queries
from services.checkin.queries.courses import untrained
from services.checkin.queries.cursors import begin_of
from services.checkin.queries.ties import claim_of, reviewer_of
from services.checkin.rules import care
from services.checkin.rules.anomalies import Entry, Limits, Stay, anomalies_of
from services.checkin.rules.care import Span
from services.checkin.rules.conflicts import conflict_of
from services.checkin.rules.presence import minutes_present
from services.checkin.rules.safety import lacking
from services.checkin.settings import settings
from shared.clock import local_day
from shared.web import Caller, encode_cursor

View = dict[str, Any]
STAY = dict.fromkeys(("resident_id", "arrived_at", "left_at", "record.leader_id"), 1)


def review(caller: Caller, activity_id: str, *, limit: int, cursor: str | None) -> tuple[list[View], str | None]:
    """Return a page of the activity's accepted check-ins for staff: what is doubtful first, what is confirmed last.

    Each has `minutes_present`, `anomalies` (see rules) and `conflict`: why the caller may not confirm it. ActivityNotFound.
    """
    activity = Activity.of(caller.community_code, activity_id)
    found = list(CheckIn._get_collection().find({"activity_id": activity_id, "status": "accepted"}, {"outbox": 0}))
    people = Attendee.named([*(row["resident_id"] for row in found), caller.resident_id, activity.leader_id])
    others = _other_stays(found)
    reviewer, unfit = reviewer_of(caller, people.get(caller.resident_id)), _Unfit(activity, found, people)
    at, served = limits(), {row["resident_id"]: activity.item_of(row["resident_id"]) for row in found}
    least_ages = {code: item.least_age for code, item in ServiceItem.named(set(served.values())).items()}
    strains = {row["_id"]: _care(row, people, others[row["resident_id"]], least_ages.get(served[row["resident_id"]])) for row in found}
    rows = [
        _described(row, people.get(row["resident_id"])) | {
            "item": row["record"]["item"] if row.get("record") else served[row["resident_id"]],
            "stall_id": activity.stands.get(row["resident_id"]),
            "anomalies": [] if row.get("record") else [
                *anomalies_of(_entry(activity, row, people, unfit, strains[row["_id"]]), others[row["resident_id"]], at)
            ],
            "conflict": conflict_of(reviewer, claim_of(row, people.get(row["resident_id"]))),
        }
        for row in found
    ]  # fmt: skip
    rows.sort(key=lambda row: (bool(row.get("record")), not row["anomalies"], row["logged_at"], row["_id"]))
    begin = begin_of(cursor)
    return rows[begin : begin + limit], encode_cursor(begin + limit) if begin + limit < len(rows) else None


def limits() -> Limits:
    """Return from where on something is to be looked at in this community."""
    chosen = settings()
    return Limits(
        minutes_a_day=chosen.doubtful_minutes_a_day, entered_after=timedelta(days=chosen.doubtful_entry_days),
        pair_records=chosen.doubtful_pair_records, pair_span=timedelta(days=chosen.doubtful_pair_days),
    )  # fmt: skip


def _described(row: View, person: Attendee | None) -> View:
    present = minutes_present(row["arrived_at"], row["left_at"]) if row.get("left_at") else None
    said = row.get("other_times")
    asked = minutes_present(said["arrived_at"], said["left_at"]) if said else None
    return {**row, "name": person.name if person else None, "minutes_present": present, "minutes_said": asked}


def _entry(activity: Activity, row: View, people: Mapping[str, Attendee], unfit: "_Unfit", age: tuple[str, ...]) -> Entry:
    household, leaders = (getattr(people.get(who), "household_id", None) for who in (row["resident_id"], activity.leader_id))
    return Entry(
        stay=_stay(row, leader_id=activity.leader_id), logged_at=row["logged_at"], ends_at=activity.ends_at,
        says_other_times=bool(row.get("other_times")),
        lacks_skill=row["resident_id"] in unfit.by_skill, lacks_course=row["resident_id"] in unfit.by_course, care=age,
        is_leaders_household=household is not None and household == leaders and row["resident_id"] != activity.leader_id,
    )  # fmt: skip


class _Unfit:
    """Who came without a skill that they need there, and who without a course."""

    def __init__(self, activity: Activity, rows: list[View], people: Mapping[str, Attendee]) -> None:
        self.by_skill = _unskilled(activity, rows, people)
        self.by_course = untrained(activity, {row["resident_id"] for row in rows}, people)


def _care(row: View, people: Mapping[str, Attendee], others: Iterable[Stay], least_age: int | None) -> tuple[str, ...]:
    """Return what somebody's age speaks against in their stay: taking part at all, as consents stood on that day, or its length."""
    person = people[row["resident_id"]].person if row["resident_id"] in people else care_queries.NOBODY
    if person.year is None:
        return ()
    at, day, frame = care_queries.limits(), local_day(row["arrived_at"], settings().zone), care_queries.day_of(row["arrived_at"])
    load = care.load_of(_span(row["arrived_at"], row.get("left_at")), [_span(each.arrived_at, each.left_at) for each in others],
                        day=frame, rest=at.rest)  # fmt: skip
    found = (
        care.refusal_of(person, day=day, at=frame.ends, least_age=least_age, limits=at), care.strain_of(person, load, day=day, limits=at),
    )  # fmt: skip
    return tuple(name for name in found if name)


def _span(arrived_at: datetime, left_at: datetime | None) -> Span:
    """Return a stay as a span; one that has not ended is taken for its beginning alone."""
    return Span(arrived_at, max(arrived_at, left_at or arrived_at))


def _unskilled(activity: Activity, rows: Iterable[View], people: Mapping[str, Attendee]) -> set[str]:
    """Return who came without a skill that the activity, or their stall, requires, or with its licence out of date on the day."""
    came = {row["resident_id"] for row in rows} - {activity.leader_id}
    needed = {who: skills for who in came if (skills := activity.requires_of(who))}
    if not needed:
        return set()
    licensed, day = ServiceItem.licensed(), local_day(activity.starts_at, settings().zone).isoformat()
    held = {who: people[who].skills if who in people else [] for who in needed}
    return {who for who, skills in needed.items() if lacking(skills, held[who], licensed=licensed, day=day)}


def _other_stays(rows: Iterable[View]) -> defaultdict[str, list[Stay]]:
    """Return, by resident, their stays elsewhere around the days of these check-ins, in one query."""
    stays: defaultdict[str, list[Stay]] = defaultdict(list)
    open_ = [row for row in rows if not row.get("record")]
    if not open_:
        return stays
    span = max(limits().pair_span, timedelta(days=1))
    arrived = [row["arrived_at"] for row in open_]
    elsewhere = {
        "resident_id": {"$in": sorted({row["resident_id"] for row in open_})},
        "status": "accepted",
        "activity_id": {"$ne": open_[0]["activity_id"]},
        "arrived_at": {"$gte": min(arrived) - span, "$lte": max(arrived) + span},
    }
    for row in CheckIn._get_collection().find(elsewhere, STAY):
        stays[row["resident_id"]].append(_stay(row, leader_id=(row.get("record") or {}).get("leader_id")))
    return stays


def _stay(row: View, *, leader_id: str | None) -> Stay:
    day = local_day(row["arrived_at"], settings().zone).isoformat()
    return Stay(row["arrived_at"], row.get("left_at"), day, leader_id)
