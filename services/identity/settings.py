"""What an installation may tune about people and sign-in; limits that nobody tunes stand where they are used.

Rates are in the notation of `limits` ("10 per 15 minutes") and hold for the whole installation: they count in the database.
"""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(Settings):
    """Settings of the identity API and worker, each read from `GB_<FIELD>`."""

    service: ClassVar[str] = "identity"

    identity_key_path: str = ".local/keys/identity.private.json"
    """The private key (JWK) that signs for people; only this service reads it."""

    session_hours: int = 12
    """How long a person stays signed in."""

    activation_days: int = 7
    """How long a code from the office lets somebody set a password."""

    mandate_code_minutes: int = 30
    """How long a code that a person made on their own phone is good."""

    mandate_paper_code_days: int = 7
    """How long a code that the office printed for a person is good."""

    desk_minutes: int = 15
    """How long the office acts for somebody at its desk who showed their card and typed their PIN."""

    mandate_beans_per_redemption_max: int = 200
    """The most beans that any mandate lets a proxy spend at once."""

    mandate_beans_per_month_max: int = 500
    """The most beans that any mandate lets a proxy spend in a rolling month."""

    mandates_per_person_max: int = 5
    """So many proxies, waiting ones included, may a person have."""

    mandates_per_proxy_max: int = 20
    """For so many people may somebody be the proxy."""

    wrong_mandate_codes_per_person: str = "10 per 15 minutes"
    """Wrong codes of mandates, and wrong PINs, that one signed-in person may try."""

    wrong_mandate_codes_per_address: str = "60 per 15 minutes"
    """Wrong codes of mandates, and wrong PINs, from one address."""

    adult_age: int = 18
    """Below this age a guardian agrees before somebody takes part; checkin reads the same variable."""

    guardian_ask_days: int = 30
    """How long a guardian is asked, and a signed form waits to be confirmed."""

    import_days: int = 180
    """How long an import stays to be looked at; what it brought about stays with the residents."""

    trusted_proxies: int = 1
    """How many proxies stand in front (the gateway): so many entries of X-Forwarded-For are believed."""

    wrong_sign_ins_per_phone: str = "10 per 15 minutes"
    """Only wrong tries count, so that a busy counter never locks itself out."""

    wrong_sign_ins_per_address: str = "60 per minute"
    """Wrong tries from one address, whichever phones they name."""

    sign_ins_per_address: str = "600 per minute"
    """All tries from one address: a password costs some processor time to check."""

    registrations_per_address: str = "1000 per hour"
    """A community's office registers people from one address."""

    wrong_activations_per_address: str = "30 per 15 minutes"
    """Wrong codes from one address; a code itself bears five wrong tries."""


@cache
def settings() -> IdentitySettings:
    """Return this process's settings, read once."""
    return load(IdentitySettings)
