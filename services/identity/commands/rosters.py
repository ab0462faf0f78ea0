"""A resident roster: proposed, decided on, applied.

Applying judges every open row afresh against the residents as they are by then, so that a crash half-way, a second import or
somebody who registered in the meantime makes nobody appear twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import BulkWriteError

from services.identity.commands.births import told_birth
from services.identity.commands.residents import (
    change_resident,
    household_fields,
    moved_fact,
    person_fields,
    registered_facts,
)
from services.identity.commands.sheet import content_digest, read_sheet
from services.identity.errors import FileUnreadable, ImportBusy, RowSettled
from services.identity.models import ALIAS, Grid, Resident, RosterImport
from services.identity.rules.people import Birth
from services.identity.rules.places import GridPlace
from services.identity.rules.roster import (
    CREATE,
    FILL,
    KNOWN,
    MERGE,
    NEEDS_DECISION,
    PROPOSED,
    REFUSED,
    SKIP,
    TAKE,
    Directory,
    Entry,
    Judgement,
    Person,
    Roster,
    count_rows,
    judge_entries,
    note_to_keep,
    read_roster,
    without_id_numbers,
)
from services.identity.rules.trust import roles_held
from services.identity.settings import settings
from shared.aside import aside
from shared.clock import local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, insert_new, is_only_duplicates
from shared.mongo.outbox import with_facts
from shared.problems import IdInUse, Invalid, NotFound
from shared.web.auth import Caller

CREATED, MERGED, SKIPPED = "created", "merged", "skipped"
WRITES_TRIED_MAX = 5
CHARACTERS_KEPT_OF_A_LINE_MAX = 200
PERSONAL_OF_A_ROW = ("person", "written", "candidates", "faults", "gaps")

Row = dict[str, Any]


def propose_roster(import_id: str, content: bytes, *, by: Caller) -> tuple[RosterImport, bool]:
    """Read a roster and propose what to do with each row → (import, created); no resident is touched yet.

    FileUnreadable if it is no table with a column 姓名, IdInUse for another file under a known id.
    """
    request_digest = content_digest(content)
    if existing := RosterImport.objects(id=import_id).first():
        return _same_file(existing, request_digest, by), False
    now = utc_now()
    roster = read_roster(read_sheet(content), grids=_grids(by.community_code), this_year=_this_year(now))
    if not any(line_aside.reason == "heading" for line_aside in roster.set_aside):
        raise FileUnreadable("No worksheet has a heading with a column 姓名 (name).")
    record = RosterImport(
        id=import_id,
        request_digest=request_digest,
        community_code=by.community_code,
        proposed_by=by.resident_id,
        proposed_at=now,
        expires_at=now + timedelta(days=settings().import_days),
        ignored_columns=list(dict.fromkeys(roster.ignored)),
        set_aside=_set_aside(roster),
        rows=_proposed_rows(roster, import_id, by.community_code),
    )
    if not insert_new(record):
        return _same_file(RosterImport.objects.get(id=import_id), request_digest, by), False
    audit(ALIAS, act="roster-proposed", by=by.resident_id, about=import_id, detail={"rows": len(record.rows)})
    return record, True


def decide_roster(import_id: str, decisions: Sequence[Mapping[str, Any]], *, by: Caller) -> RosterImport:
    """Keep what somebody decided on rows: take (a person of their own), merge (into a resident), skip.

    Invalid names the decision that does not fit; RowSettled for a row that was applied.
    """
    for _ in range(WRITES_TRIED_MAX):
        record = roster_of(import_id, by)
        rows = _decided_rows(record, decisions)
        if rows == list(record.rows):
            return record
        if changed := _write(record, {"rows": rows}):
            audit(ALIAS, act="roster-decided", by=by.resident_id, about=import_id, detail={"rows": len(decisions)})
            return changed
    raise ImportBusy()


def apply_roster(import_id: str, *, by: Caller) -> RosterImport:
    """Carry out every row that is certain or decided; rows that wait for a decision stay. Again changes nothing."""
    for _ in range(WRITES_TRIED_MAX):
        record = roster_of(import_id, by)
        rows = _settled_rows(record)
        if rows == list(record.rows) and record.applied_at:
            return record
        if changed := _write(record, {"rows": rows, "applied_at": record.applied_at or utc_now()}):
            audit(ALIAS, act="roster-applied", by=by.resident_id, about=import_id, detail=count_rows(changed.rows))
            return changed
    raise ImportBusy()


def roster_of(import_id: str, by: Caller) -> RosterImport:
    """Return an import of the caller's community; NotFound for all others."""
    record: RosterImport | None = RosterImport.objects(id=import_id, community_code=by.community_code).first()
    if record is None:
        raise NotFound()
    return record


