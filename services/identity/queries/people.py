"""Looking at people, places and imports. Whoever asks sees their own community only, and of a phone as little as they need."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.identity.commands.children import counts_as_minor
from services.identity.models import (
    Community,
    Grid,
    GuardianConsent,
    IdentityAct,
    PlaceImport,
    Resident,
    RosterImport,
    Session,
)
from services.identity.rules.guardians import ACTIVE, WAITING
from services.identity.rules.people import mask_phone, person_name, phone_tail, plain
from services.identity.rules.roster import count_rows
from services.identity.rules.words import explain
from shared.clock import utc_now
from shared.problems import Forbidden, NotFound
from shared.web.auth import Caller
from shared.web.paging import decode_cursor, encode_cursor, page_of

AUDIT_LINES_MAX = 1_000

Told = dict[str, Any]


def me(by: Caller) -> Told:
    """Return who the caller is."""
    resident = _here(by.resident_id, by)
    community = Community.objects(id=resident.community_code).first()
    births = {"birth_year": resident.birth_year, "birth_month": resident.birth_month}
    name = community.name if community else resident.community_code
    return profile(resident) | births | _guarded(resident) | {"community_name": name}


def resident(resident_id: str, by: Caller) -> Told:
    """Return one resident to themselves or to staff; the address, birth and note not to auditors, who see that somebody is a minor."""
    if not by.may_see(resident_id):
        raise Forbidden()
    found = _here(resident_id, by)
    told = profile(found) | _guarded(found) | {"consents_since": _since(found)}
    if by.resident_id == resident_id or by.may_write_staff:
        told |= {name: getattr(found, name) for name in ("household", "birth_year", "birth_month", "note")}
    return told


def _since(found: Resident) -> dict[str, Any]:
    """Return since when each consent holds that was given; one from before there was a log has no day."""
    given = {line["purpose"]: line["at"] for line in found.consent_log if line["given"]}
    return {purpose: given[purpose] for purpose in found.consents if purpose in given}


def residents(args: Mapping[str, Any], by: Caller) -> Told:
    """Return a page of the community's residents by pinyin. `q`: part of a name, pinyin or its initials, a phone's tail."""
    where: Told = {"community_code": by.community_code, "left_at": None}
    if args.get("grid"):
        where["grid_code"] = args["grid"]
    if args.get("ids"):
        where["_id"] = {"$in": args["ids"]}
    conditions = [_named(args["q"])] if args.get("q") else []
    if key := decode_cursor(args["cursor"], str, str):
        conditions.append({"$or": [{"pinyin": {"$gt": key[0]}}, {"pinyin": key[0], "_id": {"$gt": key[1]}}]})
    if conditions:
        where["$and"] = conditions
    found = list(Resident.objects(__raw__=where).order_by("pinyin", "id").limit(args["limit"] + 1))
    shown = found[: args["limit"]]
    more = len(found) > len(shown)
    return page_of([_listed(row) for row in shown], encode_cursor(shown[-1].pinyin, shown[-1].id) if more else None)


def places(args: Mapping[str, Any]) -> Told:
    """Return a page of communities by code, each as a tree of quarters and grids; the public may see it."""
    key = decode_cursor(args["cursor"], str)
    where: Told = {"_id": {"$gt": key[0]}} if key else {}
    if args.get("community_code"):
        where = {"$and": [where, {"_id": args["community_code"]}]}
    found = list(Community.objects(__raw__=where).order_by("id").limit(args["limit"] + 1))
    shown = found[: args["limit"]]
    grids = Grid.objects(community_code__in=[community.id for community in shown]).order_by("community_code", "id")
    trees = [_tree(community, [grid for grid in grids if grid.community_code == community.id]) for community in shown]
    return page_of(trees, encode_cursor(shown[-1].id) if len(found) > len(shown) else None)


def place_import(record: PlaceImport) -> Told:
    """Return a place import with its reasons in words."""
    rows = [{**row, "reasons": explain(row["reasons"])} for row in record.rows]
    return {"import_id": record.id, "imported_at": record.imported_at, "counts": record.counts, "rows": rows}


def roster_import(record: RosterImport) -> Told:
    """Return a roster import as staff decide on it: every line of the file, with reasons in words and the people meant."""
    people = _people_of(record.rows)
    return {
        "import_id": record.id,
        "proposed_at": record.proposed_at,
        "applied_at": record.applied_at,
        "counts": count_rows(record.rows),
        "ignored_columns": list(record.ignored_columns),
        "rows": [_row_told(row, people) for row in record.rows],
        "set_aside": [{**row, "reasons": explain(row["reasons"])} for row in record.set_aside],
    }


def export(by: Caller) -> Told:
    """Return everything that identity keeps about the caller, in full (PIPL art. 45)."""
    found = _here(by.resident_id, by)
    told = {name: getattr(found, name) for name in EXPORTED}
    return told | {
        "resident_id": found.id,
        "roles": list(found.roles),
        "consents": list(found.consents),
        "consent_log": [dict(line) for line in found.consent_log],
        "signs_in": found.password_hash is not None,
        "sessions": [
            {name: getattr(session, name) for name in ("opened_at", "expires_at", "kiosk_activity_id")}
            for session in Session.objects(resident_id=found.id)
        ],
        "acts": _acts_about(found.id),
    }


EXPORTED = (
    "community_code", "name", "phone", "phone_as_written", "grid_code", "household", "household_id", "birth_year",
    "birth_month", "note", "partner_id", "source", "invited_by", "registered_by", "registered_at", "changed_at",
)  # fmt: skip


def profile(found: Resident) -> Told:
    """Return a resident as the answer to a write shows them."""
    return _listed(found) | {
        "community_code": found.community_code,
        "consents": list(found.consents),
        "partner_id": found.partner_id,
    }


def _guarded(found: Resident) -> Told:
    """Return whether somebody counts as a minor, and where a guardian's consent stands: active, waiting, or None."""
    if not counts_as_minor(found):
        return {"is_minor": False, "guardian_consent": None}
    waits = {"status": WAITING, "asked_until": {"$gt": utc_now()}}
    open_ = GuardianConsent.objects(__raw__={"minor_id": found.id, "$or": [{"status": ACTIVE}, waits]})
    return {"is_minor": True, "guardian_consent": min((row.status for row in open_), default=None)}


