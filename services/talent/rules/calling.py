"""Pure decisions about calls (招募令) and about offers (自荐) that follow them: what is open, how long anything is kept, who it is."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

REFERENCE_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
KEPT_DAYS = 90
OPEN_DAYS_MAX = 366
PHONE_DIGITS = range(7, 13)
SERVICE_CONSENT = "service"
CONSENTS = (SERVICE_CONSENT, "contact")


class OfferStatus(StrEnum):
    """Where an offer stands. Only a waiting one has a name, a phone and words."""

    WAITING = "waiting"
    TAKEN = "taken"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


SET_ASIDE_REASONS = ("not_reached", "lives_elsewhere", "changed_mind", "not_real")


def is_open(today: date, *, open_until: str, is_closed: bool) -> bool:
    """Tell whether a call takes offers: until the evening of its last day, unless the office closed it before."""
    return not is_closed and today.isoformat() <= open_until


def new_reference(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a reference that `choose` draws (`secrets.choice`): eight characters that nobody mistakes for others."""
    return "".join(choose(REFERENCE_CHARACTERS) for _ in range(REFERENCE_LENGTH))


def read_reference(text: str) -> str:
    """Return a reference as it is kept, however it was typed."""
    return re.sub(r"[\s-]", "", text).upper()


def read_phone(text: str) -> str | None:
    """Return the digits of a phone, mobile or fixed, without the country's prefix; None where it is no phone."""
    digits = re.sub(r"[\s\-()（）]", "", text)
    digits = re.sub(r"^(\+|00)86", "", digits)
    return digits if digits.isascii() and digits.isdigit() and len(digits) in PHONE_DIGITS else None


def kept_until(offered_at: datetime) -> datetime:
    """Return until when an offer that nobody decides on is kept, at the latest."""
    return offered_at + timedelta(days=KEPT_DAYS)
