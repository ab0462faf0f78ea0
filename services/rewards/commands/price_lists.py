"""A partner's price list: proposed, decided on, applied.

Applying judges every open row afresh against the shelf as it is by then, so that a crash half-way, a second import or a sale in the
meantime offers nothing twice and overwrites nothing that nobody saw.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from services.rewards.commands.offering import change_reward, offer_reward
from services.rewards.commands.sheet import read_lines
from services.rewards.errors import ImportBusy, ListUnreadable, RewardChanged, RowSettled, ShelfTooLow
from services.rewards.models import PriceList, Reward
from services.rewards.rules.price_list import (
    Judgement,
    ListRow,
    Offer,
    RowStatus,
    judge_rows,
    read_price_list,
    title_key,
)
from shared.clock import utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, insert_new
from shared.problems import Forbidden, IdInUse, Invalid, NotFound
from shared.web import Caller

KEPT_DAYS = 60
TRIES = 5
APPLIED, SKIPPED = "applied", "skipped"

Row = dict[str, Any]


def propose_price_list(list_id: str, content: bytes, *, caller: Caller) -> tuple[PriceList, bool]:
    """Read a list and propose what to do with each row; return it and whether it was made now. No reward is touched yet.

    Raises ListUnreadable, IdInUse for another file under a known id.
    """
    request_digest = hashlib.sha256(content).hexdigest()
    if earlier := PriceList.objects(id=list_id).first():
        return _same(earlier, request_digest, caller), False
    if (rows := read_price_list(read_lines(content))) is None:
        raise ListUnreadable("No line names the columns 名称 (title), 价格 (price) and 库存 (stock).")
    now = utc_now()
    record = PriceList(
        id=list_id, request_digest=request_digest, community_code=caller.community_code, partner_id=_partner_of(caller),
        proposed_by=caller.resident_id, proposed_at=now, expires_at=now + timedelta(days=KEPT_DAYS),
    )  # fmt: skip
    record.rows = _proposed(rows, record)
    if insert_new(record):
        audit("rewards", act="price-list-proposed", by=caller.resident_id, about=list_id, detail={"rows": len(rows)})
        return record, True
    return _same(PriceList.objects(id=list_id).get(), request_digest, caller), False


def decide_price_list(list_id: str, decisions: Sequence[Mapping[str, Any]], *, caller: Caller) -> PriceList:
    """Keep what somebody decided on rows: take or skip. Invalid for a row that is not there, RowSettled for one that is done."""
    for _ in range(TRIES):
        record = price_list_of(list_id, caller)
        if changed := _write(record, _decided(record, decisions)):
            return changed
    raise ImportBusy()


def apply_price_list(list_id: str, *, caller: Caller) -> PriceList:
    """Carry out every row that is certain or decided to be taken; the rest waits. Again changes nothing."""
    for _ in range(TRIES):
        record = price_list_of(list_id, caller)
        rows = [_applied(row, record, caller) for row in _judged_afresh(record)]
        if changed := _write(record, rows, applied_at=record.applied_at or utc_now()):
            audit("rewards", act="price-list-applied", by=caller.resident_id, about=list_id, detail={"rows": len(rows)})
            return changed
    raise ImportBusy()


def price_list_of(list_id: str, caller: Caller) -> PriceList:
    """Return a list of the caller's own; NotFound for all others."""
    where = {"community_code": caller.community_code, "partner_id": _partner_of(caller)}
    record: PriceList | None = PriceList.objects(id=list_id, **where).first()
    if record is None:
        raise NotFound("There is no such price list here.")
    return record


def _proposed(rows: Sequence[ListRow], record: PriceList) -> list[Row]:
    """Return the stored rows; what an earlier import of the very same file carried out is known, whatever was sold since."""
    earlier = PriceList.objects(
        partner_id=record.partner_id, community_code=record.community_code, request_digest=record.request_digest
    ).only("rows")
    done = {row["line"] for each in earlier for row in each.rows if row.get("outcome") == APPLIED}
    judgements = judge_rows(rows, _shelf(record))
    known = Judgement(status=RowStatus.KNOWN)
    pairs = zip(rows, judgements, strict=True)
    return [_stored(row, known if row.line in done else judgement) for row, judgement in pairs]


def _stored(row: ListRow, judgement: Judgement) -> Row:
    return {
        "line": row.line, "offer": asdict(row.offer), "faults": list(row.faults), "gaps": list(row.gaps),
        "status": judgement.status.value, "reasons": list(judgement.reasons),
        "changes": {name: list(pair) for name, pair in judgement.changes.items()},
    }  # fmt: skip


