"""Codes by which a person lets a proxy act for them. A code follows from its mandate's id and our key, so that asking again shows
the same one; the database keeps only what finds the mandate, and whoever reads that cannot tell the code."""

import hashlib
import hmac
import json
from functools import cache
from pathlib import Path

from services.identity.commands.passwords import CODE_CHARACTERS, CODE_LENGTH, read_code
from services.identity.settings import settings


def code_of(mandate_id: str) -> str:
    """Return the code of a mandate: eight characters, 40 bits."""
    return "".join(CODE_CHARACTERS[number % len(CODE_CHARACTERS)] for number in _seal("code", mandate_id)[:CODE_LENGTH])


def key_of(code: str) -> str:
    """Return under what the mandate of a code is found, however the code was typed."""
    return _seal("key", read_code(code)).hex()


def _seal(purpose: str, text: str) -> bytes:
    return hmac.digest(_secret(settings().identity_key_path), f"mandate-{purpose}:{text}".encode(), hashlib.sha256)


@cache
def _secret(path: str) -> bytes:
    return str(json.loads(Path(path).read_text())["d"]).encode()
