"""The stalls of a convenience day: which may change, who runs one, who stands where, and until when its counts are kept.

A stall is a plain mapping as its activity stores it; what is not said of it takes no room.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.checkin.errors import StallInUse, StallNotFound

STALLS_MAX = 20
WISHED = ("id", "item", "title", "requires", "places", "unit", "leader_id")
"""What the office says of a stall. The rest is added by whoever runs it and counts."""

ADDED = ("partner_id", "claimed_by", "claimed_at", "served", "pieces", "pieces_what", "counted_by", "counted_at")
COUNTS = ("served", "pieces", "pieces_what")
OPEN, ARRANGED, CLAIMED = "open", "arranged", "claimed"

Stall = Mapping[str, Any]


def status_of(stall: Stall) -> str:
    """Return who runs a stall: nobody yet (open), whom the office arranged it with, or the partner who claimed it."""
    if stall.get("partner_id"):
        return CLAIMED
    return ARRANGED if is_arranged(stall) else OPEN


def is_arranged(stall: Stall) -> bool:
    """Tell whether the office says who runs the stall: in words, or by naming a resident who leads it."""
    return bool(stall.get("unit") or stall.get("leader_id"))


def stall_of(stalls: Iterable[Stall], stall_id: str) -> Stall:
    """Return the stall of this id; StallNotFound if there is none."""
    for stall in stalls:
        if stall["id"] == stall_id:
            return stall
    raise StallNotFound


def lay(standing: Iterable[Stall], wanted: Sequence[Stall], *, in_use: Collection[str]) -> list[dict[str, Any]]:
    """Return the stalls as the office wants them; who claimed one, and its counts, stay with its id.

    `in_use` are the ids of stalls at which somebody stands or needs something. Raises StallInUse where one of these, or a claimed
    one, is to go or to be of another item, or where a claimed one is to be somebody else's.
    """
    known, kept = {stall["id"]: stall for stall in standing}, {stall["id"]: stall for stall in wanted}
    for stall_id, stall in known.items():
        if _is_lost(stall, kept.get(stall_id), is_used=stall_id in in_use):
            raise StallInUse(str(stall["title"]))
    return [_of(stall, WISHED) | _of(known.get(stall["id"], {}), ADDED) for stall in wanted]


def has_room(stall: Stall, helpers: int) -> bool:
    """Tell whether one more may choose the stall by themselves, where so many stand at it."""
    return stall.get("places") is None or helpers < stall["places"]


def item_at(item: str, stalls: Iterable[Stall], stall_id: str | None) -> str:
    """Return the item that is served at a stall of an activity of `item`; that of the activity at no stall, or at one that is gone."""
    return next((str(stall["item"]) for stall in stalls if stall["id"] == stall_id), item)


def required_at(requires: Iterable[str], stalls: Iterable[Stall], stall_id: str | None) -> list[str]:
    """Return the skills that somebody needs at a stall of an activity which `requires` some of everybody, each once."""
    own = next((stall.get("requires") or [] for stall in stalls if stall["id"] == stall_id), [])
    return list(dict.fromkeys([*requires, *own]))


def is_run_by(stall: Stall, resident_id: str, partner_id: str | None) -> bool:
    """Tell whether somebody runs the stall, as its leader or for the unit that claimed it: so they read what is needed there, and
    count what it came to."""
    return stall.get("leader_id") == resident_id or (partner_id is not None and stall.get("partner_id") == partner_id)


def differs(stall: Stall, counts: Mapping[str, Any]) -> bool:
    """Tell whether `counts` say something else than what stands, or are the first."""
    return stall.get("counted_at") is None or any(stall.get(name) != counts.get(name) for name in COUNTS)


def is_to_come(status: str, starts_at: datetime, now: datetime) -> bool:
    """Tell whether an activity is announced and has not begun: until then stalls are claimed and needs are stated."""
    return status == "open" and now < starts_at


def _is_lost(stall: Stall, wanted: Stall | None, *, is_used: bool) -> bool:
    is_claimed = status_of(stall) == CLAIMED
    if wanted is None or wanted["item"] != stall["item"]:
        return is_claimed or is_used
    return is_claimed and is_arranged(wanted)


def _of(stall: Stall, names: Iterable[str]) -> dict[str, Any]:
    return {name: stall[name] for name in names if stall.get(name) not in (None, [])}
