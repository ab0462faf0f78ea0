"""Letting beans run out: first in, first out, and never while they are held."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from services.ledger.commands.posting import Writer
from services.ledger.models import ACCOUNT_INDEX, Entry, JournalMark
from services.ledger.queries.heads import NEWEST_FIRST
from services.ledger.rules import FUND, PROJECT, Expire, as_day
from services.ledger.settings import ACCOUNTS_PAGE
from shared.clock import local_day, utc_now

MARK = "expired"
COMMON = re.compile(f"^({FUND}|{PROJECT})")  # what is given to all is spent in the open and does not run out


def expire_when_due() -> None:
    """Let beans run out once a day: the mark is set when the day's work is done, so a crash only means doing it again."""
    today = as_day(local_day(utc_now()))
    if JournalMark.objects(id=MARK, day=today).first() is None:
        expire_beans()
        JournalMark.objects(id=MARK).update_one(set__day=today, upsert=True)


def expire_beans() -> int:
    """Post what ran out before today in every account; return how many accounts lost some. Again today changes nothing.

    The id of such an entry names the entry it was decided upon, so two workers at once let the same beans run out once.
    """
    today = as_day(local_day(utc_now()))
    accounts, due, writer = 0, _due(today), Writer()
    while page := list(islice(due, ACCOUNTS_PAGE)):
        writer.post(_wish(row, today) for row in page)
        accounts += len(page)
    return accounts


def _due(today: int) -> Iterator[Mapping[str, Any]]:
    """Yield the accounts with free beans that ran out before `today`: a seek an account, whatever lies below its newest entry."""
    carried = ("seq", "lots", "available", "community_code")
    yield from Entry._get_collection().aggregate(
        [
            {"$sort": dict(NEWEST_FIRST)},
            {"$group": {"_id": "$account", **{name: {"$first": f"${name}"} for name in carried}}},
            {"$match": {"_id": {"$not": COMMON}, "available": {"$gt": 0}, "lots.0.0": {"$lt": today}}},
        ],
        hint=ACCOUNT_INDEX,
        allowDiskUse=True,
    )


def _wish(row: Mapping[str, Any], today: int) -> Expire:
    return Expire(
        id=f"expire:{row['_id']}:{row['seq']}",
        resident_id=row["_id"].partition(":")[0],
        cause=f"expire:{today}",
        community_code=row["community_code"],
        explanation={"code": "expire", "before": today},
        today=today,
        contra=f"expired:{row['community_code']}",
    )
