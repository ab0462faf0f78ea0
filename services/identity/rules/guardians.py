"""Who needs a guardian's consent 监护人同意, who may give it, and until when it holds.

Volunteer Service Regulations art. 15 (tasks fit age), PIPL art. 28, 31 (under fourteen a guardian agrees), Civil Code art. 17, 27 (of age
at eighteen; who is a guardian). Of a birth the day is kept nowhere, so the careful side is taken: somebody is a minor as long as they
may be one. Of whom no birth is known nothing is presumed.
"""

from datetime import date, datetime, timedelta

from services.identity.rules.people import ADULT_ENOUGH_YEARS, YEAR_MIN, Birth
from shared.ages import may_be_under, surely_from

KINSHIPS = ("father", "mother", "grandparent", "sibling", "appointed")
"""What a guardian is to the minor (Civil Code art. 27); appointed: by a will, a court or the residents' committee (art. 29, 31)."""

ONLINE, PAPER = "online", "paper"
WAYS = (ONLINE, PAPER)

WAITING, ACTIVE, WITHDRAWN, ENDED = "waiting", "active", "withdrawn", "ended"
STATUSES = (WAITING, ACTIVE, WITHDRAWN, ENDED)
"""Waiting: for somebody of the household to agree, or for a second of the office to confirm the paper."""

OF_AGE, UNANSWERED, ELSEWHERE, MINOR_LEFT, GUARDIAN_LEFT = "of_age", "unanswered", "elsewhere", "minor_left", "guardian_left"
ENDINGS = (OF_AGE, UNANSWERED, ELSEWHERE, MINOR_LEFT, GUARDIAN_LEFT)
"""Elsewhere: it waited online while a form was confirmed, or the other way round."""


def is_minor(birth: Birth, *, today: date, adult_age: int) -> bool:
    """Tell whether somebody may still be under `adult_age`; False where no birth is known."""
    return may_be_under(birth.year, birth.month, age=adult_age, day=today)


def is_child(birth: Birth, *, today: date) -> bool:
    """Tell whether somebody may still be under fourteen: then a guardian agrees to all use of the platform (PIPL art. 31)."""
    return is_minor(birth, today=today, adult_age=ADULT_ENOUGH_YEARS)


def is_of_age(birth: Birth, *, today: date, adult_age: int) -> bool:
    """Tell whether somebody is known to have come of age; False where no birth is known: a guardian has to say."""
    return birth.year is not None and not is_minor(birth, today=today, adult_age=adult_age)


def last_day_of(birth: Birth, *, adult_age: int) -> date | None:
    """Return the last day on which a consent for somebody can hold: the day before they have surely come of age."""
    return surely_from(birth.year, birth.month, age=adult_age) - timedelta(days=1) if birth.year else None


def standing_of(status: str, *, is_minor: bool, asked_until: datetime, now: datetime) -> tuple[str, str | None]:
    """Return where a consent stands at this moment, and what ended it where nobody wrote that down."""
    if status in (WAITING, ACTIVE) and not is_minor:
        return ENDED, OF_AGE
    if status == WAITING and asked_until <= now:
        return ENDED, UNANSWERED
    return status, None


def birth_misfits(birth: Birth, *, today: date) -> dict[str, str]:
    """Return what does not fit in a birth that somebody states, by JSON pointer."""
    if birth.year is None:
        return {"/birth_month": "A month says nothing without its year."} if birth.month else {}
    if not YEAR_MIN <= birth.year <= today.year:
        return {"/birth_year": f"A year of birth lies between {YEAR_MIN} and {today.year}."}
    if birth.year == today.year and (birth.month or 1) > today.month:
        return {"/birth_month": "This month has not come yet."}
    return {}
