"""Ages from a birth of which the year is known and perhaps the month; the day is kept nowhere. (ADR 76)

Nobody can then say on which day somebody turns an age. Whoever asks chooses the side that is careful: `surely_from` for what a person
must be old enough for, `perhaps_from` for what is to be minded from an age on.
"""

from datetime import date

DECEMBER = 12


def surely_from(year: int, month: int | None, *, age: int) -> date:
    """Return the first day on which somebody born then has turned `age`, whichever day of the month (or of the year) it was."""
    if month is None or month == DECEMBER:
        return date(year + age + 1, 1, 1)
    return date(year + age, month + 1, 1)


def perhaps_from(year: int, month: int | None, *, age: int) -> date:
    """Return the first day on which somebody born then may have turned `age`."""
    return date(year + age, month or 1, 1)


def may_be_under(year: int | None, month: int | None, *, age: int, day: date) -> bool:
    """Tell whether somebody born then may be younger than `age` on `day`; False where no birth is known: then nothing is presumed."""
    return year is not None and day < surely_from(year, month, age=age)
