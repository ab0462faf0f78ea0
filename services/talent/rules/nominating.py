"""Pure decisions about nominations: whose word counts, when notice is over, who may decide."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.talent.errors import (
    CandidateDoesNotFit,
    CandidateMayNotDecide,
    ChannelNotYours,
    HouseholdMayNotDecide,
    NominatorMayNotDecide,
    RefuserMayNotDecide,
)

UNKNOWN_HOUSEHOLD = "unknown"


class Channel(StrEnum):
    """How a candidate is put forward (三渠道)."""

    ORGANIZATION = "organization"
    RESIDENT = "resident"
    SELF = "self"


class Ground(StrEnum):
    """Where a body saw what a candidate can do."""

    ELECTION = "election"
    VISIT = "visit"
    PROJECT = "project"
    OTHER = "other"


class Status(StrEnum):
    """Where a nomination stands. `decidable` is never stored: it is `in_notice` whose end has passed."""

    GATHERING = "gathering"
    IN_NOTICE = "in_notice"
    DECIDABLE = "decidable"
    ADMITTED = "admitted"
    REFUSED = "refused"
    LAPSED = "lapsed"


OUTCOMES = {"admit": Status.ADMITTED, "refuse": Status.REFUSED}


@dataclass(frozen=True)
class Party:
    """A person as the conflict graph sees them."""

    resident_id: str
    household_id: str | None = None


def check_channel(channel: str, *, candidate_id: str, nominator_id: str, for_office: bool) -> None:
    """Refuse a nomination whose channel is not the nominator's; `for_office`: the nominator is organizer or steward."""
    is_self = candidate_id == nominator_id
    if channel == Channel.SELF and not is_self:
        raise CandidateDoesNotFit(errors={"/candidate_id": "By the self channel one puts oneself forward."})
    if channel != Channel.SELF and is_self:
        raise CandidateDoesNotFit(errors={"/candidate_id": "To put yourself forward, take the self channel."})
    if channel == Channel.ORGANIZATION and not for_office:
        raise ChannelNotYours()


def households_behind(nominators: Iterable[Party], *, candidate: Party) -> int:
    """Return how many distinct households other than the candidate's stand behind a candidate.

    Nominators of unknown household count together as one: nobody can tell that they live apart.
    """
    outsiders = [party for party in nominators if not _same_home(party, candidate)]
    return len({party.household_id or UNKNOWN_HOUSEHOLD for party in outsiders})


def status_at(now: datetime, *, stored: str, notice_ends_at: datetime | None) -> Status:
    """Return the status that people see: a notice that is over makes a nomination decidable without anybody writing."""
    is_over = stored == Status.IN_NOTICE and notice_ends_at is not None and notice_ends_at <= now
    return Status.DECIDABLE if is_over else Status(stored)


def check_decider(decider: Party, *, candidate: Party, nominators: Iterable[Party], refused_by: Collection[str] = ()) -> None:
    """Refuse a decider who is the candidate, one of the nominators, of the household of either, or who refused the candidate before."""
    gathered = list(nominators)
    if decider.resident_id == candidate.resident_id:
        raise CandidateMayNotDecide()
    if any(decider.resident_id == nominator.resident_id for nominator in gathered):
        raise NominatorMayNotDecide()
    if any(_same_home(decider, party) for party in (candidate, *gathered)):
        raise HouseholdMayNotDecide()
    if decider.resident_id in refused_by:
        raise RefuserMayNotDecide()


def _same_home(one: Party, other: Party) -> bool:
    return one.household_id is not None and one.household_id == other.household_id
