"""What the ledger can be told from outside, and its limits."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load

GROUP_ENTRIES_MAX = 500
POSTING_ROUNDS_MAX = 100
CACHED_HEADS_MAX = 20_000
CACHED_MEMBERS_MAX = 50_000
ACCOUNTS_PAGE = 1_000
COVERAGE_LIVE_SECONDS = 5.0
RULES_FRESH_SECONDS = 0.1
ADOPTING_SECONDS = 2 * RULES_FRESH_SECONDS  # by then whoever read the rules before has read them again
CHECKPOINT_LAG_SECONDS = 120
CHECKPOINT_JOB_SECONDS = 60
SEALS_JOB_SECONDS = 600
SEALS_WATCH_JOB_SECONDS = 86_400
LEAVES_PART = 10_000
STATEMENT_DAYS_MAX = 366
EXPIRY_JOB_SECONDS = 600
VERIFY_JOB_SECONDS = 3_600
CLOSING_JOB_SECONDS = 600
MARKS_JOB_SECONDS = 3_600
STATEMENT_GOOD_DAYS = 90
OBJECTIONS_JOB_SECONDS = 60
OBJECTION_WORKING_DAYS = 10
PROJECTS_JOB_SECONDS = 300
PROJECT_DAYS_MAX = 365
RETURNED_KEPT_DAYS = 31
COVERAGE_JOB_SECONDS = 30
SIMULATION_JOB_SECONDS = 1.0
SIMULATION_BEAT_SECONDS = 20
SIMULATION_TURNS_MAX = 3
SIMULATION_PART = 5_000
SIMULATED_MONTHS = 3
SIMULATED_LINES_MAX = 150_000
SIMULATIONS_WAITING_MAX = 5
SIMULATIONS_KEPT_SECONDS = 180 * 86_400
DRAFTS_OPEN_MAX = 20


@dataclass(frozen=True, kw_only=True)
class LedgerSettings(Settings):
    """Settings of the ledger; each is read from `GB_<FIELD>`."""

    service: ClassVar[str] = "ledger"

    newcomer_days: int = 90


@cache
def settings() -> LedgerSettings:
    """Return this process's settings, read once."""
    return load(LedgerSettings)
