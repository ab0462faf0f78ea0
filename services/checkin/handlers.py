"""One event, one command: the copy of residents that facts of identity and talent keep, and records that proved wrong."""

from services.checkin.commands import absences, corrections, courses, leaving, residents, teams
from shared.events import Envelope
from shared.events.identity import (
    BirthStated,
    ConsentsChanged,
    GuardianConsentGiven,
    GuardianConsentWithdrawn,
    MandateGiven,
    ResidentLeft,
    ResidentMoved,
    ResidentRegistered,
)
from shared.events.ledger import MarkLifted, ObjectionUpheld
from shared.events.talent import (
    CourseChanged,
    NominationDecided,
    TalentAdmitted,
    TalentSuspended,
    TeamChanged,
    TrainingRecorded,
)


def on_resident_registered(fact: ResidentRegistered, _: Envelope) -> None:
    """Know a resident."""
    residents.know_resident(fact)


def on_resident_moved(fact: ResidentMoved, _: Envelope) -> None:
    """Know where a resident lives now: people of one household do not verify each other."""
    residents.move_resident(fact)


def on_birth_stated(fact: BirthStated, _: Envelope) -> None:
    """Know how old a resident is, as far as an activity must mind it."""
    residents.keep_birth(fact)


def on_guardian_consent_given(fact: GuardianConsentGiven, _: Envelope) -> None:
    """Know that a guardian agreed that a minor takes part."""
    residents.keep_guardian_consent(fact.resident_id, fact.community_code, given_at=fact.given_at)


def on_guardian_consent_withdrawn(fact: GuardianConsentWithdrawn, _: Envelope) -> None:
    """Know that a guardian's consent holds no more."""
    residents.keep_guardian_consent(fact.resident_id, fact.community_code, withdrawn_at=fact.withdrawn_at)


def on_consents_changed(fact: ConsentsChanged, _: Envelope) -> None:
    """Know what a resident agrees to: only then are records shared, names shown."""
    residents.keep_consents(fact)


def on_resident_left(fact: ResidentLeft, _: Envelope) -> None:
    """Let go of a resident who left: name, card, places."""
    leaving.let_go(fact)


def on_nomination_decided(fact: NominationDecided, _: Envelope) -> None:
    """Tie nominators to their nominee."""
    residents.tie_nominators(fact)


def on_talent_admitted(fact: TalentAdmitted, _: Envelope) -> None:
    """Know a talent's skills and licences."""
    residents.know_talent(fact)


def on_talent_suspended(fact: TalentSuspended, _: Envelope) -> None:
    """Forget a suspended talent's skills."""
    residents.suspend_talent(fact)


def on_team_changed(fact: TeamChanged, _: Envelope) -> None:
    """Know a team: who is in it, and what it may run."""
    teams.keep_team(fact)


def on_course_changed(fact: CourseChanged, _: Envelope) -> None:
    """Know a course, and for which items it is required."""
    courses.keep_course(fact)


def on_training_recorded(fact: TrainingRecorded, _: Envelope) -> None:
    """Know who has completed a course."""
    courses.keep_completion(fact)


def on_mandate_given(fact: MandateGiven, _: Envelope) -> None:
    """Tie a person and their proxy to each other."""
    residents.tie_proxy(fact)


def on_objection_upheld(fact: ObjectionUpheld, _: Envelope) -> None:
    """Withdraw or correct a record that somebody rightly objected to."""
    told = {field: getattr(fact, field) for field in corrections.Correction.__dataclass_fields__}
    corrections.correct_record(corrections.Correction(**told))


def on_mark_lifted(fact: MarkLifted, _: Envelope) -> None:
    """Let a lifted mark weigh no more on the order of waiting."""
    absences.lift(fact)


SUBSCRIPTIONS = {
    ResidentRegistered: on_resident_registered,
    ResidentMoved: on_resident_moved,
    BirthStated: on_birth_stated,
    GuardianConsentGiven: on_guardian_consent_given,
    GuardianConsentWithdrawn: on_guardian_consent_withdrawn,
    ConsentsChanged: on_consents_changed,
    ResidentLeft: on_resident_left,
    NominationDecided: on_nomination_decided,
    TalentAdmitted: on_talent_admitted,
    TalentSuspended: on_talent_suspended,
    TeamChanged: on_team_changed,
    CourseChanged: on_course_changed,
    TrainingRecorded: on_training_recorded,
    MarkLifted: on_mark_lifted,
    MandateGiven: on_mandate_given,
    ObjectionUpheld: on_objection_upheld,
}
