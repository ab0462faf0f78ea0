"""The copy of residents that rewards keeps from identity's facts: a name for the counter, and whether they have left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.rewards.models import Buyer


def enter_buyer(resident_id: str, *, community_code: str, name: str, at: datetime) -> None:
    """Note a resident's name, unless something later than `at` was heard of them before."""
    known = {"community_code": community_code, "name": name, "left": False}
    _hear(resident_id, {"$set": {**known, "heard_at": at}, "$unset": {"leaving_since": ""}}, at=at)


def forget_buyer(resident_id: str, *, community_code: str, at: datetime) -> None:
    """Forget the name of a resident who left, and put them on the sweeper's list."""
    gone = {"community_code": community_code, "left": True, "leaving_since": at}
    _hear(resident_id, {"$set": {**gone, "heard_at": at}, "$unset": {"name": ""}}, at=at)


def _hear(resident_id: str, update: Mapping[str, Any], *, at: datetime) -> None:
    older = {"_id": resident_id, "heard_at": {"$lt": at}}
    try:
        Buyer._get_collection().update_one(older, update, upsert=True)
    except DuplicateKeyError:
        pass  # the copy is as new or newer: the upsert found no older one and may not make a second
