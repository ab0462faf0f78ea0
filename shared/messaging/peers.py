"""The other services: who listens to which facts, and which of them they have not taken in. Asked over HTTP, not configured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import requests

from shared.events import catalogue
from shared.settings import Settings
from shared.web.auth import service_token

ASK_SECONDS = 10.0


class PeerAway(Exception):
    """A service did not answer; what it listens to and has taken in is unknown for now."""


@dataclass(frozen=True)
class Peer:
    """A service that listens to some of our facts."""

    name: str
    url: str
    types: frozenset[str]


def listening_peers(settings: Settings, *, ask_seconds: float = ASK_SECONDS) -> tuple[list[Peer], dict[str, str]]:
    """Return who listens to anything at all; and of each service that did not answer, why.

    Of an event that never was, exactly its listeners miss the receipt.
    """
    types = {f"never-was-{type_}": type_ for type_, class_ in catalogue().items() if class_.CONSUMED}
    question = [{"id": id_, "type": type_} for id_, type_ in types.items()]
    peers, away = [], {}
    for name, url in settings.service_urls.items():
        try:
            listened = frozenset(types[id_] for id_ in not_taken_in(settings, name, url, question, seconds=ask_seconds))
        except PeerAway as error:
            away[name] = str(error)
            continue
        if listened:
            peers.append(Peer(name, url, listened))
    return peers, away


def not_taken_in(
    settings: Settings, name: str, url: str, events: Sequence[Mapping[str, str]], *, seconds: float = ASK_SECONDS
) -> list[str]:
    """Return the ids of those `events` (`{id, type}`) that a service listens to and has no receipt for; PeerAway."""
    try:
        answer = requests.post(
            f"{url}/internal/receipts",
            json={"events": list(events)},
            timeout=seconds,
            headers={"Authorization": f"Bearer {service_token(settings)}"},
        )
        answer.raise_for_status()
        return list(answer.json()["missing"])
    except (requests.RequestException, ValueError, KeyError) as error:
        raise PeerAway(f"{name} cannot be asked: {error!r}") from error
