"""What residents have, and why: one seek for a balance, one page of one index for a statement, at any size of the journal."""

from typing import Any

from services.ledger.errors import NoSuchTransfer
from services.ledger.models import UNITS, Entry, Member, account_of
from services.ledger.queries.heads import NEWEST_FIRST, newest_entries
from services.ledger.rules import EMPTY, Unit, as_date, remedies_for
from shared.problems import Forbidden, NotFound
from shared.web import Caller, decode_cursor, encode_cursor

SHOWN = (
    "unit",
    "kind",
    "delta",
    "held_delta",
    "balance",
    "held",
    "debt",
    "contra",
    "cause",
    "rule_version",
    "explanation",
    "posted_at",
)


def wallet(resident_id: str, *, viewer: Caller) -> dict[str, Any]:
    """Return what a resident has, by unit; NotFound for another community's resident, Forbidden for a stranger."""
    check_viewer(resident_id, viewer)
    heads = newest_entries([account_of(resident_id, unit) for unit in UNITS])
    beans, contribution, integrity = (heads.get(account_of(resident_id, unit), EMPTY) for unit in UNITS)
    return {
        "resident_id": resident_id,
        "available_beans": beans["available"],
        "held_beans": beans["held"],
        "earned_beans": beans["earned"],
        "spent_beans": beans["spent"],
        "expired_beans": beans["expired"],
        "gifts_beans": beans["gifts"],
        "owed_beans": beans["debt"],
        "contribution": contribution["balance"],
        "integrity": integrity["balance"],
        "expiring": [{"after": as_date(day), "beans": amount} for day, amount in beans["lots"]],
    }


def balance_as_of(resident_id: str, unit: Unit, *, number: int) -> int:
    """Return the balance after the account's entry `number`, or its last before: one seek, like today's."""
    wanted = {"account": account_of(resident_id, unit), "seq": {"$lte": number}}
    row = Entry._get_collection().find_one(wanted, {"balance": 1}, sort=NEWEST_FIRST)
    return int(row["balance"]) if row else 0


def transfers(
    resident_id: str, *, viewer: Caller, unit: Unit, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of an account's entries, newest first, and the cursor of the next."""
    check_viewer(resident_id, viewer)
    wanted: dict[str, Any] = {"account": account_of(resident_id, unit)}
    if key := decode_cursor(cursor, int):
        wanted["seq"] = {"$lt": key[0]}
    rows = list(Entry._get_collection().find(wanted).sort(NEWEST_FIRST).limit(limit + 1))
    following = encode_cursor(rows[limit - 1]["seq"]) if len(rows) > limit else None
    return [shown_transfer(row) for row in rows[:limit]], following


def transfer(resident_id: str, transfer_id: str, *, viewer: Caller) -> dict[str, Any]:
    """Return one entry of a resident, with everything that explains it."""
    check_viewer(resident_id, viewer)
    accounts = [account_of(resident_id, unit) for unit in UNITS]
    row = Entry._get_collection().find_one({"_id": transfer_id, "account": {"$in": accounts}})
    if row is None:
        raise NoSuchTransfer()
    return shown_transfer(row)


def shown_transfer(row: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as it is shown to those who may see it."""
    shown = {name: row[name] for name in SHOWN}
    return {"id": row["_id"], "number": row["seq"], "objectable": bool(remedies_for(row)), **shown}


def check_viewer(resident_id: str, viewer: Caller) -> None:
    """Let the owner and the staff of their community see an account; Forbidden for a stranger, NotFound for another's resident."""
    if viewer.resident_id == resident_id:
        return
    if not viewer.is_staff:
        raise Forbidden("A wallet is its owner's and the staff's to see.")
    if Member.objects(id=resident_id, community_code=viewer.community_code).only("id").first() is None:
        raise NotFound("No such resident in this community.")
