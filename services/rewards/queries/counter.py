"""What a partner sees: whose voucher this is, without the name, and what was handed over on a day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.rewards.models import Buyer, Redemption
from services.rewards.queries.keyset import newest_first
from services.rewards.rules.vouchers import masked
from services.rewards.settings import settings
from shared.problems import Forbidden
from shared.web import Caller


def shown_name(resident_id: str) -> str:
    """Return the masked name of a resident."""
    return _shown_names([resident_id])[resident_id]


def household_of(resident_id: str) -> str | None:
    """Return the household in which a resident lives, None where rewards has not heard of one."""
    buyer = Buyer.objects(id=resident_id).only("household_id").first()
    return buyer.household_id if buyer else None


def settlement_day(caller: Caller, partner_id: str, *, on: date, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return what `partner_id` handed over on the local day `on`: totals of the day, and a page of it, newest first."""
    if caller.partner_id != partner_id and not caller.is_staff:
        raise Forbidden("You can see only your own settlement.")
    begins, ends = _day(on)
    where = {
        "community_code": caller.community_code, "partner_id": partner_id, "fulfilled_at": {"$gte": begins, "$lt": ends},
    }
    handed_over = Redemption.objects(__raw__=where).exclude("outbox")
    items, next_cursor = newest_first(handed_over, by="fulfilled_at", limit=limit, cursor=cursor)
    names = _shown_names(item.resident_id for item in items)
    for item in items:
        item.resident_name = names[item.resident_id]
    return {"partner_id": partner_id, "on": on, **_totals(where), "items": items, "next_cursor": next_cursor}


def _shown_names(resident_ids: Iterable[str]) -> dict[str, str]:
    wanted = set(resident_ids)
    names = {buyer.id: buyer.name for buyer in Buyer.objects(id__in=wanted).only("id", "name")}
    return {resident_id: masked(names.get(resident_id)) for resident_id in wanted}


def _day(on: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(settings().zone)
    begins = datetime.combine(on, time.min, zone)
    return begins.astimezone(UTC), datetime.combine(on + timedelta(days=1), time.min, zone).astimezone(UTC)


def _totals(where: dict[str, Any]) -> dict[str, int]:
    sums = {"count": {"$sum": 1}, "pieces": {"$sum": "$quantity"}, "beans": {"$sum": "$amount_beans"}}
    rows = list(Redemption._get_collection().aggregate([{"$match": where}, {"$group": {"_id": None, **sums}}]))
    return {name: rows[0][name] if rows else 0 for name in sums}
