"""Calls that pages make of the ledger: balances, why they are so, the rules."""

from typing import Any

from gateway.clients.service import call, with_id


def wallet(resident_id: str) -> Any:
    """Return available, held, earned, spent, expired beans, contribution and integrity."""
    return call("ledger").get(f"/wallets/{resident_id}")


def transfers(resident_id: str, **wanted: Any) -> Any:
    """Return a page of transfers, newest first (?unit, cursor)."""
    return with_id("transfer", call("ledger").get(f"/wallets/{resident_id}/transfers", **wanted))


def transfer(resident_id: str, transfer_id: str) -> Any:
    """Return one transfer with its explanation."""
    return with_id("transfer", call("ledger").get(f"/wallets/{resident_id}/transfers/{transfer_id}"))


def rules() -> Any:
    """Return every version of the rules."""
    return call("ledger").get("/rules")


def adopt(version: int, body: dict[str, Any]) -> Any:
    """Adopt a version of the rules from a date."""
    return call("ledger").put(f"/rules/{version}", body)


def coverage(community_code: str) -> Any:
    """Return beans outstanding, value in stock and their ratio."""
    return call("ledger").get(f"/communities/{community_code}/coverage")
