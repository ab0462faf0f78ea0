"""What talent can be told from outside: how many households make a nomination, how many offers an address may make."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class TalentSettings(Settings):
    """Settings of talent; each is read from `GB_<FIELD>`."""

    service: ClassVar[str] = "talent"

    households_needed: int = 3
    objection_working_days: int = 10
    copy_wait_ms: int = 1000
    offers_per_address_hour: int = 20
    offers_waiting_max: int = 2000


@cache
def settings() -> TalentSettings:
    """Return this process's settings, read once."""
    return load(TalentSettings)
