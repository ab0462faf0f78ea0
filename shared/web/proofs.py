"""What one service saw, carried to another by whoever asked, signed with the platform's key: nobody's token, and good for minutes."""

import time
from dataclasses import dataclass

from joserfc import errors as jose_errors
from joserfc import jwt

from shared.clock import utc_now
from shared.settings import Settings
from shared.web.auth import ALGORITHM, CLOCK_LEEWAY_SECONDS, key_set, private_key

PROOF_LIFE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That `by_id` showed something (`what`) of `about` in a community."""

    what: str
    about: str
    by_id: str
    community_code: str


class ProofWorthless(ValueError):
    """It is forged, for something else, or has run out."""


def sign_proof(proof: Proof, settings: Settings) -> str:
    """Return `proof` as a compact JWT, good for PROOF_LIFE_SECONDS."""
    key, issued = private_key(settings.service_key_path), int(utc_now().timestamp())
    claims = {
        "iss": key.kid, "aud": _audience(proof.what), "sub": proof.about, "by": proof.by_id, "com": proof.community_code,
        "iat": issued, "exp": issued + PROOF_LIFE_SECONDS,
    }  # fmt: skip
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def read_proof(text: str, what: str, settings: Settings) -> Proof:
    """Return what `text` proves about `what`; ProofWorthless if nothing."""
    try:
        decoded = jwt.decode(text, key_set(settings.jwks_path), algorithms=[ALGORITHM])
        claims, signed_by = decoded.claims, decoded.header.get("kid")
        is_ours = claims["iss"] == signed_by == "platform" and claims["aud"] == _audience(what)
        if not is_ours or int(claims["exp"]) + CLOCK_LEEWAY_SECONDS < time.time():
            raise ProofWorthless()
        return Proof(what=what, about=str(claims["sub"]), by_id=str(claims["by"]), community_code=str(claims["com"]))
    except (jose_errors.JoseError, ValueError, KeyError, TypeError) as error:
        raise ProofWorthless() from error


def _audience(what: str) -> str:
    return f"golden-bean-{what}"
