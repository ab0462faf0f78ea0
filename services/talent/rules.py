"""The pure decisions of the registry: whose word counts, when notice is over, who may decide, what a skill needs."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import product

from services.talent.errors import (
    CandidateDoesNotFit,
    CandidateMayNotDecide,
    ChannelNotYours,
    HouseholdMayNotDecide,
    NominatorMayNotDecide,
)

UNKNOWN_HOUSEHOLD = "unknown"
INITIALS_MAX = 16


class Channel(StrEnum):
    """How a candidate is put forward (三渠道)."""

    ORGANIZATION = "organization"
    RESIDENT = "resident"
    SELF = "self"


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


@dataclass(frozen=True)
class Skill:
    """What somebody can do; the licence only where one was given."""

    skill: str
    licence_no: str | None = None
    licence_expires_on: date | None = None


@dataclass(frozen=True)
class Verification:
    """The skills found true, and for each of the others (by its index) the field at fault and why."""

    verified: tuple[Skill, ...]
    faults: dict[str, str]


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


def check_decider(decider: Party, *, candidate: Party, nominators: Iterable[Party]) -> None:
    """Refuse a decider who is the candidate, one of the nominators, or of the household of either."""
    gathered = list(nominators)
    if decider.resident_id == candidate.resident_id:
        raise CandidateMayNotDecide()
    if any(decider.resident_id == nominator.resident_id for nominator in gathered):
        raise NominatorMayNotDecide()
    if any(_same_home(decider, party) for party in (candidate, *gathered)):
        raise HouseholdMayNotDecide()


def verify_skills(skills: Sequence[Skill], *, licensed: Collection[str], today: date) -> Verification:
    """Sort `skills` into verified and faulty: one in `licensed` needs a number and a date after `today` (Regulations, art. 16).

    A licence given for a skill that needs none is not kept: what is not needed is not stored.
    """
    faults: dict[str, str] = {}
    verified: list[Skill] = []
    for index, skill in enumerate(skills):
        if skill.skill not in licensed:
            verified.append(Skill(skill.skill))
        elif fault := _licence_fault(skill, today):
            faults[f"/skills/{index}/{fault[0]}"] = fault[1]
        else:
            verified.append(skill)
    return Verification(tuple(verified), faults)


def join_skills(*lists: Iterable[Skill]) -> tuple[Skill, ...]:
    """Return one entry a skill in order of first mention; the licence that runs longest wins."""
    joined: dict[str, Skill] = {}
    for skill in (skill for skills in lists for skill in skills):
        known = joined.setdefault(skill.skill, skill)
        if (skill.licence_expires_on or date.min) > (known.licence_expires_on or date.min):
            joined[skill.skill] = skill
    return tuple(joined.values())


def fold(word: str) -> str:
    """Return `word` as people mean it: full width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


def skill_code(word: str, *, codes: Mapping[str, str]) -> str:
    """Return the catalogue's code for what somebody wrote (`codes`: folded code, name or alias → code), else `word` itself."""
    return codes.get(fold(word), word)


def named_alike(skills: Iterable[Skill], *, codes: Mapping[str, str]) -> tuple[Skill, ...]:
    """Return `skills` under the catalogue's codes, each once."""
    return join_skills(replace(skill, skill=skill_code(skill.skill, codes=codes)) for skill in skills)


def initials_of(readings: Sequence[Sequence[str]]) -> list[str]:
    """Return the initial strings by which a name can be found, from each character's possible readings (单 is dan and shan).

    At most INITIALS_MAX combinations; letters are lower case.
    """
    letters = [sorted({reading[0].lower() for reading in options if _is_latin(reading)}) for options in readings]
    combinations = product(*[options for options in letters if options])
    return sorted(
        {"".join(combination) for combination, _ in zip(combinations, range(INITIALS_MAX), strict=False)} - {""}
    )


def _is_latin(reading: str) -> bool:
    return reading[:1].isascii() and reading[:1].isalpha()


def _same_home(one: Party, other: Party) -> bool:
    return one.household_id is not None and one.household_id == other.household_id


def _licence_fault(skill: Skill, today: date) -> tuple[str, str] | None:
    if not skill.licence_no:
        return "licence_no", f"{skill.skill} needs a licence number."
    if skill.licence_expires_on is None:
        return "licence_expires_on", f"{skill.skill} needs the day on which the licence ends."
    if skill.licence_expires_on <= today:
        return "licence_expires_on", f"The licence for {skill.skill} has run out."
    return None