def _here(resident_id: str, by: Caller) -> Resident:
    here = {"community_code": by.community_code, "left_at": None}
    found: Resident | None = Resident.objects(id=resident_id, **here).first()
    if found is None:
        raise NotFound()
    return found


def _listed(found: Resident) -> Told:
    return {
        "resident_id": found.id,
        "name": found.name,
        "phone": mask_phone(found.phone),
        "phone_tail": phone_tail(found.phone) if found.phone else None,
        "grid_code": found.grid_code,
        "household_id": found.household_id,
        "roles": list(found.roles),
        "signs_in": found.password_hash is not None,
        "source": found.source,
        "registered_at": found.registered_at,
    }


def _named(query: str) -> Told:
    """Return the condition that a search asks for; the text is a text, never a pattern."""
    text = plain(query)
    ways: list[Told] = [{"name": {"$regex": re.escape(person_name(text)), "$options": "i"}}]
    if text.isascii() and text.isalpha():
        start = f"^{re.escape(text.lower())}"
        ways += [{"initials": {"$regex": start}}, {"pinyin": {"$regex": start}}]
    if digits := re.sub(r"[\s-]", "", text):
        ways += [{"phone": {"$regex": f"{digits}$"}}] if digits.isascii() and digits.isdigit() else []
    return {"$or": ways}


def _tree(community: Community, grids: Iterable[Grid]) -> Told:
    quarters: dict[str, list[Told]] = {}
    for grid in grids:
        told = {"code": grid.id, "name": grid.name, "households": grid.households}
        quarters.setdefault(grid.quarter_name, []).append(told)
    return {
        "code": community.id,
        "name": community.name,
        "district": community.district,
        "subdistrict": community.subdistrict,
        "quarters": [{"name": name, "grids": told} for name, told in quarters.items()],
    }


def _people_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Told]:
    """Return name and phone tail, by id, of everybody whom the rows name: residents, and people whom they would bring."""
    rows = list(rows)
    ids = {row["resident_id"] for row in rows}
    ids |= {candidate["resident_id"] for row in rows for candidate in row.get("candidates", ())}
    brought = {row["resident_id"]: row["person"] for row in rows if row.get("person")}
    residents = {found.id: found for found in Resident.objects(id__in=list(ids)).only("id", "name", "phone")}
    told = {key: {"name": person["name"], "phone_tail": phone_tail(person["phone"])} for key, person in brought.items()}
    return told | {
        key: {"name": found.name, "phone_tail": phone_tail(found.phone or "")} for key, found in residents.items()
    }


def _row_told(row: Mapping[str, Any], people: Mapping[str, Told]) -> Told:
    person = row.get("person") or {}
    told = {name: row.get(name) for name in ("row", "sheet", "sheet_row", "status", "action", "decision", "outcome")}
    written = {name: value for name, value in person.items() if name != "household"}
    candidates = [told | people.get(told["resident_id"], {}) for told in row.get("candidates", ())]
    return {
        **told,
        **written,
        "name": person.get("name") or people.get(row["resident_id"], {}).get("name"),
        "written": row.get("written", {}),
        "resident_id": row["resident_id"],
        "reasons": explain(row["reasons"]),
        "remarks": explain(row["remarks"]),
        "candidates": candidates,
    }


def _acts_about(resident_id: str) -> list[Told]:
    lines = IdentityAct.objects(about=resident_id).order_by("-at").limit(AUDIT_LINES_MAX)
    return [{"act": line.act, "by": line.by, "at": line.at} for line in lines]
