"""Keeping copies of members and shelves, and adopting rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.ledger.commands.rulebook import forget_rules
from services.ledger.errors import RuleTooEarly, RuleVersionTaken
from services.ledger.models import EarningRules, Member, Shelf
from services.ledger.rules import DEFAULT_RULES
from shared.clock import local_day, utc_now
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.rewards import StockChanged
from shared.mongo import audit, digest, insert_new
from shared.web import Caller


def enter_member(fact: ResidentRegistered) -> None:
    """Keep a copy of a resident; one who is known already stays as they are, but for what a later fact could not know."""
    Member._get_collection().update_one(
        {"_id": fact.resident_id},
        {
            "$set": {
                "community_code": fact.community_code,
                "invited_by": fact.invited_by,
                "registered_at": fact.registered_at,
            },
            "$setOnInsert": {"household_id": fact.household_id, "left": False},
        },
        upsert=True,
    )


def move_member(fact: ResidentMoved) -> None:
    """Note a resident's new household."""
    Member._get_collection().update_one(
        {"_id": fact.resident_id},
        {
            "$set": {"household_id": fact.household_id},
            "$setOnInsert": {"community_code": fact.community_code, "left": False},
        },
        upsert=True,
    )


def forget_member(fact: ResidentLeft) -> None:
    """Keep only the bare id of a resident who left: the journal stays whole under it."""
    Member._get_collection().update_one(
        {"_id": fact.resident_id},
        {
            "$set": {"left": True, "community_code": fact.community_code},
            "$unset": {"household_id": "", "invited_by": ""},
        },
        upsert=True,
    )


def change_shelf(fact: StockChanged) -> None:
    """Note what a reward is worth in stock, unless a later revision is known."""
    row = {
        "community_code": fact.community_code,
        "price_beans": fact.price_beans,
        "stock": fact.stock,
        "offered": fact.offered,
    }
    try:
        Shelf._get_collection().update_one(
            {"_id": fact.reward_id, "revision": {"$lt": fact.revision}},
            {"$set": {**row, "revision": fact.revision}},
            upsert=True,
        )
    except DuplicateKeyError:
        pass  # a later revision stands already


def adopt_rules(
    version: int, *, applies_from: date, numbers: Mapping[str, Any], by: Caller
) -> tuple[EarningRules, bool]:
    """Adopt the next version of the caller's community's rules; the same again changes nothing.

    RuleTooEarly if it would apply to days already past, RuleVersionTaken if the number is not free or not the next one.
    """
    document = EarningRules(
        id=f"{by.community_code}:{version}", community_code=by.community_code, version=version, applies_from=applies_from,
        numbers=dict(numbers), adopted_by=by.resident_id, adopted_at=utc_now(),
        request_digest=digest({"applies_from": applies_from, **numbers}),
    )  # fmt: skip
    known = EarningRules.objects(id=document.id).first()
    if known is None:
        _refuse_misfit(by.community_code, version, applies_from)
        if insert_new(document):
            forget_rules(by.community_code)
            audit(
                "ledger",
                act="rules adopted",
                by=by.resident_id,
                about=document.id,
                detail={"applies_from": applies_from.isoformat()},
            )
            return document, True
        known = EarningRules.objects.get(id=document.id)
    if known.request_digest != document.request_digest:
        raise RuleVersionTaken(f"Version {version} was adopted with other numbers.")
    return known, False


def _refuse_misfit(community_code: str, version: int, applies_from: date) -> None:
    newest = EarningRules.objects(community_code=community_code).order_by("-version").first()
    expected = (newest.version if newest else DEFAULT_RULES.version) + 1
    if version != expected:
        raise RuleVersionTaken(f"The next version is {expected}.")
    if applies_from < local_day(utc_now()):
        raise RuleTooEarly(errors={"/applies_from": "Rules apply from today forward, never backward."})
