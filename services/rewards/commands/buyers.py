"""The copy of residents that rewards keeps from identity's facts: a name for the counter, a household for limits, and
whether they have left.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.rewards.models import Buyer


def enter_buyer(
    resident_id: str, *, community_code: str, name: str, at: datetime, household_id: str | None = None
) -> None:
    """Note a resident's name and household, unless something later than `at` was heard of them before."""
    known = {"community_code": community_code, "name": name, "left": False}
    _hear(resident_id, {"$set": {**known, "heard_at": at}, "$unset": {"leaving_since": ""}}, at=at, by="heard_at")
    move_buyer(resident_id, community_code=community_code, household_id=household_id, at=at)


def move_buyer(resident_id: str, *, community_code: str, household_id: str | None, at: datetime) -> None:
    """Note in which household a resident lives (None: in none that is known); the name is left as it was heard."""
    known = {"community_code": community_code, "household_id": household_id, "household_heard_at": at}
    _hear(resident_id, {"$set": known}, at=at, by="household_heard_at")


def forget_buyer(resident_id: str, *, community_code: str, at: datetime) -> None:
    """Forget the name and household of a resident who left, and put them on the sweeper's list."""
    gone = {"community_code": community_code, "left": True, "leaving_since": at}
    _hear(resident_id, {"$set": {**gone, "heard_at": at}, "$unset": {"name": ""}}, at=at, by="heard_at")
    move_buyer(resident_id, community_code=community_code, household_id=None, at=at)


def _hear(resident_id: str, update: Mapping[str, Any], *, at: datetime, by: str) -> None:
    """Update a resident of whom nothing as new as `at` was heard yet, by the clock in the field `by`."""
    older = {"_id": resident_id, "$or": [{by: {"$lt": at}}, {by: {"$exists": False}}]}
    try:
        Buyer._get_collection().update_one(older, update, upsert=True)
    except DuplicateKeyError:
        pass  # the copy is as new or newer: the upsert found no older one and may not make a second
