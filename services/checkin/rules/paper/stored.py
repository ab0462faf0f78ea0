"""Marks and decisions as a document holds them, and a stored sheet's rows as they stand."""

from collections import defaultdict
from typing import Any, Protocol

from services.checkin.rules.paper.merging import Mark, Standing, standings_of

Stored = dict[str, Any]


class Sheet(Protocol):
    """What is asked of a stored sheet: residents by row ("" for nobody), decisions by row number, and what photos said."""

    rows: list[str]
    decisions: dict[str, Stored]

    def readings_in_order(self) -> list[tuple[str, Stored]]:
        """Return photo and reading, in the order in which they were read."""
        ...


def stored_mark(mark: Mark) -> Stored:
    """Return a mark as it is stored."""
    return {"mark": mark.mark, **({"reason": mark.reason} if mark.reason else {})}


def standings_on(sheet: Sheet) -> list[Standing]:
    """Return every row of a stored sheet as it stands."""
    marks: dict[int, list[Mark]] = defaultdict(list)
    for _, reading in sheet.readings_in_order():
        for number, mark in reading["marks"].items():
            marks[int(number)].append(Mark(mark["mark"], mark.get("reason")))
    decisions = {int(number): decision for number, decision in sheet.decisions.items()}
    return standings_of([who or None for who in sheet.rows], marks, decisions)
