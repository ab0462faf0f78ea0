"""What talent does about others' facts, and its own: one fact, one command."""

from collections.abc import Callable, Sequence
from typing import Any

from services.talent import commands
from shared.events import Envelope
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn, ServiceItemListed
from shared.events.identity import ConsentsChanged, GridListed, ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.talent import NominationDecided, TalentSuspended


def on_resident_registered(fact: ResidentRegistered, _: Envelope) -> None:
    """Keep the resident as a possible candidate."""
    home = {"grid_code": fact.grid_code, "household_id": fact.household_id}
    person = {"name": fact.name, **home, "source": fact.source, "consents": fact.consents}
    commands.register_candidate(
        fact.resident_id, community_code=fact.community_code, person=person, registered_at=fact.registered_at
    )


def on_resident_moved(fact: ResidentMoved, _: Envelope) -> None:
    """Keep where the resident lives now."""
    home = {"grid_code": fact.grid_code, "household_id": fact.household_id}
    commands.move_candidate(fact.resident_id, home=home, moved_at=fact.moved_at)


def on_consents_changed(fact: ConsentsChanged, _: Envelope) -> None:
    """Keep what the resident agrees to now: only then is their name shown in public."""
    commands.change_consents(fact.resident_id, consents=fact.consents, changed_at=fact.changed_at)


def on_resident_left(fact: ResidentLeft, _: Envelope) -> None:
    """Take the resident off the registry and forget them."""
    commands.forget_resident(fact.resident_id, community_code=fact.community_code, left_at=fact.left_at)


def on_service_item_listed(fact: ServiceItemListed, _: Envelope) -> None:
    """Keep what the item is called and whether it needs a licence."""
    commands.list_skill_item(
        fact.code,
        names=(fact.name_zh, fact.name_en),
        aliases=fact.aliases,
        licence_required=fact.licence_required,
        revision=fact.revision,
    )


def on_grid_listed(fact: GridListed, _: Envelope) -> None:
    """Keep in which quarter the grid lies."""
    commands.list_grid(
        fact.grid_code, community_code=fact.community_code, quarter_name=fact.quarter_name, listed_at=fact.listed_at
    )


def on_hours_verified(fact: HoursVerified, envelope: Envelope) -> None:
    """Keep when a talent last served."""
    on_all_hours_verified([(fact, envelope)])


def on_all_hours_verified(told: Sequence[tuple[HoursVerified, Envelope]]) -> None:
    """Keep when talents served, for all facts of a batch together: most are about people who are none."""
    facts = [fact for fact, _ in told]
    talents = commands.keep_deeds((fact.resident_id, fact.served_on) for fact in facts)
    commands.keep_service_days(facts, talents=talents)


def on_participation_recorded(fact: ParticipationRecorded, _: Envelope) -> None:
    """Count a session of a course that somebody attended."""
    commands.attend(fact)


def on_record_withdrawn(fact: RecordWithdrawn, _: Envelope) -> None:
    """Count a session, or a day of service, no more whose record proved wrong."""
    commands.withdraw_attendance(fact)
    commands.withdraw_service_day(fact)


def on_nomination_decided(fact: NominationDecided, _: Envelope) -> None:
    """Finish a decision: the group is decided alike, an admitted candidate stands in the registry."""
    commands.follow_decision(fact.nomination_id)


def on_talent_suspended(fact: TalentSuspended, _: Envelope) -> None:
    """Let who was taken off the registry, or left, be in no team any more, and mentor nobody."""
    commands.part_from_teams(fact.resident_id, off_since=fact.suspended_at)
    commands.part_from_mentoring(fact.resident_id)


SUBSCRIPTIONS: dict[type, Callable[[Any, Envelope], None]] = {
    ResidentRegistered: on_resident_registered,
    ResidentMoved: on_resident_moved,
    ConsentsChanged: on_consents_changed,
    ResidentLeft: on_resident_left,
    GridListed: on_grid_listed,
    ServiceItemListed: on_service_item_listed,
    HoursVerified: on_hours_verified,
    ParticipationRecorded: on_participation_recorded,
    RecordWithdrawn: on_record_withdrawn,
    NominationDecided: on_nomination_decided,
    TalentSuspended: on_talent_suspended,
}
TOGETHER = {HoursVerified: on_all_hours_verified}
