"""Looking at mandates: one's own, as the person and as the proxy; staff see those of their community."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.identity.commands.mandate_codes import code_of
from services.identity.commands.mandates import mandate_seen_by, standing
from services.identity.models import Mandate, Resident
from services.identity.rules.mandates import ACTIVE, CODE, ENDED, WAITING
from services.identity.settings import settings
from shared.clock import local_day, utc_now
from shared.problems import Forbidden, Invalid
from shared.web.auth import Caller
from shared.web.paging import decode_cursor, encode_cursor, page_of

Told = dict[str, Any]
NAMED = ("person_id", "proxy_id", "made_by", "confirmed_by", "ended_by")


def mandate(mandate_id: str, by: Caller) -> Told:
    """Return one mandate; its code to the person, or to whoever printed it, while it waits."""
    return told([mandate_seen_by(mandate_id, by)], by)[0]


def mandates(args: Mapping[str, Any], by: Caller) -> Told:
    """Return a page of mandates, newest first: those in which `resident_id` has a part, or all of the community to staff.

    `args` has limit and cursor, and may have resident_id and status.
    """
    whose = args.get("resident_id") or (None if by.is_staff else by.resident_id)
    if whose and not by.may_see(whose):
        raise Forbidden()
    conditions: list[Told] = [{"community_code": by.community_code}]
    conditions += [{"$or": [{"person_id": whose}, {"proxy_id": whose}]}] if whose else []
    conditions += [_standing(args["status"], utc_now())] if args.get("status") else []
    conditions += _after(args["cursor"])
    found = list(Mandate.objects(__raw__={"$and": conditions}).order_by("-made_at", "-id").limit(args["limit"] + 1))
    shown = found[: args["limit"]]
    more = len(found) > len(shown)
    return page_of(told(shown, by), encode_cursor(shown[-1].made_at.isoformat(), shown[-1].id) if more else None)


def told(found: Iterable[Mandate], by: Caller) -> list[Told]:
    """Return mandates as the caller may see them, with the names of everybody who had a part in them."""
    found = list(found)
    ids = {row[name] for row in found for name in NAMED} - {None}
    names = {row.id: row.name for row in Resident.objects(id__in=list(ids)).only("id", "name")}
    return [_told(row, names, by) for row in found]


def _told(row: Mandate, names: Mapping[str, str | None], by: Caller) -> Told:
    stands = standing(row)
    plain = ("community_code", "acts", "beans_per_redemption", "beans_per_month", "agreed_by", "agreed_at", "made_at", "ends_at", "at_desk",
             "confirmed_at", "ended_at", "ending", "reason")  # fmt: skip
    shows_code = stands == WAITING and row.agreed_by == CODE and by.resident_id in (row.person_id, row.made_by)
    return {
        **{name: row[name] for name in (*plain, *NAMED)},
        **{f"{name.removesuffix('_id')}_name": names.get(row[name]) for name in NAMED},
        "mandate_id": row.id,
        "status": stands,
        "ends_on": local_day(row.ends_at - timedelta(seconds=1), settings().zone),
        "code": code_of(row.id) if shows_code else None,
        "code_expires_at": row.good_until if shows_code else None,
        "paper": dict(row.paper) if row.paper and by.is_staff else None,
    }


def _after(cursor: str | None) -> list[Told]:
    if (key := decode_cursor(cursor, str, str)) is None:
        return []
    try:
        at = datetime.fromisoformat(key[0])
    except ValueError:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."}) from None
    return [{"$or": [{"made_at": {"$lt": at}}, {"made_at": at, "_id": {"$lt": key[1]}}]}]


def _standing(status: str, now: datetime) -> Told:
    """Return the condition for mandates that stand so at this moment, whatever was written down."""
    if status in (WAITING, ACTIVE):
        return {"status": status, "good_until": {"$gt": now}}
    run_out = {"status": {"$in": [WAITING, ACTIVE]}, "good_until": {"$lte": now}}
    return {"$or": [{"status": status}, run_out]} if status == ENDED else {"status": status}
