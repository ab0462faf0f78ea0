"""Show a sheet with every row as it stands: the proposal with its decision laid over, and who may be meant."""

from typing import Any

from services.checkin.models import Attendee, SignInSheet
from services.checkin.rules.sheets.decisions import count_by_status
from services.checkin.rules.sheets.proposals import Proposal
from services.checkin.rules.sheets.stored import settled_rows
from shared.web import Caller

View = dict[str, Any]


def sheet(caller: Caller, sheet_id: str) -> View:
    """Return one sheet of the caller's community; SheetNotFound otherwise."""
    return describe(SignInSheet.of(caller.community_code, sheet_id))


def describe(found: SignInSheet) -> View:
    """Return a sheet as staff see it."""
    settled = settled_rows(found.rows, found.decisions)
    people = Attendee.named(who for row in settled.values() for who in (*row.candidates, row.resident_id) if who)
    rows = [_row(found, number, row, people) for number, row in settled.items()]
    counts = {"rows": len(rows), **count_by_status(settled.values()), "applied": len(found.applied)}
    fields = ("id", "file_name", "same_as", "uploaded_by", "uploaded_at", "readings")
    return {name: found[name] for name in fields} | {"_id": found.id, "counts": counts, "rows": rows}


def _row(found: SignInSheet, number: str, row: Proposal, people: dict[str, Attendee]) -> View:
    applied = found.applied.get(number, {})
    candidates = [person for person in (people.get(who) for who in row.candidates) if person is not None]
    return vars(row) | {
        "row": int(number),
        "reasons": [vars(note) for note in row.reasons],
        "candidates": [_candidate(person) for person in candidates],
        "decision": found.decisions.get(number, {}).get("decision"),
        "check_in_id": applied.get("check_in_id"),
        "outcome": applied.get("outcome"),
    }


def _candidate(person: Attendee) -> View:
    return {"resident_id": person.id, "name": person.name, "phone_tail": person.phone_tail, "grid_code": person.grid_code}
