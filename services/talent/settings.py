"""What talent can be told from outside: how many households make a nomination, and which days are no working days."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class TalentSettings(Settings):
    """Settings of talent; each is read from `GB_<FIELD>`."""

    service: ClassVar[str] = "talent"

    households_needed: int = 3
    holidays: str = ""
    copy_wait_ms: int = 1000

    @property
    def days_off(self) -> frozenset[date]:
        """The public holidays, written `YYYY-MM-DD,YYYY-MM-DD`, that a notice period skips besides weekends."""
        return frozenset(date.fromisoformat(day.strip()) for day in self.holidays.split(",") if day.strip())


@cache
def settings() -> TalentSettings:
    """Return this process's settings, read once."""
    return load(TalentSettings)
