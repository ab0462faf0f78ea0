"""The laws of the journal, checked from its first entry to its last by the database itself: a million entries are seconds' work.

All is read from one snapshot, so that posting may go on meanwhile. That balances follow upon each other is checked account by
account with one sum: each step is weighted by a number drawn for this audit alone, and the weighted steps must cancel out. Errors
that outwit the sum are one in a million, and another one in a million at the next audit. (ADR 9)
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mongoengine.connection import get_connection

from services.ledger.models import ACCOUNT_INDEX, Checkpoint, Entry, JournalMark
from services.ledger.queries.worth import BEGINNING
from services.ledger.rules import EMPTY
from shared.mongo import digest

EXAMPLES_MAX = 5
PRIME = 1_000_003
LAWS = {
    "numbers": "numbers run from 1 without gaps",
    "running": "balance, held and debt follow from the entry before",
    "floor": "balance, held, available and debt are never below zero",
    "free": "available is the balance less what is held",
    "sums": "what was earned and received, less given, spent and expired, is the balance less the debt",
    "lots": "lots add up to the balance of beans",
    "holds": "open holds add up to what is held",
    "once": "every hold is settled at most once",
    "zero": "members and contra accounts sum to zero, by unit",
    "sealed": "checkpoints are what the entries before them add up to, each sealing the one before",
}
RUNNING = {"balance": "delta", "held": "held_delta", "debt": "debt_delta"}
Row = Mapping[str, Any]
Weight = Callable[[Any], dict[str, Any]]


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


@dataclass
class Audit:
    """What an audit found: every law, and what members and contra accounts hold, by unit."""

    findings: dict[str, Finding] = field(default_factory=lambda: {name: Finding(law) for name, law in LAWS.items()})
    entries: int = 0
    open_holds: int = 0
    balances: Counter[str] = field(default_factory=Counter)
    contra: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def broken(self) -> int:
        """How many checks failed."""
        return sum(finding.broken for finding in self.findings.values())


def verify_ledger() -> Audit:
    """Check every law over the whole journal."""
    audit = Audit()
    with get_connection("ledger").start_session(snapshot=True) as session:
        _check_accounts(audit, session)
        checkpoints = list(Checkpoint._get_collection().find({}, session=session).sort([("community_code", 1), ("number", 1)]))
        rows = list(_by_contra(_is_sealed(checkpoints, session), session))
        _check_contra(audit, rows)
        _check_checkpoints(audit, checkpoints, rows)
    return audit


def breaches(before: Row, row: Row) -> Iterator[str]:
    """Yield the names of the laws that an entry breaks, coming after `before`."""
    if row["seq"] != before["seq"] + 1:
        yield "numbers"
    if any(row[name] - row[delta] != before[name] for name, delta in RUNNING.items()):
        yield "running"
    if min(row["balance"], row["held"], row["available"], row["debt"]) < 0:
        yield "floor"
    if row["available"] != row["balance"] - row["held"]:
        yield "free"
    if row["balance"] - row["debt"] != row["earned"] + row["gifts"] - row["spent"] - row["expired"]:
        yield "sums"
    if row["unit"] == "bean" and sum(beans for _, beans in row["lots"]) != row["balance"]:
        yield "lots"
    if sum(beans for _, beans in row["holds"]) != row["held"]:
        yield "holds"
    if row["kind"] in ("capture", "release") and len(row["holds"]) != len(before["holds"]) - 1:
        yield "once"


def _check_accounts(audit: Audit, session: Any) -> None:
    weight = _drawn_weight()
    names = ("numbers", "running", "floor", "free", "sums", "lots", "holds", "once")
    (found,) = Entry._get_collection().aggregate(
        [
            {"$group": _account_sums(weight)},
            {"$project": {"newest": 1, "unit": 1, "entries": 1, "broken": _broken_laws(weight)}},
            {"$facet": {
                "units": [{"$group": {"_id": "$unit", "balance": {"$sum": "$newest.balance"}, "entries": {"$sum": "$entries"},
                                      "open": {"$sum": {"$size": "$newest.holds"}}}}],
                "broken": [{"$match": {"broken": {"$ne": []}}}, {"$project": {"broken": 1}}, {"$limit": 1_000}],
            }},
        ],
        session=session,
        allowDiskUse=True,
    )  # fmt: skip
    for row in found["units"]:
        audit.entries += row["entries"]
        audit.open_holds += row["open"]
        audit.balances[row["_id"]] = row["balance"]
    for name in names:
        audit.findings[name].checked = audit.entries
    for row in found["broken"]:
        for name in row["broken"]:
            audit.findings[name].broken += 1
        _walk(audit, row["_id"], session)


def _account_sums(weight: Weight) -> dict[str, Any]:
    """Return the group stage: what is summed up for each account."""
    following = {name: _weighed_steps(weight, name, delta) for name, delta in RUNNING.items()}
    return {
        "_id": "$account",
        "unit": {"$first": "$unit"},
        "entries": {"$sum": 1},
        "first": {"$min": "$seq"},
        "newest": {"$max": {"seq": "$seq", "balance": "$balance", "held": "$held", "debt": "$debt", "holds": "$holds"}},
        "floor": _count({"$lt": [{"$min": ["$balance", "$held", "$available", "$debt"]}, 0]}),
        "free": _count({"$ne": ["$available", {"$subtract": ["$balance", "$held"]}]}),
        "sums": _count({"$ne": [{"$add": ["$balance", "$spent", "$expired"]}, {"$add": ["$earned", "$gifts", "$debt"]}]}),
        "lots": _count({"$and": [{"$eq": ["$unit", "bean"]}, {"$ne": ["$balance", _amounts("$lots")]}]}),
        "holds": _count({"$ne": ["$held", _amounts("$holds")]}),
        "opened": _count({"$in": ["$kind", ["hold", "retake"]]}),
        "settled": _count({"$in": ["$kind", ["capture", "release"]]}),
        **{f"{name}_steps": steps for name, steps in following.items()},
    }


def _weighed_steps(weight: Weight, name: str, delta: str) -> dict[str, Any]:
    """Return Σ w(n)·(after(n) − delta(n)) − w(n+1)·after(n): if each follows the one before, −w(last+1)·after(last) is left."""
    before = {"$multiply": [weight("$seq"), {"$subtract": [f"${name}", f"${delta}"]}]}
    after = {"$multiply": [weight({"$add": ["$seq", 1]}), f"${name}"]}
    return {"$sum": {"$subtract": [before, after]}}


def _drawn_weight() -> Weight:
    """Return the expression of a weight by number, drawn for one audit: nobody can prepare for it."""
    slope, start = (secrets.randbelow(PRIME - 1) + 1 for _ in range(2))
    return lambda number: {"$mod": [{"$add": [{"$multiply": [number, slope]}, start]}, PRIME]}


def _count(broken: dict[str, Any]) -> dict[str, Any]:
    return {"$sum": {"$cond": [broken, 1, 0]}}


def _amounts(rows: str) -> dict[str, Any]:
    return {"$sum": {"$map": {"input": rows, "in": {"$arrayElemAt": ["$$this", 1]}}}}


def _broken_laws(weight: Weight) -> dict[str, Any]:
    """Return the expression that lists the names of the laws which an account breaks."""
    next_weight = weight({"$add": ["$newest.seq", 1]})
    broken = {
        "numbers": {"$or": [{"$ne": ["$first", 1]}, {"$ne": ["$entries", "$newest.seq"]}]},
        "running": {"$or": [{"$ne": [{"$add": [f"${name}_steps", {"$multiply": [next_weight, f"$newest.{name}"]}]}, 0]}
                            for name in RUNNING]},
        "once": {"$ne": [{"$subtract": ["$opened", "$settled"]}, {"$size": "$newest.holds"}]},
        **{name: {"$gt": [f"${name}", 0]} for name in ("floor", "free", "sums", "lots", "holds")},
    }  # fmt: skip
    named = [{"$cond": [test, [name], []]} for name, test in broken.items()]
    return {"$concatArrays": named}


def _walk(audit: Audit, account: str, session: Any) -> None:
    """Find the places in an account that is known to break a law."""
    before: Row = {**EMPTY}
    for row in Entry._get_collection().find({"account": account}, session=session).sort("seq", 1).hint(ACCOUNT_INDEX):
        for name in breaches(before, row):
            if len(places := audit.findings[name].places) < EXAMPLES_MAX:
                places.append(f"{account}#{row['seq']}")
        before = row


def _is_sealed(checkpoints: Iterable[Row], session: Any) -> Row:
    """Return the expression that tells whether an entry has to be in a checkpoint: those of the intervals that are closed, and, while one
    is being closed, of the communities that have their checkpoint of it already."""
    mark = JournalMark._get_collection().find_one({"_id": "checkpoints"}, session=session) or {"until": BEGINNING}
    ahead = {row["community_code"]: row["until"] for row in checkpoints if row["until"] > mark["until"]}
    branches = [{"case": {"$eq": ["$community_code", code]}, "then": until} for code, until in ahead.items()]
    closed_until = {"$switch": {"branches": branches, "default": mark["until"]}} if branches else mark["until"]
    return {"$lt": ["$posted_at", closed_until]}


def _by_contra(is_sealed: Row, session: Any) -> Iterable[Row]:
    """Return Σ delta by unit, community and contra account, what is in checkpoints apart from what is not yet."""
    key = {"unit": "$unit", "community": "$community_code", "contra": "$contra", "sealed": is_sealed}
    rows: Iterable[Row] = Entry._get_collection().aggregate(
        [{"$group": {"_id": key, "beans": {"$sum": "$delta"}, "entries": {"$sum": 1}}}],
        session=session,
        allowDiskUse=True,
    )
    return rows


def _check_contra(audit: Audit, rows: Sequence[Row]) -> None:
    for row in rows:
        audit.contra[row["_id"]["unit"]][row["_id"]["contra"] or "none"] -= row["beans"]
    for unit, totals in audit.contra.items():
        holds = sum(totals.values()) + audit.balances[unit] == 0
        audit.findings["zero"].check(holds, f"{unit}: contra {sum(totals.values())}, members {audit.balances[unit]}")


def _check_checkpoints(audit: Audit, checkpoints: Iterable[Row], rows: Sequence[Row]) -> None:
    finding = audit.findings["sealed"]
    last: dict[str, Row] = {}
    for checkpoint in checkpoints:
        before = last.get(checkpoint["community_code"], {"number": 0, "digest": ""})
        follows = checkpoint["number"] == before["number"] + 1 and checkpoint["digest"] == seal(
            checkpoint, before["digest"]
        )
        finding.check(follows, checkpoint["_id"])
        last[checkpoint["community_code"]] = checkpoint
    sealed = _sealed_totals(rows)
    for community in {*last, *sealed}:
        told = last.get(community, {}).get("totals", {})
        finding.check({name: beans for name, beans in told.items() if beans} == sealed.get(community, {}), f"totals of {community}")


def _sealed_totals(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        key = row["_id"]
        if key["unit"] == "bean" and key["sealed"] and row["beans"]:
            totals[key["community"]][key["contra"]] = row["beans"]
    return totals


def seal(checkpoint: Row, digest_before: str) -> str:
    """Return the digest that seals a checkpoint's content and, through the digest before it, all that came before."""
    content = {name: checkpoint[name] for name in ("community_code", "number", "until", "entries", "totals")}
    return digest({**content, "before": digest_before})
