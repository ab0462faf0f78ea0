"""Circles of nominations behind a candidate, as the approver reads them: what is a plain fact, and what looks like a ring."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.talent.models import Candidate, Nomination
from services.talent.queries.shapes import Shown
from services.talent.rules.nominating import Channel
from services.talent.rules.rings import Ballot, circle_through, find_rings, mutual
from services.talent.settings import settings
from shared.clock import local_day, utc_now

LOOKED_BACK = timedelta(days=365)
BALLOTS_MAX = 50_000
BY_THEMSELVES = "self"


def circles_behind(candidate_id: str, *, community_code: str) -> Shown:
    """Return the circles that a candidate's household stands in, of the last year's nominations by neighbours.

    `mutual` and `circle` are facts and accuse nobody; `rings` are what looks like one, with its signs.
    """
    people = {row["_id"]: row for row in _residents(community_code)}
    ballots = _ballots(community_code, people)
    home = _home(candidate_id, people)
    rings = [ring for ring in find_rings(ballots, opened=_opened(people)) if home in ring.members]
    names = _names({home, *(knot for ring in rings for knot in ring.members)} | _knots(ballots, home), people)
    told = [
        {
            "households": [names[knot] for knot in ring.members],
            "signs": [sign.value for sign in ring.signs],
            "inside": ring.inside,
            "support": ring.support,
            "days": ring.days,
            "opened_within_days": ring.opened_within_days,
        }
        for ring in rings
    ]
    around = circle_through(ballots, home=home)
    return {"mutual": [names[knot] for knot in mutual(ballots, home=home)], "circle": [names[knot] for knot in around], "rings": told}


def _residents(community_code: str) -> list[dict[str, Any]]:
    wanted = {"household_id": 1, "name": 1, "registered_at": 1, "source": 1}
    return list(Candidate._get_collection().find({"community_code": community_code}, wanted))


def _ballots(community_code: str, people: Mapping[str, dict[str, Any]]) -> list[Ballot]:
    """Return the last year's nominations by neighbours, as households give them to households; whoever has left counts no more."""
    where = {"community_code": community_code, "channel": Channel.RESIDENT.value, "nominated_at": {"$gte": utc_now() - LOOKED_BACK}}
    wanted = {"nominator_id": 1, "candidate_id": 1, "nominated_at": 1}
    rows = Nomination._get_collection().find(where, wanted).sort("nominated_at", -1).limit(BALLOTS_MAX)
    zone = settings().zone
    return [
        Ballot(_home(row["nominator_id"], people), _home(row["candidate_id"], people), local_day(row["nominated_at"], zone)) for row in rows
    ]


def _home(resident_id: str, people: Mapping[str, dict[str, Any]]) -> str:
    """Return the knot of somebody: their household, themselves where it is not known."""
    return str(people.get(resident_id, {}).get("household_id") or resident_id)


def _opened(people: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the day on which each household opened its first account, where somebody of it did so by themselves."""
    opened: dict[str, Any] = {}
    zone = settings().zone
    for id_, person in people.items():
        if person.get("source") == BY_THEMSELVES and person.get("registered_at"):
            day, home = local_day(person["registered_at"], zone), _home(id_, people)
            opened[home] = min(day, opened.get(home, day))
    return opened


def _knots(ballots: list[Ballot], home: str) -> set[str]:
    return {*circle_through(ballots, home=home), *mutual(ballots, home=home)}


def _names(homes: set[str], people: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return who lives in each of some households, as far as they are known by name."""
    names: dict[str, list[str]] = {home: [] for home in homes}
    for id_, person in people.items():
        if (home := _home(id_, people)) in names and person.get("name"):
            names[home].append(person["name"])
    return {home: sorted(found) for home, found in names.items()}
