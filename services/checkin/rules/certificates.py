"""What a certificate of service records may say: stars by whole hours, a number in the place of an identity number, names masked."""

from hashlib import sha256

from shared.masking import masked

STAR_HOURS = (100, 300, 600, 1000, 1500)
"""From so many hours on a volunteer has one star more, at most five; hours are rounded down."""

MINUTES_AN_HOUR = 60
NUMBER_DIGITS = 12
SHOWN_NAMES = ("masked", "full")
SHOWN_RECORDS = ("totals", "all")


def stars_of(minutes: int) -> int:
    """Return the star level, 0 to 5, that so many minutes of service make."""
    return sum(minutes // MINUTES_AN_HOUR >= hours for hours in STAR_HOURS)


def volunteer_number(resident_id: str) -> str:
    """Return a volunteer's number, twelve digits in groups of four, which says nothing of who they are (MZ/T 061).

    It follows from the id, so that it needs no register and stays the same on every paper. Two of a community of ten thousand have the
    same one once in twenty thousand communities.
    """
    digits = f"{int(sha256(resident_id.encode()).hexdigest(), 16) % 10**NUMBER_DIGITS:0{NUMBER_DIGITS}d}"
    return " ".join(digits[at : at + 4] for at in range(0, NUMBER_DIGITS, 4))


def name_for(name: str | None, *, may_be_published: bool) -> str:
    """Return the name of somebody else on a paper that others read: in full only where they agreed to that (PIPL, article 25)."""
    return name if name and may_be_published else masked(name)
