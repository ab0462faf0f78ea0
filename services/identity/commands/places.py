"""Taking in a place table, and founding a community from one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.identity.commands.passwords import hash_secret
from services.identity.commands.residents import change_resident, person_fields, registered_fact, roles_fact
from services.identity.commands.sheet import content_digest, read_sheet
from services.identity.errors import FileUnreadable, PhoneTaken
from services.identity.models import ALIAS, Community, Grid, PlaceImport, Resident
from services.identity.rules.people import may_be_password, person_name, read_phone
from services.identity.rules.places import PlaceRow, judge_places, read_places
from services.identity.rules.trust import SERVICE, STEWARD, roles_held
from services.identity.settings import settings
from shared.clock import utc_now
from shared.events.identity import GridListed
from shared.ids import derive_id
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse, Invalid
from shared.web.auth import Caller

LISTED, CHANGED, KNOWN, REFUSED = "listed", "changed", "known", "refused"


def import_places(import_id: str, content: bytes, *, by: Caller) -> tuple[PlaceImport, bool]:
    """Take a place table into the caller's community, row by row → (import, created). The same file changes nothing.

    Rows that cannot be taken are refused with their reasons. FileUnreadable if it is no such table, IdInUse for another
    file under a known id.
    """
    request_digest = content_digest(content)
    if existing := PlaceImport.objects(id=import_id).first():
        return _same_file(existing, request_digest, by), False
    rows = take_places(content, community_code=by.community_code)
    now = utc_now()
    record = PlaceImport(
        id=import_id,
        request_digest=request_digest,
        community_code=by.community_code,
        imported_by=by.resident_id,
        imported_at=now,
        expires_at=now + timedelta(days=settings().import_days),
        counts=dict(Counter(row["outcome"] for row in rows)),
        rows=rows,
    )
    if not insert_new(record):
        return _same_file(PlaceImport.objects.get(id=import_id), request_digest, by), False
    audit(ALIAS, act="places-imported", by=by.resident_id, about=import_id, detail=record.counts)
    return record, True


def found_community(
    content: bytes, *, community_code: str | None, steward_name: str, steward_phone: str, password: str
) -> tuple[str, str]:
    """Create a community with its places and its first steward → (community code, steward's id); again changes nothing.

    `community_code` may be left out where the table holds one community only. A resident of that community who signs in
    with this phone becomes the steward; anybody else's phone is PhoneTaken.
    """
    rows = _place_rows(content)
    codes = sorted({row.community_code for row in rows if not row.reasons})
    code = community_code or (codes[0] if len(codes) == 1 else "")
    if code not in codes:
        raise Invalid(f"Say which community of the table is meant: {', '.join(codes)}.")
    number = read_phone(steward_phone).number
    if not number or not may_be_password(password, phone=number):
        raise Invalid("The steward needs a complete phone number, and a password of 8 to 128 characters.")
    take_places(content, community_code=code)
    steward = _steward(code, name=person_name(steward_name), number=number, password=password)
    audit(ALIAS, act="community-founded", by=steward.id, about=code)
    return code, steward.id


def take_places(content: bytes, *, community_code: str) -> list[dict[str, Any]]:
    """List the grids of a place table → its rows, each with its outcome (listed, changed, known, refused) and reasons."""
    rows = judge_places(_place_rows(content), community_code=community_code)
    rows = _without_foreign_grids(rows, community_code)
    if good := next((row for row in rows if not row.reasons), None):
        _name_community(good)
    return [{**_row_told(row), "outcome": REFUSED if row.reasons else _list_grid(row)} for row in rows]


def _place_rows(content: bytes) -> Sequence[PlaceRow]:
    rows = read_places([(line.row, line.cells) for line in read_sheet(content)])
    if rows is None:
        raise FileUnreadable("The table needs columns 社区代码, 小区, 网格, 网格代码 and 户数.")
    return rows


def _without_foreign_grids(rows: Sequence[PlaceRow], community_code: str) -> list[PlaceRow]:
    codes = [row.grid_code for row in rows]
    foreign = {grid.id for grid in Grid.objects(id__in=codes, community_code__ne=community_code).only("id")}
    reason = "grid_of_other_community"
    return [replace(row, reasons=(*row.reasons, reason)) if row.grid_code in foreign else row for row in rows]


def _name_community(row: PlaceRow) -> None:
    told = {"name": row.community_name, "district": row.district, "subdistrict": row.subdistrict}
    community = Community(id=row.community_code, changed_at=utc_now(), **told)
    if not insert_new(community):
        change_one(
            Community,
            where={"_id": row.community_code, "$nor": [told]},
            update={"$set": told | {"changed_at": community.changed_at}},
        )


def _list_grid(row: PlaceRow) -> str:
    told = {"name": row.grid_name, "quarter_name": row.quarter_name, "households": row.households}
    grid = Grid(id=row.grid_code, community_code=row.community_code, listed_at=utc_now(), **told)
    fact = GridListed(
        grid_code=grid.id, community_code=grid.community_code, grid_name=grid.name, quarter_name=grid.quarter_name,
        households=grid.households, listed_at=grid.listed_at,
    )  # fmt: skip
    if insert_new(grid, fact):
        return LISTED
    where = {"_id": grid.id, "community_code": grid.community_code, "$nor": [told]}
    changed = change_one(Grid, where=where, update={"$set": told | {"listed_at": grid.listed_at}}, facts=[fact])
    return CHANGED if changed else KNOWN


def _row_told(row: PlaceRow) -> dict[str, Any]:
    names = ("row", "quarter_name", "grid_name", "grid_code", "households")
    return {name: getattr(row, name) for name in names} | {"reasons": list(row.reasons)}


def _same_file(existing: PlaceImport, request_digest: str, by: Caller) -> PlaceImport:
    if (existing.request_digest, existing.community_code) != (request_digest, by.community_code):
        raise IdInUse()
    return existing


def _steward(community_code: str, *, name: str, number: str, password: str) -> Resident:
    known = Resident.objects(sign_in_phone=number, left_at=None).first()
    if known and known.community_code != community_code:
        raise PhoneTaken("Somebody of another community signs in with this phone.")
    if known:
        return _with_role(known)
    now = utc_now()
    steward = Resident(
        id=derive_id("founding-steward", community_code, number), community_code=community_code, phone=number,
        sign_in_phone=number, password_hash=hash_secret(password), roles=roles_held([STEWARD]), consents=[SERVICE],
        consent_log=[{"purpose": SERVICE, "given": True, "at": now}], source="staff", registered_at=now, changed_at=now,
        **person_fields(name),
    )  # fmt: skip
    insert_new(steward, registered_fact(steward), roles_fact(steward, steward.roles, now))
    return steward


def _with_role(known: Resident) -> Resident:
    def change(present: Resident, now: datetime) -> tuple[dict[str, Any], list[Any]]:
        roles = roles_held([*present.roles, STEWARD])
        return ({}, []) if roles == list(present.roles) else ({"roles": roles}, [roles_fact(present, roles, now)])

    return change_resident(known, change)
