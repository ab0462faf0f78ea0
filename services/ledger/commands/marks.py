"""Marks on integrity: a missed sign-up weighs for a stated time and is then lifted by itself; a steward may pardon it before.

Whichever comes first stands, and so does an upheld objection: all are the one entry that gives an entry back.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from services.ledger.commands.posting import Writer
from services.ledger.errors import DeciderInConflict, NoSuchTransfer, NotAMark
from services.ledger.models import ALIAS, POSTED_INDEX, EarningRules, Entry, JournalMark, Member, account_of
from services.ledger.queries.heads import entries_by_id
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import DEFAULT_RULES, Earn
from shared.clock import bounds, local_day, utc_now
from shared.mongo import audit
from shared.web import Caller


def lift_old_marks() -> int:
    """Lift every mark whose time has come, by the rules that made it; return how many days were gone through."""
    days_done = 0
    for weighs_days in _periods():
        mark_id = f"marks:{weighs_days}"
        last = local_day(utc_now()) - timedelta(days=weighs_days)
        since = _begin(mark_id)
        if since is None or since > last:
            continue
        Writer().post(_lifting(entry, reason="time", by=None) for entry in _marks(since, last, weighs_days))
        JournalMark.objects(id=mark_id).update_one(set__until=bounds(last)[1], upsert=True)
        days_done += (last - since).days + 1
    return days_done


def pardon(resident_id: str, transfer_id: str, *, reason: str, by: Caller) -> Mapping[str, Any]:
    """Lift a mark at once → the entry that lifts it. Nobody pardons themselves or their household. Again changes nothing."""
    member = Member.objects(id=resident_id, community_code=by.community_code).first()
    entry = Entry._get_collection().find_one({"_id": transfer_id, "account": account_of(resident_id, "integrity")})
    if member is None or entry is None:
        raise NoSuchTransfer()
    if not is_mark(entry):
        raise NotAMark()
    pardoner = Member.objects(id=by.resident_id).only("household_id").first()
    same_household = pardoner and pardoner.household_id and pardoner.household_id == member.household_id
    if by.resident_id == resident_id or same_household:
        audit(ALIAS, act="pardon-refused", by=by.resident_id, about=transfer_id)
        raise DeciderInConflict()
    lifting = _lifting(entry, reason=reason, by=by.resident_id)
    if lifting.id not in entries_by_id([lifting.id]):
        Writer().post([lifting])
        audit(ALIAS, act="mark-pardoned", by=by.resident_id, about=transfer_id, detail={"reason": reason})
    return entries_by_id([lifting.id])[lifting.id]


def is_mark(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is a mark: integrity taken for a missed sign-up."""
    return bool(entry["unit"] == "integrity" and entry["delta"] < 0 and entry["explanation"].get("code") == "missed")


def _periods() -> set[int]:
    """Return for how many days marks weigh, by any version of any community's rules."""
    versions = EarningRules.objects.only("numbers")
    return {DEFAULT_RULES.integrity_mark_days} | {
        row.numbers.get("integrity_mark_days", DEFAULT_RULES.integrity_mark_days) for row in versions
    }


def _begin(mark_id: str) -> date | None:
    """Return the first day that was not gone through; None while nothing was posted at all."""
    mark = JournalMark.objects(id=mark_id).first()
    if mark is not None:
        return local_day(mark.until)
    oldest = Entry._get_collection().find_one({}, {"posted_at": 1}, sort=[("posted_at", 1)], hint=POSTED_INDEX)
    return local_day(oldest["posted_at"]) if oldest else None


def _marks(since: date, last: date, weighs_days: int) -> Iterator[Mapping[str, Any]]:
    """Yield the marks posted from day to day whose rules say that they weigh so long."""
    span = {"$gte": bounds(since)[0], "$lt": bounds(last)[1]}
    found = Entry._get_collection().find({"posted_at": span, "unit": "integrity", "delta": {"$lt": 0}}).hint(POSTED_INDEX)
    rulebook: dict[str, Rulebook] = {}
    for entry in found:
        code = entry["community_code"]
        rules = rulebook.setdefault(code, Rulebook([code])).on(code, date.fromisoformat(entry["explanation"]["on"]))
        if is_mark(entry) and rules.integrity_mark_days == weighs_days:
            yield entry


def _lifting(entry: Mapping[str, Any], *, reason: str, by: str | None) -> Earn:
    return Earn(
        id=given_back_id(entry["_id"]),
        resident_id=entry["account"].partition(":")[0],
        unit="integrity",
        cause=entry["cause"],
        community_code=entry["community_code"],
        explanation={
            "code": "pardon" if by else "lifted",
            "reverses": entry["_id"],
            "reason": reason,
            "by": by,
            "on": local_day(utc_now()).isoformat(),
        },
        rule_version=entry["rule_version"],
        kind="adjust",
        amount=-entry["delta"],
        contra=entry["contra"],
    )


def given_back_id(entry_id: str) -> str:
    """Return the id of the one entry that gives back what an entry took, for whatever reason."""
    return f"given-back:{entry_id}"
