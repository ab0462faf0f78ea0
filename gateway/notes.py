"""What waits for the reader, as their home and their reminders show it: six services are asked at once, and who is away is left out."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from gateway.clients import (
    checkin,
    commendations,
    engagement,
    identity,
    levels,
    matters,
    pairings,
    rewards,
    talent,
    teams,
    units,
)
from gateway.errors import ServiceAway
from gateway.session import known_reader
from shared.clock import local_day, utc_now

T = TypeVar("T")

ASKS_SHOWN = 5
DEEDS_SHOWN_MAX = 100
PAIRINGS_SHOWN_MAX = 200
VISITS_SHOWN = 20


def waiting() -> dict[str, list[Any]]:
    """Return what waits for the reader, by the kinds of `resident/_notes.html`."""
    found = _at_once({
        "to_rate": _to_rate, "offers": _offers, "reminders": _reminders, "wards": _wards, "news": _news, "licences": _licences,
        "asks": _asks, "team_asks": _team_asks, "mentor_asks": _mentor_asks, "honours": _honours, "refusals": _refusals,
        "pairings": own_pairings,
    })  # fmt: skip
    paired = found["pairings"]
    return found | {"pairings": _to_answer_or_due(paired)[:1], "visits": _away_is_nothing(lambda: untold(paired))[:1]}


def own_pairings() -> list[Any]:
    """Return the reader's pairings that are proposed or running."""
    return list(pairings.pairings(mine="true", limit=PAIRINGS_SHOWN_MAX)["items"])


def untold(paired: list[Any]) -> list[Any]:
    """Return the visits of which the reader, as who was visited, has not said yet whether they took place; `paired` are their pairings."""
    if not any(row["part"] == "person" for row in paired):
        return []
    noted = pairings.visits(mine="true", status="logged", limit=VISITS_SHOWN)["items"]
    return [row for row in noted if row["resident_id"] == known_reader().resident_id]


def _at_once(asks: Mapping[str, Callable[[], list[T]]]) -> dict[str, list[T]]:
    """Return every answer under the name of its question, asked side by side: the page waits for the slowest instead of for the sum."""
    with ThreadPoolExecutor(len(asks)) as pool:
        answers = {name: pool.submit(copy_context().run, _away_is_nothing, ask) for name, ask in asks.items()}
    return {name: answer.result() for name, answer in answers.items()}


def _away_is_nothing(ask: Callable[[], list[T]]) -> list[T]:
    try:
        return ask()
    except ServiceAway:
        return []  # the page has more to show


def _to_rate() -> list[Any]:
    """Return what the reader asked for that is done and not rated yet."""
    done = units.deeds(mine="true", status="done", limit=DEEDS_SHOWN_MAX)["items"]
    return [row for row in done if row["may_rate"] and not row["rating_of_unit"]]


def _offers() -> list[Any]:
    """Return what is set aside for the reader just now."""
    return list(rewards.redemptions(status="offered")["items"])


def _asks() -> list[Any]:
    """Return what the office asks the reader and waits for."""
    return [ask for ask in engagement.asks(mine="true", limit=ASKS_SHOWN)["items"] if ask["waits"]]


def _team_asks() -> list[Any]:
    """Return the teams that ask the reader and wait."""
    return [team for team in teams.teams(mine="true", status="active")["items"] if team["my_status"] == "asked"]


def _mentor_asks() -> list[Any]:
    """Return the mentorships that wait for the reader's word."""
    own_id = known_reader().resident_id
    return [row for row in levels.mentorships(own_id) if row["status"] == "asked" and own_id not in row["agreed_by"]]


def _honours() -> list[Any]:
    """Return the commendations that wait for the reader's answer."""
    return list(commendations.commendations(mine="true", status="asked", limit=ASKS_SHOWN)["items"])


def _reminders() -> list[Any]:
    """Return what the reader should know of what they signed up for."""
    return list(checkin.reminders()["items"])


def _licences() -> list[Any]:
    """Return the reader's licences that have run out or soon will."""
    return [row for row in talent.licences(mine="true")["items"] if row["stage"]]


def _refusals() -> list[Any]:
    """Return where the reader was not admitted and can still object."""
    own_id, today = known_reader().resident_id, local_day(utc_now()).isoformat()
    refused = talent.nominations(mine="true", status="refused")["items"]
    return [row for row in refused if row["candidate_id"] == own_id and (row["objectable_until"] or "") >= today]


def _wards() -> list[Any]:
    """Return the minors of the reader's household who wait for a guardian's consent."""
    asked = identity.guardian_consents(resident_id=known_reader().resident_id, status="waiting")["items"]
    return [row for row in asked if row["may_agree"]]


def _news() -> list[Any]:
    """Return what the reader raised of which they have not read the latest."""
    return [row for row in matters.matters(mine="true")["items"] if row["news"]]


def _to_answer_or_due(paired: list[Any]) -> list[Any]:
    """Return what the reader is asked first, then whom they should look in on."""
    asked = [row for row in paired if row["my_answer"] == "asked"]
    return [*asked, *(row for row in paired if row["part"] == "helper" and row["my_answer"] == "agreed" and row["is_due"])]
