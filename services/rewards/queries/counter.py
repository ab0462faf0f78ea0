"""What a partner sees: whose voucher this is, without the name, and what was handed over on a day or in a month."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from services.rewards.models import Buyer, Redemption
from services.rewards.rules.settlement import (
    Entry,
    by_day,
    by_reward,
    days_between,
    entries_of,
    is_final,
    month_of,
    totals,
    within,
)
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.masking import masked
from shared.problems import Forbidden, Invalid
from shared.web import Caller, decode_cursor, encode_cursor


def with_names(redemption: Redemption) -> Redemption:
    """Return a redemption with the masked names of its resident and, where one asked for them, of their proxy."""
    names = _shown_names({redemption.resident_id, redemption.by_id} - {None})
    redemption.resident_name, redemption.by_name = names[redemption.resident_id], names.get(redemption.by_id)
    return redemption


def household_of(resident_id: str) -> str | None:
    """Return the household in which a resident lives, None where rewards has not heard of one."""
    buyer = Buyer.objects(id=resident_id).only("household_id").first()
    return buyer.household_id if buyer else None


def settlement_day(caller: Caller, partner_id: str, *, on: date, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return what `partner_id` handed over, and took back, on the local day `on`: totals, and a page of it, newest first."""
    _refuse_stranger(caller, partner_id)
    period = days_between(on, on + timedelta(days=1), settings().zone)
    entries = _entries(caller.community_code, partner_id, *period)
    return {"partner_id": partner_id, "on": on, **totals(entries), **_page(entries, limit=limit, cursor=cursor)}


def settlement_month(caller: Caller, partner_id: str, *, month: date, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return the same of the local month that begins on the day `month`, with totals by day and by reward.

    `is_final` says that no slip can add to it any more.
    """
    _refuse_stranger(caller, partner_id)
    zone = settings().zone
    begins, ends = month_of(month, zone)
    entries = _entries(caller.community_code, partner_id, begins, ends)
    return {
        "partner_id": partner_id, "month": f"{month:%Y-%m}", "is_final": is_final(ends, utc_now()), **totals(entries),
        "days": by_day(entries, zone), "rewards": by_reward(entries), **_page(entries, limit=limit, cursor=cursor),
    }  # fmt: skip


def _refuse_stranger(caller: Caller, partner_id: str) -> None:
    if caller.partner_id != partner_id and not caller.is_staff:
        raise Forbidden("You can see only your own settlement.")


def _entries(community_code: str, partner_id: str, begins: datetime, ends: datetime) -> list[Entry]:
    inside = {"$gte": begins, "$lt": ends}
    where = {
        "community_code": community_code,
        "partner_id": partner_id,
        "$or": [{name: inside} for name in ("fulfilments.fulfilled_at", "fulfilments.undone_at", "fulfilled_at")],
    }
    rows = Redemption._get_collection().find(where, dict.fromkeys(("outbox", "claim_id"), 0))
    return within((entry for row in rows for entry in entries_of(row)), begins, ends)


def _page(entries: list[Entry], *, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return `items`, a page of entries with whose they are, and the next page's cursor."""
    after = decode_cursor(cursor, str)
    ids = [entry.id for entry in entries]
    if after and after[0] not in ids:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    start = ids.index(after[0]) + 1 if after else 0
    shown = entries[start : start + limit]
    names = _shown_names(entry.resident_id for entry in shown)
    items = [{**_told(entry), "resident_name": names[entry.resident_id]} for entry in shown]
    has_more = start + limit < len(entries)
    return {"items": items, "next_cursor": encode_cursor(shown[-1].id) if has_more else None}


def _told(entry: Entry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in ("pieces", "is_slip")}
    return {**asdict(entry), **told, "act": entry.act.value, "fulfilled_at": entry.at}


def _shown_names(resident_ids: Iterable[str]) -> dict[str, str]:
    wanted = set(resident_ids)
    names = {buyer.id: buyer.name for buyer in Buyer.objects(id__in=wanted).only("id", "name")}
    return {resident_id: masked(names.get(resident_id)) for resident_id in wanted}
