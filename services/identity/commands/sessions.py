"""Signing in and out, and the exchange of a session for the short-lived token that services read."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from services.identity.commands.children import require_guardian
from services.identity.commands.passwords import fits
from services.identity.errors import SignInFailed
from services.identity.models import Mandate, Resident, Session
from services.identity.rules.mandates import ACTIVE
from services.identity.rules.people import read_phone
from services.identity.rules.trust import OFFICE, RESIDENT
from services.identity.settings import settings
from shared.clock import utc_now
from shared.mongo import audit
from shared.web.auth import (
    ALGORITHM,
    AUDIENCE,
    SHORT_TOKEN_LIFE_SECONDS,
    TOKEN_LIFE_SECONDS,
    Acting,
    claim_of,
)

ALIAS = "identity"
TOKEN_BYTES = 32

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session as its owner gets it: the only time that the opaque token is seen."""

    token: str
    expires_at: datetime
    resident: Resident


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """A signed token for services, and whom it speaks for."""

    token: str
    expires_at: datetime
    caller: dict[str, Any]


def sign_in(*, phone: str, password: str) -> OpenSession:
    """Open a session for the resident who signs in with this phone; SignInFailed for a wrong phone or password alike, GuardianNeeded
    for a child for whom no guardian has agreed."""
    number = read_phone(phone).number
    resident = Resident.objects(sign_in_phone=number, left_at=None).first() if number else None
    if not fits(password, resident.password_hash if resident else None) or resident is None:
        raise SignInFailed()
    require_guardian(resident)
    expires_at = utc_now() + timedelta(hours=settings().session_hours)
    token = keep_session(resident_id=resident.id, community_code=resident.community_code, expires_at=expires_at)
    return OpenSession(token=token, expires_at=expires_at, resident=resident)


def keep_session(**session: Any) -> str:
    """Keep a new session with resident_id, community_code, expires_at and, of a kiosk, kiosk_activity_id; return its token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Session(id=session_id(token), opened_at=utc_now(), **session).save(force_insert=True)
    return token


def sign_out(session: str | None) -> None:
    """Close the session of this id; one that is closed already stays so."""
    gone = Session._get_collection().find_one_and_delete({"_id": session}) if session else None
    if gone and gone.get("kiosk_activity_id"):
        audit(ALIAS, act="kiosk-ended", by=gone["resident_id"], about=gone["kiosk_activity_id"], detail={"at": "the device"})


def sign_out_everywhere(resident_id: str) -> None:
    """Close all sessions of a resident, their kiosks with them: their password changed, or they left."""
    Session.objects(resident_id=resident_id).delete()


def exchange(session_tokens: Sequence[str]) -> list[Exchanged | None]:
    """Return for each session a signed token for the resident whose it is, as they are now; None where there is none.

    Many at once, because on the morning of a sale five hundred sessions come to the door in one second.
    """
    now, ids = utc_now(), [session_id(token) for token in session_tokens]
    sessions = _open_sessions(ids, now)
    people = _callers({row["resident_id"] for row in sessions.values()})
    callers = [_speaks_for(sessions.get(id_), people) for id_ in ids]
    return [_exchanged(caller, id_, now) if caller else None for id_, caller in zip(ids, callers, strict=True)]


def exchange_acting(session_token: str, mandate_id: str) -> Exchanged | None:
    """Return a signed token by which the session's owner acts for the person of a mandate; None where they may not, or no more.

    It looks at the mandate and at both people at every exchange, so what is over is worth nothing once the last token ran out.
    """
    now, session = utc_now(), session_id(session_token)
    proxy_id = _owner_of(session, now)
    holds = {"_id": mandate_id, "proxy_id": proxy_id, "status": ACTIVE, "ends_at": {"$gt": now}}
    mandate = Mandate._get_collection().find_one(holds, {"outbox": 0}) if proxy_id else None
    if proxy_id is None or mandate is None:
        return None
    people = _callers({proxy_id, mandate["person_id"]})
    if len(people) < 2:
        return None
    caller = people[mandate["person_id"]] | {"roles": [RESIDENT], "partner_id": None, "acting": _acting_by(mandate)}
    return _exchanged(caller, session, now)


def _acting_by(mandate: Mapping[str, Any]) -> Acting:
    limits = {name: mandate[name] for name in ("beans_per_redemption", "beans_per_month")}
    return Acting(by_id=mandate["proxy_id"], mandate_id=mandate["_id"], acts=frozenset(mandate["acts"]), limits=limits)


def _open_sessions(session_ids: Sequence[str], now: datetime) -> dict[str, Row]:
    """Return by id those of the sessions that are open: whose, and at which activity's door."""
    told = dict.fromkeys(("resident_id", "kiosk_activity_id"), 1)
    open_ = Session._get_collection().find({"_id": {"$in": list(session_ids)}, "expires_at": {"$gt": now}}, told)
    return {row["_id"]: row for row in open_}


