"""Who is meant by a name and the end of a phone number. Two people of one name are never guessed between."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.checkin.rules.sheets.words import squeezed

CANDIDATES_MAX = 8


@dataclass(frozen=True)
class Person:
    """A resident of the community as the check-in service's copy knows them."""

    resident_id: str
    name: str
    phone_tail: str | None = None


@dataclass(frozen=True)
class Match:
    """Who is meant (`resident_id`, None while open), why (`code` of a note or of an open question), and who else may be."""

    resident_id: str | None = None
    code: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Directory:
    """The community's people by name and by tail, so that a sheet of hundreds is matched in one pass."""

    by_name: dict[str, list[Person]] = field(default_factory=dict)
    by_tail: dict[str, list[Person]] = field(default_factory=dict)


def directory_of(people: Iterable[Person]) -> Directory:
    """Return the directory of `people`."""
    directory = Directory()
    for person in people:
        directory.by_name.setdefault(squeezed(person.name), []).append(person)
        if person.phone_tail:
            directory.by_tail.setdefault(person.phone_tail, []).append(person)
    return directory


def match(directory: Directory, name: str, tail: str | None) -> Match:
    """Return who `name` with the phone's last four digits `tail` (None: not given) is.

    Certain: name and tail agree with one person. Taken with a note: one person of the name and nothing against it. All
    else is open: several of the name, a tail that contradicts, or nobody of the name.
    """
    same = directory.by_name.get(squeezed(name), [])
    if not same:
        return Match(code="unknown_resident", candidates=_similar(directory, name, tail))
    agreeing = [person for person in same if tail and person.phone_tail == tail]
    if len(agreeing) == 1:
        return Match(agreeing[0].resident_id, candidates=(agreeing[0].resident_id,))
    if len(same) > 1:
        return Match(code="several_of_this_name", candidates=_ids(agreeing or same, tail))
    return _only_one(same[0], tail)


def _only_one(person: Person, tail: str | None) -> Match:
    candidates = (person.resident_id,)
    if tail and person.phone_tail:
        return Match(code="phone_differs", candidates=candidates)
    return Match(person.resident_id, "phone_not_on_record" if tail else "matched_by_name", candidates)


def _ids(people: list[Person], tail: str | None) -> tuple[str, ...]:
    """Return ids, those first whose record does not contradict the tail."""
    ordered = sorted(people, key=lambda person: bool(tail and person.phone_tail))
    return tuple(person.resident_id for person in ordered[:CANDIDATES_MAX])


def _similar(directory: Directory, name: str, tail: str | None) -> tuple[str, ...]:
    """Return people with the same tail whose name shares a character: most likely a slip of the pen."""
    marks = set(squeezed(name))
    alike = [person for person in directory.by_tail.get(tail or "", []) if marks & set(squeezed(person.name))]
    return tuple(person.resident_id for person in alike[:CANDIDATES_MAX])
