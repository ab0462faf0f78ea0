"""Letting beans run out: first in, first out, and never while they are held."""

from collections.abc import Iterator

from services.ledger.commands.posting import load_heads, post
from services.ledger.models import Entry
from services.ledger.rules import Expire, Wish, as_day, expired
from services.ledger.settings import ACCOUNTS_PAGE
from shared.clock import local_day, utc_now


def expire_beans() -> int:
    """Post what ran out before today in every account; return how many accounts lost some. Again today changes nothing."""
    today = as_day(local_day(utc_now()))
    accounts = 0
    for page in _pages_with_lots_before(today):
        wishes: list[Wish] = [
            Expire(
                id=f"expire:{account}:{seq}:{today}",
                account=account,
                cause=f"expire:{today}",
                community_code=community,
                today=today,
                contra=f"expired:{community}",
                explanation={"before": today},
            )
            for account, seq, community in page
        ]
        post(wishes)
        accounts += len(wishes)
    return accounts


def _pages_with_lots_before(today: int) -> Iterator[list[tuple[str, int, str]]]:
    """Yield (account, number of its newest entry, community) of accounts with free beans that ran out before `today`."""
    old = Entry._get_collection().aggregate(
        [
            {"$match": {"lots.0.0": {"$lt": today}}},
            {"$group": {"_id": "$account", "community": {"$first": "$community_code"}}},
        ]
    )
    communities = {row["_id"]: row["community"] for row in old}
    names = list(communities)
    for start in range(0, len(names), ACCOUNTS_PAGE):
        heads = load_heads(names[start : start + ACCOUNTS_PAGE])
        due = [
            (name, head.seq, communities[name])
            for name, head in heads.items()
            if min(expired(head.lots, today), head.available)
        ]
        if due:
            yield due
