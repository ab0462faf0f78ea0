"""A program in the community as it should be: it makes the ids itself and repeats each request until it is answered."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 0.2
ANSWER_SECONDS = 20.0
AWAY = frozenset({429, 500, 502, 503, 504})
PASSING = frozenset({"redemption-under-way", "roster-busy"})
ACCIDENT = 500


class Unanswered(Exception):
    """Nobody answered within a patience that no outage should exhaust."""


@dataclass(frozen=True)
class Answer:
    """What came back in the end."""

    status: int
    body: Any

    @property
    def slug(self) -> str:
        """The kind of problem, empty where there is none."""
        return str(self.body.get("type", "")).rpartition(":")[2] if self.status >= 400 else ""


@dataclass
class Tally:
    """What all clients together saw: requests answered, tries, and answers that nothing should cause."""

    answered: int = 0
    tries: int = 0
    in_the_way: Counter[str] = field(default_factory=Counter)
    accidents: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client:
    """One connection of somebody who knows no more of the house than its door."""

    def __init__(self, url: str, tally: Tally) -> None:
        self._url, self._tally, self._session = url, tally, requests.Session()

    def ask(self, token: str, method: str, path: str, body: Any = None, *, prefer: str = "") -> Answer:
        """Return the answer to a request, however often it has to be sent; raises Unanswered."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Prefer": prefer} if prefer else {}
        while True:
            answer = self._try(method, path, body, headers)
            if answer is not None and answer.status not in AWAY and answer.slug not in PASSING:
                with self._tally.lock:
                    self._tally.answered += 1
                return answer
            if time.monotonic() > deadline:
                raise Unanswered(f"{method} {path}: {answer}")
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def _try(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer | None:
        try:
            said = self._session.request(
                method, f"{self._url}/api/v1{path}", json=body, headers=headers, timeout=ANSWER_SECONDS
            )
            answer = Answer(said.status_code, said.json() if said.content else None)
        except (requests.RequestException, ValueError) as error:
            self._note(type(error).__name__)
            return None
        self._note(str(answer.status) if answer.status in AWAY else answer.slug if answer.slug in PASSING else "")
        if answer.status == ACCIDENT:
            with self._tally.lock:
                self._tally.accidents.append(f"{method} {path}: {answer.body}")
        return answer

    def _note(self, in_the_way: str) -> None:
        with self._tally.lock:
            self._tally.tries += 1
            if in_the_way:
                self._tally.in_the_way[in_the_way] += 1
