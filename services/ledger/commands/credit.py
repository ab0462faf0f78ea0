"""Statements of community credit: made by their owner, for whom they choose to show them to, and withdrawn by them at any time."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.ledger.errors import NoSuchStatement
from services.ledger.models import CreditStatement, Member
from services.ledger.queries.credit import credit_of
from services.ledger.settings import STATEMENT_GOOD_DAYS
from shared.clock import utc_now
from shared.mongo import insert_new
from shared.problems import Forbidden, IdInUse
from shared.web import Caller


def state_credit(statement_id: str, *, shown_name: str, by: Caller) -> tuple[CreditStatement, bool]:
    """Make a statement of the caller's own credit as it stands now → (statement, created). Its id is the code to check it by."""
    if (known := CreditStatement.objects(id=statement_id).first()) is not None:
        return _own(known, by), False
    if Member.objects(id=by.resident_id, community_code=by.community_code, left__ne=True).first() is None:
        raise Forbidden("Only residents have community credit.")
    now = utc_now()
    made = CreditStatement(
        id=statement_id, resident_id=by.resident_id, community_code=by.community_code, shown_name=shown_name, made_at=now,
        good_until=now + timedelta(days=STATEMENT_GOOD_DAYS), **credit_of(by.resident_id),
    )  # fmt: skip
    if insert_new(made):
        return made, True
    return _own(CreditStatement.objects.get(id=statement_id), by), False


def withdraw_statement(statement_id: str, *, by: Caller) -> None:
    """Withdraw one's own statement: from now on its code says nothing but that. Again changes nothing."""
    found = CreditStatement.objects(id=statement_id, resident_id=by.resident_id).first()
    if found is None:
        raise NoSuchStatement()
    nothing: Mapping[str, Any] = {"contribution": 0, "integrity": 0, "kept": 0, "missed": 0, "shown_name": ""}
    where = {"_id": statement_id, "withdrawn_at": None}
    CreditStatement._get_collection().update_one(where, {"$set": {"withdrawn_at": utc_now(), **nothing}})


def _own(known: CreditStatement, by: Caller) -> CreditStatement:
    if known.resident_id != by.resident_id:
        raise IdInUse()
    return known
