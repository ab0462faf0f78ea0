"""Pure decisions about skills: what they are called, which of them need a licence."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime


@dataclass(frozen=True)
class Skill:
    """What somebody can do; the licence only where one was given, and who of the office held the document, and when."""

    skill: str
    licence_no: str | None = None
    licence_expires_on: date | None = None
    licence_kind: str | None = None
    licence_issuer: str | None = None
    licence_seen_by: str | None = None
    licence_seen_at: datetime | None = None


@dataclass(frozen=True)
class Verification:
    """The skills found true, and for each of the others (by its index) the field at fault and why."""

    verified: tuple[Skill, ...]
    faults: dict[str, str]


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


def _licence_fault(skill: Skill, today: date) -> tuple[str, str] | None:
    if not skill.licence_no:
        return "licence_no", f"{skill.skill} needs a licence number."
    if skill.licence_expires_on is None:
        return "licence_expires_on", f"{skill.skill} needs the day on which the licence ends."
    if skill.licence_expires_on <= today:
        return "licence_expires_on", f"The licence for {skill.skill} has run out."
    return None
