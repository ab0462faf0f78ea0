"""Signing in and out, and the exchange of a session for the short-lived token that services read."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from services.identity.commands.passwords import fits
from services.identity.errors import SessionOver, SignInFailed
from services.identity.models import Resident, Session
from services.identity.rules.people import read_phone
from services.identity.settings import settings
from shared.clock import utc_now
from shared.web.auth import ALGORITHM, AUDIENCE, TOKEN_LIFE_SECONDS

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
    """Open a session for the resident who signs in with this phone; SignInFailed for a wrong phone or password alike."""
    number = read_phone(phone).number
    resident = Resident.objects(sign_in_phone=number, left_at=None).first() if number else None
    if not fits(password, resident.password_hash if resident else None) or resident is None:
        raise SignInFailed()
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


def exchange(session_token: str) -> Exchanged:
    """Return a signed token for the resident whose session this is, as they are now; SessionOver if there is none."""
    now = utc_now()
    session = Session.objects(id=session_id(session_token), expires_at__gt=now).first()
    resident = Resident.objects(id=session.resident_id, left_at=None).first() if session else None
    if resident is None:
        raise SessionOver()
    expires_at = now + timedelta(seconds=TOKEN_LIFE_SECONDS)
    return Exchanged(token=_sign(resident, session.id, now), expires_at=expires_at, caller=caller_of(resident))


def caller_of(resident: Resident) -> dict[str, Any]:
    """Return what others may know of who calls."""
    return {
        "resident_id": resident.id,
        "community_code": resident.community_code,
        "roles": list(resident.roles),
        "partner_id": resident.partner_id,
        "household_id": resident.household_id,
        "name": resident.name,
    }


def session_id(token: str) -> str:
    """Return the id under which a session's token is kept. It is random enough that a plain hash cannot be undone."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(signed_token: str) -> str | None:
    """Return the id of the session behind a signed token that was checked already; None for one without."""
    claims = jwt.decode(signed_token, _key(settings().identity_key_path), algorithms=[ALGORITHM]).claims
    found: str | None = claims.get("sid")
    return found


def _sign(resident: Resident, session: str, now: datetime) -> str:
    """Return a JWT as `shared.web.auth` reads it, and with `sid`: signing out on one device leaves the others alone."""
    key, issued = _key(settings().identity_key_path), int(now.timestamp())
    caller = caller_of(resident)
    claims = {
        "iss": key.kid, "aud": AUDIENCE, "sub": resident.id, "com": resident.community_code, "rol": caller["roles"],
        "par": resident.partner_id, "hh": resident.household_id, "nam": resident.name, "sid": session,
        "iat": issued, "exp": issued + TOKEN_LIFE_SECONDS,
    }  # fmt: skip
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


@cache
def _key(path: str) -> OKPKey:
    return OKPKey.import_key(json.loads(Path(path).read_text()))
