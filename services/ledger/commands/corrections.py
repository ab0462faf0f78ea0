"""An upheld objection takes back whatever followed from a record: an opposite entry for each, linked, never an edit."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.ledger.commands.newcomers import newcomer_id
from services.ledger.commands.wishes import bean_id, contribution_id
from services.ledger.queries.heads import entries_by_id
from services.ledger.rules import Reverse, Wish
from shared.clock import local_day
from shared.events.checkin import RecordWithdrawn


def reversals_for(facts: Iterable[RecordWithdrawn]) -> tuple[list[Wish], list[RecordWithdrawn]]:
    """Return the wishes that reverse what followed from withdrawn records, and the facts whose record was not posted yet."""
    wishes: list[Wish] = []
    too_early: list[RecordWithdrawn] = []
    for fact in facts:
        ids = [bean_id(fact.record_id), contribution_id(fact.record_id), newcomer_id(fact.resident_id)]
        given = entries_by_id(ids)
        if bean_id(fact.record_id) not in given:
            too_early.append(fact)
            continue
        wishes += [_reversal(fact, row) for row in given.values() if row["cause"] == fact.record_id]
    return wishes, too_early


def _reversal(fact: RecordWithdrawn, row: Mapping[str, Any]) -> Reverse:
    resident_id, _, unit = row["account"].partition(":")
    on = local_day(fact.withdrawn_at).isoformat()
    return Reverse(
        id=f"withdrawn:{row['_id']}",
        resident_id=resident_id,
        unit=unit,
        cause=fact.record_id,
        community_code=row["community_code"],
        explanation={"code": "reverse", "reason": fact.reason, "by": fact.withdrawn_by, "on": on},
        rule_version=row["rule_version"],
        amount=row["delta"] - row["debt_delta"],
        contra=row["contra"],
        reverses=row["_id"],
        counted=row["counted"],
    )