def _proposed_rows(roster: Roster, import_id: str, community_code: str) -> list[Row]:
    judgements = aside(judge_entries, roster.entries, registry=_registry(community_code))
    ids = {entry.row: _resident_id(entry, judgement, import_id, community_code)
           for entry, judgement in zip(roster.entries, judgements, strict=True)}  # fmt: skip
    return [
        {
            "row": entry.row,
            "sheet": roster.lines[entry.row].sheet,
            "sheet_row": roster.lines[entry.row].sheet_row,
            "person": _person_told(entry),
            "written": dict(entry.written),
            "faults": list(entry.faults),
            "gaps": list(entry.remarks),
            "resident_id": ids[entry.row],
            **_judgement_told(judgement, ids),
        }
        for entry, judgement in zip(roster.entries, judgements, strict=True)
    ]


def _resident_id(entry: Entry, judgement: Judgement, import_id: str, community_code: str) -> str:
    """Return who the row is: the known resident, or the id that a new one would always get.

    The id follows from what identifies the person, so two imports of one roster at once land on the same residents. Rows
    that wait for a decision are excepted: 'take' says that they are somebody else than they seem.
    """
    if judgement.status == KNOWN or (judgement.action == FILL and len(judgement.candidates) == 1):
        return judgement.candidates[0].resident_id
    if judgement.status == NEEDS_DECISION:
        return _row_id(import_id, entry.row)
    told = entry.person
    born = f"{told.birth.year or ''}-{told.birth.month or ''}"
    return derive_id("resident-of-roster", community_code, told.name, told.phone, told.household, born)


def _row_id(import_id: str, row: int) -> str:
    return derive_id("resident-of-row", import_id, str(row))


def _judgement_told(judgement: Judgement, ids: Mapping[int, str]) -> Row:
    candidates = [
        {"resident_id": person.resident_id or ids[person.row or 0], "row": person.row}
        for person in judgement.candidates
    ]
    return {
        "status": judgement.status,
        "action": judgement.action,
        "reasons": list(judgement.reasons),
        "remarks": list(judgement.remarks),
        "candidates": candidates,
    }


def _person_told(entry: Entry) -> Row:
    told = entry.person
    return {
        "name": told.name,
        "phone": told.phone,
        "household": told.household,
        "address": entry.address,
        "birth_year": told.birth.year,
        "birth_month": told.birth.month,
        "grid_code": told.grid_code,
        "note": told.note,
    }


def _set_aside(roster: Roster) -> list[Row]:
    return [
        {
            "row": line_aside.line.row,
            "sheet": line_aside.line.sheet,
            "sheet_row": line_aside.line.sheet_row,
            "reasons": [line_aside.reason],
            "text": without_id_numbers(" ".join(filter(None, line_aside.line.cells)))[:CHARACTERS_KEPT_OF_A_LINE_MAX],
        }
        for line_aside in roster.set_aside
    ]


