"""Wallets, transfers, rules, coverage. A balance is one seek: the newest entry of its account."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.ledger.commands.posting import load_heads
from services.ledger.commands.rulebook import versions_of
from services.ledger.errors import NoSuchTransfer
from services.ledger.models import UNITS, EarningRules, Entry, Member, Shelf, account_of
from services.ledger.rules import DEFAULT_RULES, EMPTY, RuleSet
from services.ledger.settings import ACCOUNTS_PAGE, COVERAGE_LIVE_SECONDS
from shared.clock import utc_now
from shared.problems import Forbidden, NotFound
from shared.web import Caller, decode_cursor, encode_cursor

_coverage: dict[str, tuple[float, "Coverage"]] = {}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Beans that people hold against the value in stock, in beans; `ratio` is None while nobody holds any."""

    community_code: str
    outstanding_beans: int
    stock_value_beans: int
    as_of: datetime

    @property
    def ratio(self) -> float | None:
        """Value in stock for each bean outstanding."""
        return round(self.stock_value_beans / self.outstanding_beans, 2) if self.outstanding_beans else None


def wallet(resident_id: str, *, viewer: Caller) -> dict[str, Any]:
    """Return what a resident has, by unit; NotFound for another community's resident, Forbidden for a stranger."""
    _check_viewer(resident_id, viewer)
    heads = load_heads([account_of(resident_id, unit) for unit in UNITS])
    beans, contribution, integrity = (heads.get(account_of(resident_id, unit), EMPTY) for unit in UNITS)
    return {
        "resident_id": resident_id,
        "available_beans": beans.available,
        "held_beans": beans.held,
        "earned_beans": beans.earned,
        "spent_beans": beans.spent,
        "expired_beans": beans.expired,
        "contribution": contribution.balance,
        "integrity": integrity.balance,
        "expiring": [{"after": _iso(day), "beans": amount} for day, amount in beans.lots],
    }


def transfers(
    resident_id: str, *, viewer: Caller, unit: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of an account's entries, newest first, and the cursor of the next."""
    _check_viewer(resident_id, viewer)
    wanted: dict[str, Any] = {"account": account_of(resident_id, unit)}
    if key := decode_cursor(cursor, int):
        wanted["seq"] = {"$lt": key[0]}
    rows = list(Entry._get_collection().find(wanted).sort([("account", 1), ("seq", -1)]).limit(limit + 1))
    following = encode_cursor(rows[limit - 1]["seq"]) if len(rows) > limit else None
    return [_transfer(row) for row in rows[:limit]], following


def transfer(resident_id: str, transfer_id: str, *, viewer: Caller) -> dict[str, Any]:
    """Return one entry of a resident, with everything that explains it."""
    _check_viewer(resident_id, viewer)
    row = Entry._get_collection().find_one(
        {"_id": transfer_id, "account": {"$in": [account_of(resident_id, unit) for unit in UNITS]}}
    )
    if row is None:
        raise NoSuchTransfer()
    return _transfer(row)


def _transfer(row: dict[str, Any]) -> dict[str, Any]:
    _, _, unit = row["account"].partition(":")
    return {
        **{
            name: row.get(name)
            for name in ("kind", "delta", "held_delta", "balance", "held", "contra", "cause", "rule_version")
        },
        "id": row["_id"],
        "number": row["seq"],
        "unit": unit,
        "posted_at": row["posted_at"],
        "explanation": row["explanation"],
    }


def _check_viewer(resident_id: str, viewer: Caller) -> None:
    if viewer.resident_id == resident_id:
        return
    if not viewer.is_staff:
        raise Forbidden("A wallet is its owner's and the staff's to see.")
    if Member.objects(id=resident_id, community_code=viewer.community_code).only("id").first() is None:
        raise NotFound("No such resident in this community.")


def rules(community_code: str) -> list[dict[str, Any]]:
    """Return the versions of a community's earning rules, newest first."""
    adopted = {document.version: document for document in EarningRules.objects(community_code=community_code)}
    return [_rules(rule_set, adopted.get(rule_set.version)) for rule_set in versions_of(community_code)]


def show_rules(document: EarningRules) -> dict[str, Any]:
    """Return one adopted version as it is shown."""
    return _rules(document.rule_set(), document)


def _rules(rule_set: RuleSet, adopted: EarningRules | None) -> dict[str, Any]:
    numbers = {name: getattr(rule_set, name) for name in rule_set.__dataclass_fields__}
    return {
        **numbers,
        "item_beans_per_hour": dict(rule_set.item_beans_per_hour),
        "adopted_at": adopted.adopted_at if adopted else None,
        "built_in": rule_set.version == DEFAULT_RULES.version,
    }


def coverage(community_code: str) -> Coverage:
    """Return how many beans are out and what lies on the shelves for them; a few seconds old at most."""
    read_at, known = _coverage.get(community_code, (0.0, None))
    if known is None or time.monotonic() - read_at > COVERAGE_LIVE_SECONDS:
        known = _read_coverage(community_code)
        _coverage[community_code] = time.monotonic(), known
    return known


def _read_coverage(community_code: str) -> Coverage:
    shelves = Shelf.objects(community_code=community_code, offered=True).only("price_beans", "stock")
    if not shelves and Member.objects(community_code=community_code).first() is None:
        raise NotFound("There is no such community.")
    return Coverage(
        community_code=community_code, outstanding_beans=outstanding_beans(community_code),
        stock_value_beans=sum(shelf.price_beans * shelf.stock for shelf in shelves), as_of=utc_now(),
    )  # fmt: skip


def outstanding_beans(community_code: str) -> int:
    """Return the beans that the community's members hold: the sum over the newest entries of their accounts."""
    members = [member.id for member in Member.objects(community_code=community_code).only("id")]
    accounts = [account_of(member, "bean") for member in members]
    pages = (accounts[start : start + ACCOUNTS_PAGE] for start in range(0, len(accounts), ACCOUNTS_PAGE))
    return sum(head.balance for page in pages for head in load_heads(page).values())


def _iso(day: int) -> str:
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
