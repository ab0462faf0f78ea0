"""How readings and proposals look when they are kept as plain dictionaries, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.checkin.rules.sheets.decisions import Decision, settle
from services.checkin.rules.sheets.proposals import Note, Proposal, Reading

Stored = Mapping[str, Any]


def stored(told: Reading | Proposal) -> dict[str, Any]:
    """Return a reading or a proposal as a dictionary that a database keeps: notes as dictionaries, days as ISO text."""
    return {name: _plain(value) for name, value in vars(told).items()}


def proposal_of(row: Stored) -> Proposal:
    """Return the proposal that `stored` wrote."""
    return Proposal(**{
        **row,
        "reasons": tuple(Note(note["code"], note["params"]) for note in row["reasons"]),
        "candidates": tuple(row["candidates"]),
        "day": date.fromisoformat(row["day"]) if row["day"] else None,
    })


def decision_of(row: Stored | None) -> Decision | None:
    """Return the decision of a stored row, None if there is none."""
    return Decision(**row) if row else None


def settled_rows(rows: Sequence[Stored], decisions: Mapping[str, Stored]) -> dict[str, Proposal]:
    """Return every row by its number (from 1, as text) as it stands: the proposal with its decision laid over."""
    return {
        str(number): settle(proposal_of(row), decision_of(decisions.get(str(number))))
        for number, row in enumerate(rows, start=1)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Note):
        return {"code": value.code, "params": value.params}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
