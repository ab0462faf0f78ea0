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
from services.identity.rules.trust import RESIDENT
from services.identity.settings import settings
from shared.clock import utc_now
from shared.web.auth import (
    ACTING_TOKEN_LIFE_SECONDS,
    ALGORITHM,
    AUDIENCE,
    TOKEN_LIFE_SECONDS,
    Acting,
    claim_of,
)

TOKEN_BYTES = 32


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
    token, now = secrets.token_urlsafe(TOKEN_BYTES), utc_now()
    session = Session(
        id=session_id(token),
        resident_id=resident.id,
        community_code=resident.community_code,
        opened_at=now,
        expires_at=now + timedelta(hours=settings().session_hours),
    )
    session.save(force_insert=True)
    return OpenSession(token=token, expires_at=session.expires_at, resident=resident)


def sign_out(session: str | None) -> None:
    """Close the session of this id; one that is closed already stays so."""
    if session:
        Session.objects(id=session).delete()


def sign_out_everywhere(resident_id: str) -> None:
    """Close all sessions of a resident: their password changed, or they left."""
    Session.objects(resident_id=resident_id).delete()


def exchange(session_tokens: Sequence[str]) -> list[Exchanged | None]:
    """Return for each session a signed token for the resident whose it is, as they are now; None where there is none.

    Many at once, because on the morning of a sale five hundred sessions come to the door in one second.
    """
    now, ids = utc_now(), [session_id(token) for token in session_tokens]
    owners = _owners_of(ids, now)
    people = _callers(set(owners.values()))
    callers = [people.get(owners.get(id_, "")) for id_ in ids]
    expires_at = now + timedelta(seconds=TOKEN_LIFE_SECONDS)
    return [
        Exchanged(token=_sign(caller, id_, now), expires_at=expires_at, caller=caller) if caller else None
        for id_, caller in zip(ids, callers, strict=True)
    ]


def exchange_acting(session_token: str, mandate_id: str) -> Exchanged | None:
    """Return a signed token by which the session's owner acts for the person of a mandate; None where they may not, or no more.

    It looks at the mandate and at both people at every exchange, so what is over is worth nothing once the last token ran out.
    """
    now, session = utc_now(), session_id(session_token)
    proxy_id = _owners_of([session], now).get(session)
    holds = {"_id": mandate_id, "proxy_id": proxy_id, "status": ACTIVE, "ends_at": {"$gt": now}}
    mandate = Mandate._get_collection().find_one(holds, {"outbox": 0}) if proxy_id else None
    if proxy_id is None or mandate is None:
        return None
    people = _callers({proxy_id, mandate["person_id"]})
    if len(people) < 2:
        return None
    caller = people[mandate["person_id"]] | {"roles": [RESIDENT], "partner_id": None, "acting": _acting_by(mandate)}
    expires_at = now + timedelta(seconds=ACTING_TOKEN_LIFE_SECONDS)
    return Exchanged(token=_sign(caller, session, now), expires_at=expires_at, caller=caller)


def _acting_by(mandate: Mapping[str, Any]) -> Acting:
    limits = {name: mandate[name] for name in ("beans_per_redemption", "beans_per_month")}
    return Acting(by_id=mandate["proxy_id"], mandate_id=mandate["_id"], acts=frozenset(mandate["acts"]), limits=limits)


def _owners_of(session_ids: Sequence[str], now: datetime) -> dict[str, str]:
    """Return by session whose it is, of those that are open."""
    open_ = Session._get_collection().find({"_id": {"$in": list(session_ids)}, "expires_at": {"$gt": now}}, {"resident_id": 1})
    return {row["_id"]: row["resident_id"] for row in open_}


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


def _sign(caller: Mapping[str, Any], session: str, now: datetime) -> str:
    """Return a JWT as `shared.web.auth` reads it, and with `sid`: signing out on one device leaves the others alone."""
    key, issued, acting = _key(settings().identity_key_path), int(now.timestamp()), caller.get("acting")
    claims = {
        "iss": key.kid, "aud": AUDIENCE, "sub": caller["resident_id"], "com": caller["community_code"], "rol": caller["roles"],
        "par": caller["partner_id"], "hh": caller["household_id"], "nam": caller["name"], "sid": session,
        "iat": issued, "exp": issued + (ACTING_TOKEN_LIFE_SECONDS if acting else TOKEN_LIFE_SECONDS),
    }  # fmt: skip
    if acting:
        claims["act"] = claim_of(acting)
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


@cache
def _key(path: str) -> OKPKey:
    return OKPKey.import_key(json.loads(Path(path).read_text()))
