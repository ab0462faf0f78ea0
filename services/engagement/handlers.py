"""What engagement does about others' facts: one fact, one command."""

from collections.abc import Callable
from typing import Any

from services.engagement import commands
from services.engagement.commands import Told
from services.engagement.rules.tiers import Kind
from services.engagement.settings import settings
from shared.clock import local_day
from shared.events import Envelope
from shared.events.checkin import (
    ActivityAnnounced,
    HoursVerified,
    ParticipationRecorded,
    RecordWithdrawn,
    SignUpKept,
    SignUpMissed,
)
from shared.events.identity import ConsentsChanged, GridListed, ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.talent import TalentAdmitted, TalentSuspended
from shared.ids import derive_id

CONTACT = "contact"


def on_grid_listed(fact: GridListed, _: Envelope) -> None:
    """Keep the grid and its households."""
    commands.list_grid(
        fact.grid_code,
        community_code=fact.community_code,
        names=(fact.grid_name, fact.quarter_name),
        households=fact.households,
        listed_at=fact.listed_at,
    )


def on_resident_registered(fact: ResidentRegistered, _: Envelope) -> None:
    """Keep the resident, who brought them, and whether they may be told of activities."""
    commands.register_neighbour(
        fact.resident_id,
        community_code=fact.community_code,
        name=fact.name,
        placed={**_home(fact), "invited_by": fact.invited_by, "phone_tail": fact.phone_tail, "may_contact": CONTACT in fact.consents},
        registered_at=fact.registered_at,
    )


def on_resident_moved(fact: ResidentMoved, _: Envelope) -> None:
    """Keep where the resident lives now, and with whom."""
    commands.move_neighbour(fact.resident_id, placed=_home(fact), moved_at=fact.moved_at)


def on_resident_left(fact: ResidentLeft, _: Envelope) -> None:
    """Forget the resident; the deeds stay under the bare id, what they said to matters under none."""
    commands.part_with(fact.resident_id, community_code=fact.community_code, left_at=fact.left_at)
    commands.forget_sayings(fact.resident_id)
    commands.forget_candidate(fact.resident_id)


def on_consents_changed(fact: ConsentsChanged, _: Envelope) -> None:
    """Keep whether the resident may be told of activities."""
    commands.note_consent(fact.resident_id, may_contact=CONTACT in fact.consents, changed_at=fact.changed_at)


def on_talent_admitted(fact: TalentAdmitted, envelope: Envelope) -> None:
    """Keep a page of the registry on which the resident stands.

    `admitted_at` is the day of the first admission; what a later revision adds holds from the day on which it was told.
    """
    skills = [{"skill": row.skill, "expires_on": _text(row.licence_expires_on)} for row in fact.skills]
    at = fact.admitted_at if fact.revision == 1 else envelope.occurred_at
    page = {"at": at, "is_talent": True, "skills": skills}
    commands.turn_registry_page(fact.resident_id, community_code=fact.community_code, revision=fact.revision, page=page)


def on_talent_suspended(fact: TalentSuspended, _: Envelope) -> None:
    """Keep a page of the registry on which the resident no longer stands."""
    page = {"at": fact.suspended_at, "is_talent": False, "skills": []}
    commands.turn_registry_page(fact.resident_id, community_code=fact.community_code, revision=fact.revision, page=page)


def on_activity_announced(fact: ActivityAnnounced, _: Envelope) -> None:
    """Keep an activity to which somebody's skill may fit."""
    known = {
        name: getattr(fact, name)
        for name in ("community_code", "title", "item", "kind", "skill", "status", "starts_at", "ends_at", "place", "leader_id")
    }
    known["stall_items"] = fact.stall_items or []
    commands.announce_activity(fact.activity_id, revision=fact.revision, known=known)


def on_sign_up_kept(fact: SignUpKept, _: Envelope) -> None:
    """Keep that somebody who had a place came."""
    commands.keep_deed(_sign_up(fact, Kind.CAME))


def on_sign_up_missed(fact: SignUpMissed, _: Envelope) -> None:
    """Keep that somebody who had a place did not come; it weighs nothing, but they had meant to."""
    commands.keep_deed(_sign_up(fact, Kind.MISSED))


def on_hours_verified(fact: HoursVerified, _: Envelope) -> None:
    """Keep a service."""
    told = Told(
        id=fact.record_id,
        kind=Kind.SERVED,
        resident_id=fact.resident_id,
        community_code=fact.community_code,
        activity_id=fact.activity_id,
        day=fact.served_on,
        skills=tuple(skill for skill in (fact.item, fact.skill) if skill),
        led=fact.led,
        leader_id=fact.leader_id,
        minutes=fact.minutes,
    )
    commands.keep_deed(told)


def on_participation_recorded(fact: ParticipationRecorded, _: Envelope) -> None:
    """Keep that somebody took part."""
    told = Told(
        id=fact.record_id,
        kind=Kind.TOOK_PART,
        resident_id=fact.resident_id,
        community_code=fact.community_code,
        activity_id=fact.activity_id,
        day=fact.took_part_on,
        led=fact.led,
        leader_id=fact.leader_id,
    )
    commands.keep_deed(told)


def on_record_withdrawn(fact: RecordWithdrawn, _: Envelope) -> None:
    """Keep that a record proved wrong."""
    commands.withdraw_record(
        fact.record_id,
        resident_id=fact.resident_id,
        community_code=fact.community_code,
        activity_id=fact.activity_id,
    )


def _home(fact: ResidentRegistered | ResidentMoved) -> dict[str, str | None]:
    return {"grid_code": fact.grid_code, "household_id": fact.household_id}


def _sign_up(fact: SignUpKept | SignUpMissed, kind: Kind) -> Told:
    return Told(
        id=derive_id(kind.value, fact.activity_id, fact.resident_id),
        kind=kind,
        resident_id=fact.resident_id,
        community_code=fact.community_code,
        activity_id=fact.activity_id,
        day=local_day(fact.starts_at, settings().zone),
    )


def _text(day: Any) -> str | None:
    return day.isoformat() if day else None


SUBSCRIPTIONS: dict[type, Callable[[Any, Envelope], None]] = {
    GridListed: on_grid_listed,
    ResidentRegistered: on_resident_registered,
    ResidentMoved: on_resident_moved,
    ResidentLeft: on_resident_left,
    ConsentsChanged: on_consents_changed,
    TalentAdmitted: on_talent_admitted,
    TalentSuspended: on_talent_suspended,
    ActivityAnnounced: on_activity_announced,
    SignUpKept: on_sign_up_kept,
    SignUpMissed: on_sign_up_missed,
    HoursVerified: on_hours_verified,
    ParticipationRecorded: on_participation_recorded,
    RecordWithdrawn: on_record_withdrawn,
}
