"""Identifiers: callers make them; what follows from a thing has an id derived from it, so a repeat lands on itself."""

import os
import re
import time
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_URL, "urn:golden-bean")
_CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a fresh id in canonical text form (36 characters, lower case): a UUID of version 7 (RFC 9562).

    It begins with the moment, in milliseconds, so that what is made together stands together in every index (ADR 62); its other 74
    bits are random. It is nothing to be kept secret: what must not be guessed comes from `secrets`.
    """
    milliseconds, noise = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10))
    text = f"{milliseconds << 80 | 0x7 << 76 | (noise >> 68) << 64 | 0b10 << 62 | noise & (1 << 62) - 1:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def derive_id(*parts: str) -> str:
    """Return the id that always follows from `parts`, in order: the same parts give the same id everywhere."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))


def derive_beside(id_: str, *parts: str) -> str:
    """Return the id that always follows from `id_` and `parts`; where `id_` begins with its moment, so does what follows from it."""
    noise = UUID(derive_id(id_, *parts)).int
    if moment_of(id_) is None:
        return str(UUID(int=noise))
    after_version = 0x7 << 76 | noise & (1 << 76) - 1
    return str(UUID(int=UUID(id_).int >> 80 << 80 | after_version))


def moment_of(id_: str) -> datetime | None:
    """Return when an id was made, by the clock of who made it; None where it does not say so (only version 7 does)."""
    value = UUID(id_)
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC) if value.version == 7 else None


def is_id(text: str) -> bool:
    """Tell whether `text` is an id in canonical form."""
    return _CANONICAL.fullmatch(text) is not None


def id_in(text: str | None) -> str | None:
    """Return the first id within what was typed or pasted (a number, a link), or None."""
    found = _CANONICAL.search((text or "").lower())
    return found.group() if found else None


def canonical(text: str) -> str:
    """Return `text` as a canonical id; ValueError if it is not a UUID at all."""
    return str(UUID(text))
