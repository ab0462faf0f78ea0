"""What a partner is owed: every handing over and every undo, each on the day when it happened.

Beans move with the first use of a voucher that stands, and back with its undo, as they do in the ledger: so the sum of a partner's
entries is what the ledger's account `redeemed:<partner_id>` took in, bean for bean. (ADR 24)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from services.rewards.rules.counter import SLIP_HOURS


class Act(StrEnum):
    """What an entry tells of."""

    FULFILLED = "fulfilled"
    UNDONE = "undone"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One handing over, or one undo, at a counter.

    `beans`, `pieces` and `count` are signed: an undo takes back what its handing over gave. A later use of a voucher of many
    carries no beans and no pieces. `number` is which use of the voucher it was.
    """

    id: str
    at: datetime
    act: Act
    redemption_id: str
    reward_id: str
    reward_title: str
    resident_id: str
    code: str | None
    status: str
    quantity: int
    amount_beans: int
    uses: int
    number: int
    beans: int
    entered_at: datetime
    expires_at: datetime | None
    reason: str = ""

    @property
    def count(self) -> int:
        """1 for a handing over, −1 for an undo."""
        return -1 if self.act is Act.UNDONE else 1

    @property
    def pieces(self) -> int:
        """Pieces that left the shelf, or came back."""
        return self.count * self.quantity if self.beans else 0

    @property
    def is_slip(self) -> bool:
        """Whether it was entered from a slip, after it had happened."""
        return self.act is Act.FULFILLED and self.entered_at != self.at


def entries_of(row: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the entries of one redemption, given as its raw document, oldest first."""
    standing = 0
    for fulfilment in row.get("fulfilments") or _before_uses_were_noted(row):
        standing += 1
        yield _entry(row, fulfilment, Act.FULFILLED, number=standing)
        if "undone_at" in fulfilment:
            yield _entry(row, fulfilment, Act.UNDONE, number=standing)
            standing -= 1


def within(entries: Iterable[Entry], begins: datetime, ends: datetime) -> list[Entry]:
    """Return the entries from `begins` to before `ends`, newest first."""
    inside = [entry for entry in entries if begins <= entry.at < ends]
    return sorted(inside, key=lambda entry: (entry.at, entry.id), reverse=True)


def totals(entries: Iterable[Entry]) -> dict[str, int]:
    """Return `count`, `pieces`, `beans` and how many were `undone`."""
    listed = list(entries)
    sums = {name: sum(getattr(entry, name) for entry in listed) for name in ("count", "pieces", "beans")}
    return {**sums, "undone": sum(entry.act is Act.UNDONE for entry in listed)}


def by_day(entries: Iterable[Entry], zone: str) -> list[dict[str, Any]]:
    """Return the totals of each local day on which something happened, oldest first."""
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        days[entry.at.astimezone(ZoneInfo(zone)).date()].append(entry)
    return [{"on": on, **totals(days[on])} for on in sorted(days)]


def by_reward(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return the totals of each reward, the one with the most beans first."""
    rewards: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        rewards[entry.reward_id].append(entry)
    rows = [
        {"reward_id": reward_id, "reward_title": listed[0].reward_title, **totals(listed)}
        for reward_id, listed in rewards.items()
    ]
    return sorted(rows, key=lambda row: (-row["beans"], row["reward_title"], row["reward_id"]))


def days_between(first: date, after: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments from the beginning of the local day `first` to that of the day `after`."""
    begins, ends = (datetime.combine(day, time.min, ZoneInfo(zone)) for day in (first, after))
    return begins, ends


def month_of(first: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments between which the local month lies that begins on the day `first`."""
    return days_between(first, (first + timedelta(days=31)).replace(day=1), zone)


def is_final(ends: datetime, now: datetime) -> bool:
    """Tell whether nothing can be added any more to what lies before `ends`: the last slip may come a day later."""
    return now >= ends + timedelta(hours=SLIP_HOURS)


def _entry(row: Mapping[str, Any], fulfilment: Mapping[str, Any], act: Act, *, number: int) -> Entry:
    is_undo = act is Act.UNDONE
    at = fulfilment["undone_at" if is_undo else "fulfilled_at"]
    return Entry(
        id=f"{fulfilment['id']}:{act.value}", at=at, act=act, redemption_id=row["_id"], reward_id=row["reward_id"],
        reward_title=row["reward_title"], resident_id=row["resident_id"], code=row.get("voucher_code"),
        status=row["status"], quantity=row["quantity"], amount_beans=row["amount_beans"], uses=row.get("uses", 1),
        number=number, beans=-fulfilment["beans"] if is_undo else fulfilment["beans"],
        entered_at=at if is_undo else fulfilment["entered_at"], expires_at=row.get("expires_at"),
        reason=fulfilment.get("reason", "") if is_undo else "",
    )  # fmt: skip


def _before_uses_were_noted(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the one use of a redemption that was fulfilled before there were any to note."""
    if "fulfilled_at" not in row:
        return []
    at = row["fulfilled_at"]
    return [{"id": row["_id"], "fulfilled_at": at, "entered_at": at, "beans": row["amount_beans"]}]
