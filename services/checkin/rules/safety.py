"""Who is fit for a service and what must be said of it beforehand (Volunteer Service Regulations, articles 12, 16 and 17)."""

from collections.abc import Container, Iterable, Mapping
from typing import Any


def lacking(needed: Iterable[str], held: Iterable[Mapping[str, Any]], *, licensed: Container[str], day: str) -> tuple[str, ...]:
    """Return which of the `needed` skills somebody lacks on an ISO `day`, in their order.

    `held` has {skill, licence_expires_on} (an ISO day or None); a skill of `licensed`, or one that has a licence, counts only with
    its licence in date.
    """
    good = {
        row["skill"] for row in held
        if ((until := row.get("licence_expires_on")) is None and row["skill"] not in licensed) or (until or "") >= day
    }  # fmt: skip
    return tuple(skill for skill in needed if skill not in good)


def untold(*, risks: str | None, insurance: str | None) -> tuple[str, ...]:
    """Return which of risks and insurance are not stated, for an item of the catalogue that needs both."""
    return tuple(name for name, told in (("risks", risks), ("insurance", insurance)) if not told)
