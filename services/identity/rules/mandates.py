"""Who may act for whom: a mandate 委托 names the person, their proxy 代办人, the acts that are meant, and limits.

What is not on the list of acts is nobody's to do for another. Verifying, deciding and giving roles belong to an office, not to a
person. Giving beans away, nominating, objecting and checking in are worth something only as the person's own word or presence.
Consents, the password, leaving and further mandates are the person's own data and will (PIPL art. 14, 15; Civil Code art. 162, 169:
a proxy acts within what was granted and passes it on to nobody).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

SIGN_UP, REDEEM, READ_BEANS = "sign_up", "redeem", "read_beans"
ACTS = (SIGN_UP, REDEEM, READ_BEANS)

CODE, PAPER, CARD_PIN = "code", "paper", "card_pin"
WAYS = (CODE, PAPER, CARD_PIN)
"""How the person agreed."""

WAITING, ACTIVE, REVOKED, ENDED = "waiting", "active", "revoked", "ended"
STATUSES = (WAITING, ACTIVE, REVOKED, ENDED)
"""Waiting: for the proxy to enter the code, or for a second staff person to confirm the paper."""

PERSON_LEFT, PROXY_LEFT, OVER = "person_left", "proxy_left", "over"
ENDINGS = (PERSON_LEFT, PROXY_LEFT, OVER)

DAYS_MAX = 365
PIN_DIGITS = 6
PIN_TRIES_MAX = 5
"""Wrong ones in a row; then the PIN is void and has to be set anew."""

PAPER_DAYS_MAX = 90
"""A form signed longer ago is signed anew: the person may have changed their mind."""


@dataclass(frozen=True, kw_only=True)
class Most:
    """The most beans that a mandate may allow, as the installation says."""

    beans_per_redemption: int
    beans_per_month: int


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody with a part in a mandate, and where they live."""

    resident_id: str
    household_id: str | None = None


def acts_held(acts: Collection[str]) -> list[str]:
    """Return `acts` in one order, each once, so that saying the same twice changes nothing."""
    return [act for act in ACTS if act in acts]


def misfits_of(terms: Mapping[str, Any], *, today: date, most: Most) -> dict[str, str]:
    """Return what does not fit in the terms of a mandate, by JSON pointer; `terms` as `MandateIn` loads them."""
    return _misfits_of_acts(terms, most) | _misfits_of_days(terms["ends_on"], today)


def misfits_of_paper(signed_on: date, *, today: date) -> dict[str, str]:
    """Return what is wrong with the day on which a form was signed."""
    fits = today - timedelta(days=PAPER_DAYS_MAX) <= signed_on <= today
    return {} if fits else {"/signed_on": f"A form is taken within {PAPER_DAYS_MAX} days of its signing."}


def may_be_pin(pin: str) -> bool:
    """Tell whether a PIN is six digits that are neither all the same nor in a row: what half of all people would try first."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps not in ({0}, {1}, {-1})


def standing_of(status: str, *, good_until: datetime, now: datetime) -> str:
    """Return where a mandate stands at this moment: what has run out is ended, though nobody wrote it down."""
    return ENDED if status in (WAITING, ACTIVE) and good_until <= now else status


def may_revoke(by_id: str, *, is_staff: bool, parties: Collection[str]) -> bool:
    """Tell whether somebody may end a mandate: the person, the proxy, or staff."""
    return is_staff or by_id in parties


def is_close(helper: Party, proxy: Party) -> bool:
    """Tell whether staff who help a mandate into being are the proxy, or live with them: then others must do it."""
    same_household = helper.household_id is not None and helper.household_id == proxy.household_id
    return helper.resident_id == proxy.resident_id or same_household


def _misfits_of_acts(terms: Mapping[str, Any], most: Most) -> dict[str, str]:
    once, month = terms["beans_per_redemption"], terms["beans_per_month"]
    errors = {} if terms["acts"] else {"/acts": "Name at least one act."}
    if REDEEM not in terms["acts"]:
        return errors
    if not 1 <= once <= most.beans_per_redemption:
        errors["/beans_per_redemption"] = f"Between 1 and {most.beans_per_redemption} beans."
    if not once <= month <= most.beans_per_month:
        errors["/beans_per_month"] = f"At least as many as for one redemption, at most {most.beans_per_month} beans."
    return errors


def _misfits_of_days(ends_on: date, today: date) -> dict[str, str]:
    if today <= ends_on <= today + timedelta(days=DAYS_MAX):
        return {}
    return {"/ends_on": f"A mandate ends between today and {DAYS_MAX} days from now."}