def _judged_afresh(record: PriceList) -> list[Row]:
    """Return the rows as they are to be judged now; a decision stands only for the very changes that were seen."""
    read = [_read_again(row) for row in record.rows]
    fresh = []
    for row, again, judgement in zip(record.rows, read, judge_rows(read, _shelf(record)), strict=True):
        now = _stored(again, judgement)
        if "outcome" in row or row["status"] == RowStatus.KNOWN.value:
            fresh.append(row)
        elif _plain(now["changes"]) == _plain(row["changes"]) and now["status"] == row["status"]:
            fresh.append({**now, **({"decision": row["decision"]} if "decision" in row else {})})
        elif judgement.status is RowStatus.KNOWN:
            fresh.append({**now, "outcome": APPLIED})  # a crash had cut an application short here
        else:
            fresh.append(now)
    return fresh


def _applied(row: Row, record: PriceList, caller: Caller) -> Row:
    takes = row["status"] == RowStatus.TAKEN.value or row.get("decision") == "take"
    if "outcome" in row or row["status"] in (RowStatus.KNOWN.value, RowStatus.REFUSED.value):
        return row
    if not takes:
        return {**row, "outcome": SKIPPED} if row.get("decision") == "skip" else row
    offer = row["offer"]
    reward = next((each for each in _rewards(record) if title_key(each.title) == title_key(offer["title"])), None)
    try:
        if reward is None:
            _offer(offer, record, caller)
        else:
            change_reward(reward.id, _edit(row, reward), caller=caller)
    except (RewardChanged, ShelfTooLow, IdInUse):
        return row  # somebody was faster: the next look shows what stands there now
    return {**row, "outcome": APPLIED}


def _offer(offer: Mapping[str, Any], record: PriceList, caller: Caller) -> None:
    reward_id = derive_id("price-list", record.partner_id, title_key(offer["title"]))
    body = {name: offer[name] for name in ("title", "kind", "uses", "price_beans", "stock", "valid_days")}
    offer_reward(reward_id, {**body, "opening_hours": _hours(offer)}, caller=caller)


def _edit(row: Row, reward: Reward) -> dict[str, Any]:
    """Return the change of a reward; stock is counted from the free pieces that were seen."""
    edit: dict[str, Any] = {"revision": reward.revision}
    for name, (there, here) in row["changes"].items():
        if name == "stock":
            edit["add_stock"] = here - there
        else:
            edit[name] = _hours(row["offer"]) if name == "opening_hours" else here
    return edit


def _hours(offer: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"weekday": weekday, "hours": hours} for weekday, hours in offer["opening_hours"]]


def _read_again(row: Row) -> ListRow:
    offer = Offer(**row["offer"])
    hours = tuple((weekday, hours) for weekday, hours in offer.opening_hours)
    offer = replace(offer, opening_hours=hours)
    return ListRow(line=row["line"], offer=offer, faults=tuple(row["faults"]), gaps=tuple(row["gaps"]))


def _rewards(record: PriceList) -> list[Reward]:
    mine = Reward.objects(community_code=record.community_code, partner_id=record.partner_id)
    return list(mine.exclude("claims").order_by("-created_at"))


def _shelf(record: PriceList) -> dict[str, Offer]:
    """Return what the partner offers by title; of two of one title the older."""
    return {title_key(reward.title): _as_offer(reward) for reward in _rewards(record)}


def _as_offer(reward: Reward) -> Offer:
    hours = {row["weekday"]: row["hours"] for row in reward.opening_hours}
    return Offer(
        title=reward.title, kind=reward.kind, uses=reward.uses, price_beans=reward.price_beans, stock=reward.stock,
        valid_days=reward.valid_days, opening_hours=tuple(hours.items()),
    )  # fmt: skip


def _decided(record: PriceList, decisions: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows = {row["line"]: row for row in record.rows}
    for at, decision in enumerate(decisions):
        row = rows.get(decision["line"])
        if row is None or row["status"] != RowStatus.NEEDS_DECISION.value:
            raise Invalid(errors={f"/rows/{at}/line": "This row waits for no decision."})
        if "outcome" in row and row["outcome"] != (APPLIED if decision["decision"] == "take" else SKIPPED):
            raise RowSettled()
        rows[decision["line"]] = {**row, "decision": decision["decision"]}
    return list(rows.values())


def _write(record: PriceList, rows: list[Row], **fields: Any) -> PriceList | None:
    guard = {"_id": record.id, "revision": record.revision}
    changed: PriceList | None = change_one(
        PriceList, where=guard, update={"$set": {"rows": rows, **fields}, "$inc": {"revision": 1}}
    )
    return changed


def _plain(changes: Mapping[str, Any]) -> dict[str, str]:
    return {name: repr([_listed(each) for each in pair]) for name, pair in changes.items()}


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value


def _same(record: PriceList, request_digest: str, caller: Caller) -> PriceList:
    if record.request_digest != request_digest or record.partner_id != _partner_of(caller):
        raise IdInUse()
    return record


def _partner_of(caller: Caller) -> str:
    if caller.partner_id is None:
        raise Forbidden("You are a partner, but of no shop yet: a steward has to name it.")
    return caller.partner_id
