"""Who is calling: every service checks the signed token itself and believes nothing else in the request.

Two keys sign: `identity` for people, `platform` for services. Only the platform's key can say 'I am a service', so a person's
token that claims it is refused.

A token may say that somebody else acts for the person it speaks for (the `act` claim of RFC 8693). Such a token opens only what is
marked with `open_to_proxies`: whoever writes a new call need not think of it, and it stays closed. (ADR 69)

In the same way a token may say that it is a kiosk's (the `kio` claim: the activity at whose door a device stands by itself). It opens
only what is marked with `open_to_kiosks`. (ADR 80)
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import current_app, g, request
from joserfc import errors as jose_errors
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from shared.clock import utc_now
from shared.problems import Forbidden, NotForKiosks, NotForProxies, Unauthenticated
from shared.settings import Settings
from shared.telemetry import log

P = ParamSpec("P")
R = TypeVar("R")

ALGORITHM = "Ed25519"
AUDIENCE = "golden-bean"
TOKEN_LIFE_SECONDS = 300
CLOCK_LEEWAY_SECONDS = 30
CACHED_TOKENS_MAX = 20_000
SHORT_TOKEN_LIFE_SECONDS = 60
"""Of who acts for another, and of a kiosk: a mandate that is revoked, a kiosk that is ended is worth nothing once the last token has
run out."""
KIOSK_LIFE_MAX = timedelta(hours=12)
"""How long a device may stand at a door by itself before somebody of the office has to leave it there again."""
SERVICE_ROLE = "service"
PLAIN_ROLE = "resident"
STAFF_ROLES = frozenset({"organizer", "steward", "auditor"})


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who really makes a call in another's name, by which mandate, and what it lets them do: acts, and numbers by name."""

    by_id: str
    mandate_id: str
    acts: frozenset[str]
    limits: Mapping[str, int] = field(default_factory=dict, hash=False)

    def may(self, acts: Collection[str]) -> bool:
        """Tell whether the mandate has one of `acts`, or any at all where none is named."""
        return bool(self.acts & set(acts)) if acts else True


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The person, or the service, on whose behalf this request is made; `acting` where somebody else makes it for them, `kiosk` (an
    activity's id) where a device does that they left at its door."""

    resident_id: str
    community_code: str = ""
    roles: frozenset[str] = frozenset()
    partner_id: str | None = None
    household_id: str | None = None
    name: str = ""
    kind: str = "resident"
    acting: Acting | None = None
    kiosk: str | None = None
    expires_at: int = field(default=0, compare=False)

    @property
    def by_id(self) -> str:
        """Who does what is done: the proxy where there is one, else the caller."""
        return self.acting.by_id if self.acting else self.resident_id

    @property
    def is_staff(self) -> bool:
        """Whether the caller may see the community's people: organizer, steward or auditor."""
        return bool(self.roles & STAFF_ROLES)

    @property
    def may_write_staff(self) -> bool:
        """Whether the caller may act for the office: organizer or steward, never an auditor."""
        return bool(self.roles & {"organizer", "steward"})

    def may_see(self, resident_id: str) -> bool:
        """Whether the caller is that resident or staff (of the community that the query filters by)."""
        return self.resident_id == resident_id or self.is_staff


def sign_token(caller: Caller, *, private_key_path: str, now: float | None = None) -> str:
    """Return a compact JWT for `caller`, signed with the key in the file, good for TOKEN_LIFE_SECONDS."""
    issued = int(now if now is not None else utc_now().timestamp())
    key = private_key(private_key_path)
    claims: dict[str, Any] = {
        "iss": key.kid,
        "aud": AUDIENCE,
        "sub": caller.resident_id,
        "com": caller.community_code,
        "rol": sorted(caller.roles),
        "par": caller.partner_id,
        "hh": caller.household_id,
        "nam": caller.name,
        "iat": issued,
        "exp": issued + TOKEN_LIFE_SECONDS,
    }
    if caller.acting:
        claims["act"] = claim_of(caller.acting)
    if caller.kiosk:
        claims["kio"] = caller.kiosk
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def claim_of(acting: Acting) -> dict[str, Any]:
    """Return the `act` claim that says who acts."""
    return {"sub": acting.by_id, "man": acting.mandate_id, "may": sorted(acting.acts), "lim": dict(acting.limits)}


def service_token(settings: Settings) -> str:
    """Return a token by which this service speaks to another in its own name."""
    caller = Caller(resident_id=settings.service, roles=frozenset({SERVICE_ROLE}), kind="service")
    return sign_token(caller, private_key_path=settings.service_key_path)


class TokenReader:
    """Checks tokens against the published keys; remembers good ones until they run out (checking one costs 256 µs)."""

    def __init__(self, jwks_path: str) -> None:
        self._jwks_path = jwks_path
        self._seen: dict[str, Caller] = {}

    def read(self, token: str) -> Caller:
        """Return whom `token` speaks for; Unauthenticated if it is forged, foreign or run out."""
        caller = self._seen.get(token)
        if caller is None:
            caller = self._check(token)
            if len(self._seen) >= CACHED_TOKENS_MAX:
                self._seen.clear()
            self._seen[token] = caller
        if caller.expires_at + CLOCK_LEEWAY_SECONDS < time.time():
            self._seen.pop(token, None)
            raise Unauthenticated("The token has run out.")
        return caller

    def _check(self, token: str) -> Caller:
        try:
            decoded = jwt.decode(token, key_set(self._jwks_path), algorithms=[ALGORITHM])
            return _caller_from(decoded.claims, signed_by=str(decoded.header.get("kid")))
        except (jose_errors.JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated("The token is not one of ours.") from error


def _caller_from(claims: dict[str, Any], *, signed_by: str) -> Caller:
    roles = frozenset(claims["rol"])
    is_service = SERVICE_ROLE in roles
    if claims["aud"] != AUDIENCE or claims["iss"] != signed_by or is_service != (signed_by == "platform"):
        raise ValueError("issuer, audience or key do not belong together")
    acting = _acting_from(claims["act"]) if claims.get("act") else None
    kiosk = str(claims["kio"]) if claims.get("kio") else None
    if (acting or kiosk) and (roles - {PLAIN_ROLE} or claims.get("par")):
        raise ValueError("neither who acts for another nor a kiosk holds any of their offices")
    if acting and kiosk:
        raise ValueError("a kiosk acts for nobody")
    return Caller(
        resident_id=claims["sub"],
        community_code=claims["com"],
        roles=roles,
        partner_id=claims.get("par"),
        household_id=claims.get("hh"),
        name=claims.get("nam") or "",
        expires_at=int(claims["exp"]),
        kind="service" if is_service else "resident",
        acting=acting,
        kiosk=kiosk,
    )


def _acting_from(claim: Mapping[str, Any]) -> Acting:
    limits = {str(name): int(most) for name, most in claim["lim"].items()}
    return Acting(by_id=str(claim["sub"]), mandate_id=str(claim["man"]), acts=frozenset(claim["may"]), limits=limits)


@cache
def private_key(path: str) -> OKPKey:
    """Return the key that signs, from its file."""
    return OKPKey.import_key(json.loads(Path(path).read_text()))


@cache
def key_set(path: str) -> KeySet:
    """Return the published keys by which signatures are checked, from their file."""
    return KeySet.import_key_set(json.loads(Path(path).read_text()))


def identify(reader: TokenReader) -> None:
    """Put the caller into `g`, or None where no token came; a bad token is refused even where none is needed."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    g.caller = reader.read(token.strip()) if scheme.lower() == "bearer" and token else None
    if g.caller is not None:
        _require_open_to(g.caller)


def open_to_proxies(*acts: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view be called for another by whoever's mandate has one of `acts`; of no act in particular where none is named."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        view.open_to_proxies = acts  # type: ignore[attr-defined]
        return view

    return decorate


def open_to_kiosks(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view be called by a device that stands at the door by itself. What it may be told there the view has to look to."""
    view.open_to_kiosks = True  # type: ignore[attr-defined]
    return view


def _require_open_to(caller: Caller) -> None:
    if request.endpoint is None:
        return  # there is no such call, which is answered so
    view = current_app.view_functions[request.endpoint]
    if caller.acting is not None:
        _require_open_to_proxies(view, caller.acting)
    if caller.kiosk is not None and not getattr(view, "open_to_kiosks", False):
        log().warning("closed to kiosks", endpoint=request.endpoint, by=caller.resident_id, activity_id=caller.kiosk)
        raise NotForKiosks()


def _require_open_to_proxies(view: Callable[..., Any], acting: Acting) -> None:
    acts = getattr(view, "open_to_proxies", None)
    if acts is None or not acting.may(acts):
        log().warning("closed to proxies", endpoint=request.endpoint, by=acting.by_id, mandate_id=acting.mandate_id)
        raise NotForProxies()


def known_caller() -> Caller | None:
    """Return who is signed in, or None."""
    caller: Caller | None = g.get("caller")
    return caller


def current_caller() -> Caller:
    """Return who is signed in; Unauthenticated if nobody is."""
    if (caller := known_caller()) is None:
        raise Unauthenticated()
    return caller


def requires(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view be called only by someone signed in and, where roles are named, holding one of them."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require_role(current_caller(), roles)
            return view(*args, **kwargs)

        guarded._apidoc = {**getattr(view, "_apidoc", {}), "security": True, "roles": roles}  # type: ignore[attr-defined]
        return guarded

    return decorate


def require_role(caller: Caller, roles: Iterable[str]) -> None:
    """Refuse a caller who holds none of `roles`; services pass only where `service` is named."""
    wanted: Collection[str] = tuple(roles)
    if wanted and not caller.roles & set(wanted):
        raise Forbidden(f"This needs one of these roles: {', '.join(wanted)}.")
    if not wanted and caller.kind != "resident":
        raise Forbidden("This is for people, not for services.")
