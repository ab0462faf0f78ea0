"""Taking back what was posted, by linked opposite entries, never an edit: what followed from a record, or a capture."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.ledger.commands.newcomers import newcomer_id
from services.ledger.commands.posting import hold_id, settle_id
from services.ledger.commands.wishes import bean_id, contribution_id
from services.ledger.queries.heads import entries_by_id, entry_numbered
from services.ledger.rules import Retake, Reverse, Wish, difference
from shared.clock import local_day
from shared.events.checkin import RecordWithdrawn
from shared.events.rewards import FulfilmentUndone


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


def retakes_for(facts: Iterable[FulfilmentUndone]) -> tuple[list[Wish], list[FulfilmentUndone]]:
    """Return the wishes that undo captures and hold their beans again, and the facts whose capture was not posted yet."""
    wishes: list[Wish] = []
    too_early: list[FulfilmentUndone] = []
    for fact in facts:
        capture = entries_by_id([id_ := settle_id(fact.redemption_id, fact.undos - 1)]).get(id_)
        if capture is None:
            too_early.append(fact)
        elif capture["kind"] == "capture":
            wishes.append(_retake(fact, capture))
    return wishes, too_early


def _retake(fact: FulfilmentUndone, capture: Mapping[str, Any]) -> Retake:
    before = entry_numbered(capture["account"], capture["seq"] - 1)
    on = local_day(fact.undone_at).isoformat()
    return Retake(
        id=hold_id(fact.redemption_id, fact.undos),
        resident_id=fact.resident_id,
        cause=fact.redemption_id,
        community_code=fact.community_code,
        explanation={"reason": fact.reason, "by": fact.undone_by, "partner_id": fact.partner_id, "on": on},
        amount=-capture["delta"],
        contra=capture["contra"],
        reverses=capture["_id"],
        lots=difference(before["lots"], capture["lots"]),
        undos=fact.undos,
    )


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
