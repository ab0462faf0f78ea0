"""Passwords and codes: kept only as argon2 hashes, compared in equal time whether or not there is somebody to compare with."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.aside import aside

# OWASP's choice for argon2id: 19 MiB and two passes are about 20 ms here, and a hundred at once still fit in memory.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
CODE_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which people mix up on paper
CODE_LENGTH = 8


def hash_secret(secret: str) -> str:
    """Return the argon2id hash to keep for a password or code."""
    return aside(HASHER.hash, secret)


def fits(secret: str, secret_hash: str | None) -> bool:
    """Tell whether `secret` is the one that was hashed; takes as long where there is no hash."""
    try:
        return aside(HASHER.verify, secret_hash or _nobodys_hash(), secret) and secret_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_code() -> str:
    """Return a code to read out at a counter or write on paper: eight characters, 40 bits."""
    return "".join(secrets.choice(CODE_CHARACTERS) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """Return a typed code as it was made: spaces, dashes and small letters do not matter."""
    return "".join(mark for mark in text.upper() if mark.isalnum())


@cache
def _nobodys_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))