def _decided_rows(record: RosterImport, decisions: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows = {row["row"]: dict(row) for row in record.rows}
    errors: dict[str, str] = {}
    for position, decision in enumerate(decisions):
        row = rows.get(decision["row"])
        if row is None or row["status"] == REFUSED:
            errors[f"/rows/{position}/row"] = "There is no such row to decide on."
            continue
        resident_id = _resident_meant(record, row, decision)
        if resident_id is None:
            errors[f"/rows/{position}/resident_id"] = "Say into which resident this row is to be merged."
            continue
        _decide(row, {"decision": decision["decision"], "resident_id": resident_id})
    if errors:
        raise Invalid(errors=errors)
    return list(rows.values())


def _resident_meant(record: RosterImport, row: Row, decision: Mapping[str, Any]) -> str | None:
    """Return whom the decided row is about; None for a merge into nobody known. A single candidate need not be named."""
    if decision["decision"] == SKIP or row.get("outcome"):
        return str(decision.get("resident_id") or row["resident_id"])
    if decision["decision"] == TAKE:
        return _row_id(record.id, row["row"])
    found = {candidate["resident_id"] for candidate in row.get("candidates", ())}
    told: str | None = decision.get("resident_id") or (found.pop() if len(found) == 1 else None)
    return told if told and _is_there(record, row, told) else None


def _is_there(record: RosterImport, row: Row, resident_id: str) -> bool:
    """Tell whether a row may be merged into this resident: one of the community, or one whom another row brings."""
    if any(other["resident_id"] == resident_id for other in record.rows if other["row"] != row["row"]):
        return True
    here = Resident.objects(id=resident_id, community_code=record.community_code, left_at=None)
    return here.only("id").first() is not None


def _decide(row: Row, wanted: Mapping[str, Any]) -> None:
    if row.get("outcome") and any(row.get(name) != value for name, value in wanted.items()):
        raise RowSettled(f"Row {row['row']} was applied already.")
    row.update(wanted)


def _settled_rows(record: RosterImport) -> list[Row]:
    """Carry out what is open and return all rows as they stand then; creating comes first, for merges may refer to it."""
    rows = [dict(row) for row in record.rows]
    waiting = [row for row in rows if not row.get("outcome")]
    _judge_again([row for row in waiting if row["status"] == PROPOSED and not row.get("decision")], rows, record)
    _create([row for row in waiting if _plan(row) == CREATED], record)
    for row in waiting:
        _settle(row, record)
    return rows


def _judge_again(certain: Sequence[Row], rows: Sequence[Row], record: RosterImport) -> None:
    """Look whether what was certain when it was proposed still is."""
    entries = [_entry_of(row) for row in certain]
    ids = {row["row"]: row["resident_id"] for row in rows}
    judgements = aside(judge_entries, entries, registry=_registry(record.community_code))
    for row, entry, judgement in zip(certain, entries, judgements, strict=True):
        row["resident_id"] = _resident_id(entry, judgement, record.id, record.community_code)
        row.update(_judgement_told(judgement, ids))


def _plan(row: Row) -> str | None:
    """Return the outcome that a row is to have, None while it waits for somebody's decision."""
    if decision := row.get("decision"):
        return {SKIP: SKIPPED, MERGE: MERGED, TAKE: CREATED}[decision]
    if row["status"] == PROPOSED:
        return CREATED if row["action"] == CREATE else MERGED
    return None if row["status"] == NEEDS_DECISION else str(row["status"])


def _create(rows: Sequence[Row], record: RosterImport) -> None:
    """Insert the residents of all `rows` at once; who stands there already stays as they are."""
    now = utc_now()
    people = [_resident_from(row, record, now) for row in rows]
    if not people:
        return
    documents = [with_facts(person.to_mongo().to_dict(), registered_facts(person)) for person in people]
    try:
        Resident._get_collection().insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if not is_only_duplicates(error):
            raise
    left = {
        person.id for person in Resident.objects(id__in=[person.id for person in people], left_at__ne=None).only("id")
    }
    for row in rows:
        if row["resident_id"] in left:
            row.update(status=NEEDS_DECISION, reasons=["left_before"])


def _settle(row: Row, record: RosterImport) -> None:
    outcome = _plan(row)
    if outcome == MERGED and not _fill(row, record):
        outcome = None
    if outcome is None:
        return
    if outcome != REFUSED:  # nobody was made of a refused row, so what it said stands nowhere else
        for name in PERSONAL_OF_A_ROW:
            row.pop(name, None)
    row["outcome"] = outcome


def _fill(row: Row, record: RosterImport) -> bool:
    """Write what a row tells into the resident it belongs to; False where that resident is not there (any more)."""
    resident = Resident.objects(id=row["resident_id"], community_code=record.community_code, left_at=None).first()
    if resident is None:
        return False

    def change(present: Resident, now: datetime) -> tuple[Row, list[Any]]:
        told = {name: value for name, value in _told_of(row, present).items() if getattr(present, name) != value}
        moved = told.keys() & {"grid_code", "household_id"}
        more, facts = told_birth(present, told, now)
        return told | more, [*([moved_fact(present, told, now)] if moved else []), *facts]

    change_resident(resident, change)
    return True


def _told_of(row: Row, present: Resident) -> Row:
    """Return what a row says and a resident may be told by a roster; the phone of one who signs in is theirs to keep."""
    person = row["person"]
    told = {name: person[name] for name in ("grid_code", "birth_year", "birth_month") if person[name]}
    if person["household"] and person["household"] != present.household_key:
        told |= household_fields(person["address"], present.community_code)
    if note := note_to_keep(person["note"]):
        told["note"] = note
    if person["phone"] and not present.sign_in_phone:
        told["phone"] = person["phone"]
    return told


def _resident_from(row: Row, record: RosterImport, now: datetime) -> Resident:
    person = row["person"]
    return Resident(
        id=row["resident_id"],
        community_code=record.community_code,
        phone=person["phone"] or None,
        phone_as_written=row["written"].get("phone"),
        grid_code=person["grid_code"],
        birth_year=person["birth_year"],
        birth_month=person["birth_month"],
        birth_told_at=now if person["birth_year"] else None,
        note=note_to_keep(person["note"]) or None,
        roles=roles_held(()),
        source="roster",
        registered_by=record.proposed_by,
        registered_at=now,
        changed_at=now,
        **person_fields(person["name"]),
        **household_fields(person["address"], record.community_code),
    )


def _entry_of(row: Row) -> Entry:
    person = row["person"]
    return Entry(
        row=row["row"],
        person=Person(
            name=person["name"],
            phone=person["phone"],
            household=person["household"],
            birth=Birth(person["birth_year"], person["birth_month"]),
            grid_code=person["grid_code"],
            note=person["note"],
            row=row["row"],
        ),
        address=person["address"],
        faults=tuple(row["faults"]),
        remarks=tuple(row["gaps"]),
        written=row["written"],
    )


def _registry(community_code: str) -> Directory:
    """Return the community's residents to compare with, read raw: whole documents of thousands would take seconds."""
    wanted = ("name", "phone", "household_key", "birth_year", "birth_month", "grid_code", "note")
    rows = Resident._get_collection().find(
        {"community_code": community_code, "left_at": None}, dict.fromkeys(wanted, 1)
    )
    return Directory(
        Person(
            resident_id=row["_id"],
            name=row["name"],
            phone=row.get("phone") or "",
            household=row.get("household_key") or "",
            birth=Birth(row.get("birth_year"), row.get("birth_month")),
            grid_code=row.get("grid_code"),
            note=row.get("note") or "",
        )
        for row in rows
    )


def _grids(community_code: str) -> list[GridPlace]:
    grids = Grid.objects(community_code=community_code)
    return [GridPlace(code=grid.id, name=grid.name, quarter_name=grid.quarter_name) for grid in grids]


def _write(record: RosterImport, told: Row) -> RosterImport | None:
    where = {"_id": record.id, "revision": record.revision}
    return change_one(RosterImport, where=where, update={"$set": told, "$inc": {"revision": 1}})


def _same_file(existing: RosterImport, request_digest: str, by: Caller) -> RosterImport:
    if (existing.request_digest, existing.community_code) != (request_digest, by.community_code):
        raise IdInUse()
    return existing


def _this_year(now: datetime) -> int:
    return local_day(now, settings().zone).year
