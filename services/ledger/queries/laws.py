"""The laws of the journal, checked from its first entry to its last. A million entries are seconds' work.

Members and contra accounts sum to zero; balance and held are never below zero; numbers run without gaps and balances
follow; lots make up the balance, open holds make up what is held; no hold is settled twice. `_id` makes each cause stand once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from services.ledger.models import Entry

PROJECTION = dict.fromkeys(
    (
        "account",
        "seq",
        "kind",
        "delta",
        "balance",
        "held_delta",
        "held",
        "lots",
        "holds",
        "contra",
        "cause",
        "earned",
        "spent",
        "expired",
    ),
    1,
)
EXAMPLES_MAX = 5


@dataclass
class Finding:
    """One law: how often it was checked and where it was broken (a few places)."""

    law: str
    checked: int = 0
    broken: int = 0
    places: list[str] = field(default_factory=list)

    def check(self, holds: bool, place: str) -> None:
        """Count one check; remember the place where it failed."""
        self.checked += 1
        if not holds:
            self.broken += 1
            if len(self.places) < EXAMPLES_MAX:
                self.places.append(place)


class Audit:
    """Walks the journal account by account and checks every law at every entry."""

    def __init__(self) -> None:
        self.numbers = Finding("numbers run from 1 without gaps")
        self.running = Finding("balance and held follow from the entry before")
        self.floor = Finding("balance ≥ held ≥ 0")
        self.lots = Finding("lots add up to the balance of beans")
        self.holds = Finding("open holds add up to held")
        self.zero = Finding("members and contra accounts sum to zero, by unit")
        self.once = Finding("no hold is settled twice")
        self.contra: dict[str, Counter[str]] = defaultdict(Counter)
        self.balances: Counter[str] = Counter()
        self.open_holds: dict[str, int] = {}

    def walk(self, rows: Iterator[dict[str, Any]]) -> list[Finding]:
        """Check the rows, sorted by account and number, and return all findings."""
        before: dict[str, Any] = {}
        for row in rows:
            if row["account"] != before.get("account"):
                self._close(before)
                before = {"account": row["account"], "seq": 0, "balance": 0, "held": 0}
            self._check(before, row)
            before = row
        self._close(before)
        for unit, totals in self.contra.items():
            self.zero.check(
                sum(totals.values()) == self.balances[unit], f"{unit}: {dict(totals)} against {self.balances[unit]}"
            )
        return [self.numbers, self.running, self.floor, self.lots, self.holds, self.zero, self.once]

    def _check(self, before: dict[str, Any], row: dict[str, Any]) -> None:
        place, unit = f"{row['account']}#{row['seq']}", row["account"].partition(":")[2]
        self.numbers.check(row["seq"] == before["seq"] + 1, place)
        follows = (
            row["balance"] == before["balance"] + row["delta"] and row["held"] == before["held"] + row["held_delta"]
        )
        self.running.check(follows, place)
        self.floor.check(row["balance"] >= row["held"] >= 0, place)
        if unit == "bean":
            self.lots.check(sum(beans for _, beans in row["lots"]) == row["balance"], place)
        self.holds.check(sum(beans for _, beans in row["holds"]) == row["held"], place)
        if row["kind"] in ("capture", "release"):
            known = dict(before.get("holds", ())) if before["seq"] else {}
            self.once.check(row["cause"] in known, place)
        self.contra[unit][row["contra"] or "none"] += row["delta"]

    def _close(self, last: dict[str, Any]) -> None:
        if last:
            self.balances[last["account"].partition(":")[2]] += last["balance"]
            self.open_holds |= dict(last.get("holds", ()))


def verify_ledger() -> tuple[list[Finding], Audit]:
    """Check every law over the whole journal; return the findings and the audit with its totals."""
    audit = Audit()
    rows = Entry._get_collection().find({}, PROJECTION, hint="account_seq").sort([("account", 1), ("seq", -1)])
    return audit.walk(_ascending(rows)), audit


def _ascending(rows: Any) -> Iterator[dict[str, Any]]:
    """Yield each account's rows in order of their numbers, though the index has them the other way round."""
    account: list[dict[str, Any]] = []
    for row in rows:
        if account and row["account"] != account[0]["account"]:
            yield from reversed(account)
            account = []
        account.append(row)
    yield from reversed(account)