def _owner_of(session: str, now: datetime) -> str | None:
    """Return whose a session is; None for one that is closed, and for a kiosk's, which is nobody's to go on with."""
    found = _open_sessions([session], now).get(session)
    return found["resident_id"] if found and not found.get("kiosk_activity_id") else None


def _speaks_for(session: Row | None, people: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Return whom a session speaks for, None for nobody: a kiosk for its owner, without office and household, and only while they are
    of the office."""
    caller = people.get(session["resident_id"]) if session else None
    if session is None or caller is None or not (activity_id := session.get("kiosk_activity_id")):
        return caller
    if not OFFICE & set(caller["roles"]):
        return None
    return caller | {"roles": [RESIDENT], "partner_id": None, "household_id": None, "kiosk": activity_id}


def _callers(resident_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return by id what others may know of who calls, of residents who have not left."""
    told = dict.fromkeys(("community_code", "roles", "partner_id", "household_id", "name"), 1)
    rows = Resident._get_collection().find({"_id": {"$in": list(resident_ids)}, "left_at": None}, told)
    return {
        row["_id"]: {
            "resident_id": row["_id"], "community_code": row["community_code"], "roles": row.get("roles", []),
            "partner_id": row.get("partner_id"), "household_id": row.get("household_id"), "name": row.get("name"),
        }
        for row in rows
    }  # fmt: skip


def session_id(token: str) -> str:
    """Return the id under which a session's token is kept. It is random enough that a plain hash cannot be undone."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(signed_token: str) -> str | None:
    """Return the id of the session behind a signed token that was checked already; None for one without."""
    claims = jwt.decode(signed_token, _key(settings().identity_key_path), algorithms=[ALGORITHM]).claims
    found: str | None = claims.get("sid")
    return found


def _exchanged(caller: dict[str, Any], session: str, now: datetime) -> Exchanged:
    """Return a JWT as `shared.web.auth` reads it, and with `sid`: signing out on one device leaves the others alone."""
    key, issued, acting, kiosk = _key(settings().identity_key_path), int(now.timestamp()), caller.get("acting"), caller.get("kiosk")
    life_seconds = SHORT_TOKEN_LIFE_SECONDS if acting or kiosk else TOKEN_LIFE_SECONDS
    claims = {
        "iss": key.kid, "aud": AUDIENCE, "sub": caller["resident_id"], "com": caller["community_code"], "rol": caller["roles"],
        "par": caller["partner_id"], "hh": caller["household_id"], "nam": caller["name"], "sid": session,
        "iat": issued, "exp": issued + life_seconds,
    }  # fmt: skip
    if acting:
        claims["act"] = claim_of(acting)
    if kiosk:
        claims["kio"] = kiosk
    token = jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])
    return Exchanged(token=token, expires_at=now + timedelta(seconds=life_seconds), caller=caller)


@cache
def _key(path: str) -> OKPKey:
    return OKPKey.import_key(json.loads(Path(path).read_text()))
