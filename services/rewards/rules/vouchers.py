"""What stands on a voucher: a code to read aloud, to type with tired eyes and not to guess; and when it runs out.

The code has 8 characters of a 31-letter alphabet without 0, 1, I, L and O. The last one is a check character in the
manner of ISBN-10: with the weights 8, 7, … 1, the weighted sum of all characters' places in the alphabet is 0 modulo
31. As 31 is prime and the weights differ, every single wrong character and every swap of two characters, neighbours or
not, is noticed. (Luhn modulo N was rejected because it misses some swaps.) Seven free characters are 31⁷ ≈ 2.8 × 10¹⁰
codes.
"""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.rewards.errors import VoucherMistyped

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
TYPED_LENGTH_MAX = 40
WEIGHTS = range(CODE_LENGTH, 0, -1)
SEPARATORS = str.maketrans("", "", " -_.·\t")


def draw_code(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a new code from 7 characters that `choose` picks (give it `secrets.choice`)."""
    return seal("".join(choose(ALPHABET) for _ in range(CODE_LENGTH - 1)))


def seal(body: str) -> str:
    """Return the 7 characters of `body` with their check character."""
    return body + ALPHABET[-_weigh(body) % len(ALPHABET)]


def read_code(typed: str) -> str:
    """Return the code that `typed` means (any case, width and hyphens); VoucherMistyped if it is none."""
    code = unicodedata.normalize("NFKC", typed[: TYPED_LENGTH_MAX + 1]).upper().translate(SEPARATORS)
    if len(typed) > TYPED_LENGTH_MAX or len(code) != CODE_LENGTH:
        raise VoucherMistyped(f"A voucher code has {CODE_LENGTH} letters and digits.")
    if strangers := sorted(set(code) - set(ALPHABET)):
        raise VoucherMistyped(f"Voucher codes never have {_listed(strangers)} in them.")
    if _weigh(code) % len(ALPHABET):
        raise VoucherMistyped("One character is wrong, or two have changed places. Please compare it with the voucher.")
    return code


def runs_out_at(ready_at: datetime, valid_days: int, zone: str) -> datetime:
    """Return the end of the last good day in `zone`, aware: for 1 valid day, the end of the day after `ready_at`."""
    last_day = ready_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=valid_days)
    return datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(zone))


def _weigh(characters: str) -> int:
    return sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, characters, strict=False))


def _listed(strangers: Sequence[str]) -> str:
    return ", ".join(mark if mark.isprintable() else "unprintable characters" for mark in strangers)
