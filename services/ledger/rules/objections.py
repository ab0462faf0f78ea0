"""Objections: what may be objected to, by when it is decided, who may decide, and what an upheld one does."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

Remedy = Literal["withdraw", "correct", "give_back"]
"""`withdraw`: the record was none. `correct`: it was another number of minutes. `give_back`: what was taken comes back."""

DEED_KINDS = frozenset({"earn"})
GIVEN_BACK_KINDS = frozenset({"earn", "bonus", "expire", "capture", "reverse"})


def remedies_for(entry: Mapping[str, Any]) -> tuple[Remedy, ...]:
    """Return what upholding an objection to `entry` could do; nothing where it is no more than a step of something else.

    A deed's record can be withdrawn or corrected, whatever it gave, even nothing. What was taken away (a missed sign-up, beans
    that ran out, a hand-over that never was, a reversal) can be given back.
    """
    is_deed = entry["kind"] in DEED_KINDS and entry["_id"].startswith("deed:")
    if is_deed:
        return ("withdraw", "correct") if "minutes" in entry["explanation"] else ("withdraw",)
    return ("give_back",) if entry["kind"] in GIVEN_BACK_KINDS and entry["delta"] < 0 else ()


def conflict_of(decider: str, *, objector: str, involved: Collection[str], household: Collection[str]) -> str | None:
    """Return why `decider` may not decide: they object themselves, live with the objector, or led or reviewed the deed."""
    if decider == objector:
        return "own"
    if decider in household:
        return "household"
    return "involved" if decider in involved else None
