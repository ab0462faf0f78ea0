"""Entries of several accounts in one transaction: the one exception to 'one document, one write'. (ADR 10)"""

from collections.abc import Callable, Mapping, Sequence

from mongoengine.connection import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError

from services.ledger.commands.posting import pack
from services.ledger.models import ALIAS, Entry, account_of
from services.ledger.queries.heads import newest_entries
from services.ledger.rules import EMPTY, Head
from services.ledger.rules import Entry as Decided
from services.ledger.settings import POSTING_ROUNDS_MAX
from shared.mongo import DUPLICATE_KEY

Heads = Mapping[str, Head]
"""Heads of accounts of beans by their owners."""

Also = Callable[[ClientSession], None]


def write_together(
    owners: Sequence[str], decide: Callable[[Heads], Sequence[Decided]], *, also: Also | None = None
) -> bool:
    """Write, in one transaction, what `decide` makes of the owners' newest heads, and do `also` in it; True if written now.

    Where somebody was faster, `decide` is asked again; it answers with nothing where its entries stand already.
    """
    accounts = {owner: account_of(owner, "bean") for owner in owners}
    for _ in range(POSTING_ROUNDS_MAX):
        newest = newest_entries(list(accounts.values()))
        entries = decide({owner: newest.get(account, EMPTY) for owner, account in accounts.items()})
        if not entries:
            return False
        if _committed(entries, also):
            return True
    raise RuntimeError(f"no turn after {POSTING_ROUNDS_MAX} rounds")


def _committed(entries: Sequence[Decided], also: Also | None) -> bool:
    packed = pack(entries)

    def write(session: ClientSession) -> None:
        Entry._get_collection().insert_many(packed, ordered=True, session=session)
        if also:
            also(session)

    try:
        with get_connection(ALIAS).start_session() as session:
            session.with_transaction(write)
    except BulkWriteError as error:
        if error.details["writeErrors"][0]["code"] == DUPLICATE_KEY:
            return False
        raise
    return True
