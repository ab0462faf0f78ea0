"""Whom the office asks in a week: who stands on the platform's lists of next steps, anybody at all, or nobody.

All have the same time: so many asks a week, each recorded and answered through the API, and each refused by the same limits.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from shared.ids import derive_id
from tests.simulation.house import Person, Refused
from tests.simulation.town import Dweller, Occasion, Town

COMMUNITY = "SIM-01"
LISTS = ("grid_without_backbone", "fitting_activity", "one_deed_away", "sleeping_talent", "not_yet_come")


@dataclass(frozen=True)
class Ask:
    """Somebody is asked to an activity, or (`act` assign) to lead one, or (call) just spoken to."""

    id: str
    dweller: Dweller
    act: str
    step: str
    occasion_id: str | None


Policy = Callable[[Person, Town, Sequence[Occasion], int], Iterator[Ask]]


def by_next_steps(staff: Person, town: Town, coming: Sequence[Occasion], week: int) -> Iterator[Ask]:
    """Ask who stands on the lists, a row of each list in turn, as each row says."""
    known = {person.id: person for person in town.people}
    rows = [staff.get(f"/communities/{COMMUNITY}/next-steps?list={name}")["items"] for name in LISTS]
    seen: set[str] = set()
    for row in filter(None, chain.from_iterable(zip_longest(*rows))):
        dweller = known.get(row.get("resident_id") or "")
        if dweller is None or dweller.id in seen or row["closed"]:
            continue
        seen.add(dweller.id)
        yield Ask(_id(town, week, dweller), dweller, row["act"], row["step"], row.get("activity_id"))


def by_chance(staff: Person, town: Town, coming: Sequence[Occasion], week: int) -> Iterator[Ask]:
    """Ask registered residents, whoever they are, to any activity that is coming."""
    dice = random.Random(f"{town.seed}/whom/{week}")
    here = [person for person in town.people if person.is_here]
    dice.shuffle(here)
    for dweller in here if coming else ():
        yield Ask(_id(town, week, dweller), dweller, "invite", "one_deed_away", dice.choice(coming).id)


def nobody(*_: Any) -> Iterator[Ask]:
    """Ask nobody."""
    return iter(())


POLICIES: dict[str, Policy] = {"next-steps": by_next_steps, "chance": by_chance, "nobody": nobody}


def put(staff: Person, ask: Ask) -> bool:
    """Record an ask; tell whether the platform let it be: its limits hold for everybody."""
    told = {"resident_id": ask.dweller.id, "act": ask.act, "step": ask.step}
    try:
        staff.put(f"/invitations/{ask.id}", told | ({"activity_id": ask.occasion_id} if ask.occasion_id else {}))
    except Refused as refusal:
        if refusal.name in ("not-to-be-asked", "activity-not-coming"):
            return False
        raise
    return True


def _id(town: Town, week: int, dweller: Dweller) -> str:
    return derive_id("ask", str(town.seed), str(week), dweller.id)
