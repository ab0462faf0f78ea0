"""Session tokens in, signed tokens out: asked from identity once, remembered in this process for a short while.

Who comes while identity is being asked is asked for together with all others who came: five hundred sessions in one second are a
few questions. (ADR 67)

What a replica remembers may outlive a sign-out or a change of roles made through another replica by `token_seconds`, and a mandate
that was revoked, or a kiosk that was ended, by `acting_seconds`.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pool import Pool
from shared.problems import Unauthenticated
from shared.together import Together

SIGNED_SECONDS = 300.0
MARGIN_SECONDS = 30.0
ACTING_SECONDS_MAX = 30.0  # a token by which somebody acts for another, or a kiosk's, is signed for sixty
REFUSED_SECONDS = 2.0
REMEMBERED_MAX = 50_000
SESSION_TOKEN_CHARACTERS_MAX = 200
ASKED_AT_ONCE_MAX = 50  # identity signs so many in ten milliseconds, during which it answers nobody else
LOCKS = 64
OK = 200


@dataclass(frozen=True)
class Grant:
    """What a session is worth at present: a signed token and whom it speaks for; both None for a refused one."""

    token: str | None
    caller: dict[str, Any] | None
    good_until: float


class Tokens:
    """The exchange of session tokens at identity, with a memory."""

    def __init__(self, identity: Pool, *, seconds: float, acting_seconds: float = ACTING_SECONDS_MAX) -> None:
        self._identity, self._seconds = identity, min(seconds, SIGNED_SECONDS - MARGIN_SECONDS)
        self._acting_seconds = min(acting_seconds, ACTING_SECONDS_MAX)
        self._grants: dict[str, Grant] = {}
        self._acting: dict[tuple[str, str], Grant] = {}
        self._asking = [threading.Lock() for _ in range(LOCKS)]
        self._together: Together[str, Grant] = Together(self._ask, limit=ASKED_AT_ONCE_MAX)

    def grant_for(self, session_token: str) -> Grant:
        """Return what `session_token` is worth; Unauthenticated if nothing, ServiceAway if identity does not say."""
        grant = self._grants.get(session_token)
        if grant is None or grant.good_until < time.monotonic():
            grant = self._ask_once(session_token)
        if grant.token is None:
            raise Unauthenticated("The session is over or was never opened.")
        return grant

    def acting_grant_for(self, session_token: str, mandate_id: str) -> Grant:
        """Return what a session is worth in another's name by a mandate; Unauthenticated if nothing, or nothing any more.

        Asked alone and remembered for a shorter while: proxies are few, and a mandate that is revoked must end soon.
        """
        grant = self._acting.get((session_token, mandate_id))
        if grant is None or grant.good_until < time.monotonic():
            if len(self._acting) >= REMEMBERED_MAX:
                self._acting.clear()
            grant = self._acting[session_token, mandate_id] = self._acting_worth_of(session_token, mandate_id)
        if grant.token is None:
            raise Unauthenticated("The mandate is over or was never given.")
        return grant

    def forget(self, session_token: str) -> None:
        """Drop what is remembered about one session."""
        self._grants.pop(session_token, None)
        self._forget_acting(lambda of_session, _: of_session == session_token)

    def forget_mandate(self, mandate_id: str) -> None:
        """Drop every token by which somebody acts by one mandate, which was revoked through this door."""
        self._forget_acting(lambda _, by_mandate: by_mandate == mandate_id)

    def forget_kiosks(self, activity_id: str) -> None:
        """Drop every kiosk of an activity, which were ended through this door."""
        for token, grant in list(self._grants.items()):
            if grant.caller and grant.caller.get("kiosk") == activity_id:
                self._grants.pop(token, None)

    def forget_resident(self, resident_id: str) -> None:
        """Drop every session of one person, whose roles or membership changed."""
        for token, grant in list(self._grants.items()):
            if grant.caller and grant.caller.get("resident_id") == resident_id:
                self._grants.pop(token, None)

    def _ask_once(self, session_token: str) -> Grant:
        with self._asking[hash(session_token) % len(self._asking)]:  # a crowd on one session asks identity once
            grant = self._grants.get(session_token)
            if grant is None or grant.good_until < time.monotonic():
                grant = self._worth_of(session_token)
                if len(self._grants) >= REMEMBERED_MAX:
                    self._grants.clear()
                self._grants[session_token] = grant
        return grant

    def _worth_of(self, session_token: str) -> Grant:
        """Ask, but not of what cannot be one of ours: it must not spoil the question for others."""
        return self._together.do(session_token) if _could_be(session_token) else _refused()

    def _ask(self, session_tokens: Sequence[str]) -> list[Grant]:
        body = json.dumps({"session_tokens": session_tokens}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = self._identity.ask("POST", "/internal/tokens", headers=headers, body=body)
        if answer.status != OK:
            raise self._identity.away()
        return [self._granted(said) if said else _refused() for said in json.loads(answer.body)["items"]]

    def _acting_worth_of(self, session_token: str, mandate_id: str) -> Grant:
        if not _could_be(session_token):
            return _refused()
        body = json.dumps({"session_token": session_token, "mandate_id": mandate_id}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = self._identity.ask("POST", "/internal/acting-tokens", headers=headers, body=body)
        if answer.status != OK:
            raise self._identity.away()
        said = json.loads(answer.body)["item"]
        return Grant(said["token"], said["caller"], time.monotonic() + self._acting_seconds) if said else _refused()

    def _forget_acting(self, is_meant: Callable[[str, str], bool]) -> None:
        for key in [key for key in list(self._acting) if is_meant(*key)]:
            self._acting.pop(key, None)

    def _granted(self, said: dict[str, Any]) -> Grant:
        caller = said.get("caller", {})
        seconds = min(self._seconds, self._acting_seconds) if caller.get("kiosk") else self._seconds
        return Grant(said["token"], caller, time.monotonic() + seconds)


def _could_be(session_token: str) -> bool:
    return session_token.isascii() and 0 < len(session_token) <= SESSION_TOKEN_CHARACTERS_MAX


def _refused() -> Grant:
    return Grant(None, None, time.monotonic() + REFUSED_SECONDS)
