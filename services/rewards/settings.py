"""What an installation may tune about rewards; everything else that has a limit names it where it is used."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class RewardsSettings(Settings):
    """Settings of the rewards API and worker, each read from `GB_<FIELD>`."""

    service: ClassVar[str] = "rewards"

    redemption_pieces_max: int = 20
    """The most pieces of a reward that one redemption may ask for."""

    requested_patience_seconds: int = 5
    """After this a redemption that still waits for stock was left behind by a crash; the sweeper takes it on.

    A request takes milliseconds. Taking on one that merely was slow does no harm.
    """

    hold_patience_minutes: int = 15
    """After this a redemption to which the ledger gave no answer is cancelled. Longer than a round of `reconcile`."""

    unknown_codes_max: int = 20
    """How many well-formed codes that are no vouchers of theirs a partner may look up within a window."""

    unknown_codes_minutes: int = 10
    """The length of that window."""


@cache
def settings() -> RewardsSettings:
    """Return this process's settings, read once."""
    return load(RewardsSettings)
