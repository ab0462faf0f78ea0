"""Community credit: what somebody contributed and how they kept their word; shown to others only by a statement of their own."""

from typing import Any

from services.ledger.errors import NoSuchStatement
from services.ledger.models import CreditStatement, Entry, account_of
from services.ledger.queries.heads import newest_entries
from services.ledger.rules import EMPTY
from shared.clock import utc_now
from shared.web import Caller


def credit_of(resident_id: str) -> dict[str, int]:
    """Return contribution, integrity, and how many places were kept and missed; marks that were lifted are missed no more."""
    accounts = {unit: account_of(resident_id, unit) for unit in ("contribution", "integrity")}
    heads = newest_entries(list(accounts.values()))
    counted = Entry._get_collection().aggregate(
        [
            {"$match": {"account": accounts["integrity"]}},
            {"$group": {"_id": "$explanation.code", "count": {"$sum": 1}}},
        ]
    )
    times = {row["_id"]: row["count"] for row in counted}
    lifted = sum(times.get(code, 0) for code in ("lifted", "pardon", "adjust"))
    return {
        **{unit: heads.get(account, EMPTY)["balance"] for unit, account in accounts.items()},
        "kept": times.get("kept", 0),
        "missed": max(0, times.get("missed", 0) - lifted),
    }


def credit_statement(statement_id: str) -> dict[str, Any]:
    """Return what a statement's code tells anybody who was given it; of a withdrawn one, nothing but that."""
    found = CreditStatement.objects(id=statement_id).first()
    if found is None:
        raise NoSuchStatement()
    return show_statement(found)


def credit_statements(viewer: Caller) -> list[dict[str, Any]]:
    """Return the statements that the viewer has made, the newest first."""
    return [show_statement(found) for found in CreditStatement.objects(resident_id=viewer.resident_id).order_by("-made_at")]


def show_statement(found: CreditStatement) -> dict[str, Any]:
    """Return a statement as it is shown."""
    named = {name: getattr(found, name) for name in ("id", "community_code", "shown_name", "contribution", "integrity", "kept",
                                                     "missed", "made_at", "good_until")}  # fmt: skip
    if found.withdrawn_at:
        return {name: named[name] for name in ("id", "community_code", "made_at")} | {"status": "withdrawn"}
    return {**named, "status": "good" if utc_now() <= found.good_until else "old"}
