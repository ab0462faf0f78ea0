"""Tell others when people were born: with every statement, and once of those who were known before others listened. (ADR 76)"""

from datetime import datetime
from typing import Any

from services.identity.models import Resident
from shared.events.identity import BirthStated


def birth_fact(resident: Resident, told: dict[str, Any], now: datetime) -> BirthStated:
    """Return the fact that tells a birth once `told` is set."""
    year, month = (told.get(name, getattr(resident, name)) for name in ("birth_year", "birth_month"))
    return BirthStated(
        resident_id=resident.id, community_code=resident.community_code, birth_year=year, birth_month=month, stated_at=now
    )  # fmt: skip


def told_birth(resident: Resident, told: dict[str, Any], now: datetime) -> tuple[dict[str, Any], list[BirthStated]]:
    """Return what is to be set and told beside `told`; nothing where it is not about the birth."""
    if not told.keys() & {"birth_year", "birth_month"}:
        return {}, []
    return {"birth_told_at": now}, [birth_fact(resident, told, now)]
