"""Keeping copies of members and shelves. Facts may come twice and in any order: each write is guarded by what it leaves."""

from collections.abc import Mapping
from typing import Any

from mongoengine import Document
from pymongo.errors import DuplicateKeyError

from services.ledger.models import Member, Shelf
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered, RolesGiven
from shared.events.rewards import StockChanged

STILL_HERE = {"left": {"$ne": True}}


def enter_member(fact: ResidentRegistered) -> None:
    """Keep a copy of a resident; what a later fact has told of the household stays."""
    row = {
        "community_code": fact.community_code,
        "invited_by": fact.invited_by,
        "registered_at": fact.registered_at,
    }
    first = {"household_id": fact.household_id, "left": False}
    _keep(Member, {"_id": fact.resident_id, **STILL_HERE}, {"$set": row, "$setOnInsert": first})


def move_member(fact: ResidentMoved) -> None:
    """Note a resident's new household, unless a later move is known."""
    no_later = {"household_since": {"$not": {"$gte": fact.moved_at}}}
    row = {"household_id": fact.household_id, "household_since": fact.moved_at}
    first = {"community_code": fact.community_code, "left": False}
    _keep(Member, {"_id": fact.resident_id, **STILL_HERE, **no_later}, {"$set": row, "$setOnInsert": first})


def note_roles(fact: RolesGiven) -> None:
    """Note what a resident may do, unless something later is known."""
    no_later = {"roles_since": {"$not": {"$gte": fact.given_at}}}
    row = {"roles": fact.roles, "roles_since": fact.given_at}
    first = {"community_code": fact.community_code, "left": False}
    _keep(Member, {"_id": fact.resident_id, **STILL_HERE, **no_later}, {"$set": row, "$setOnInsert": first})


def forget_member(fact: ResidentLeft) -> None:
    """Keep only the bare id of a resident who left: the journal stays whole under it."""
    row = {"left": True, "community_code": fact.community_code, "heir_id": fact.heir_id}
    forgotten = dict.fromkeys(("household_id", "household_since", "invited_by", "roles", "roles_since"), "")
    _keep(Member, {"_id": fact.resident_id, **STILL_HERE}, {"$set": {**row, "closed": False}, "$unset": forgotten})


def change_shelf(fact: StockChanged) -> None:
    """Note what a reward is worth in stock, unless a later revision is known."""
    row = {
        "community_code": fact.community_code,
        "price_beans": fact.price_beans,
        "stock": fact.stock,
        "offered": fact.offered,
        "revision": fact.revision,
    }
    _keep(Shelf, {"_id": fact.reward_id, "revision": {"$lt": fact.revision}}, {"$set": row})


def _keep(document: type[Document], where: Mapping[str, Any], update: Mapping[str, Any]) -> None:
    """Change the copy, or make it; where it stands and the guard does not match, something later is known already."""
    try:
        document._get_collection().update_one(where, update, upsert=True)
    except DuplicateKeyError:
        pass
