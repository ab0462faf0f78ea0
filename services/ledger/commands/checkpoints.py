"""Checkpoints: what each community's beans add up to, so that nobody has to add them up from the first entry. (ADR 7)

An interval is fixed before it is closed and closed before the next begins, and its checkpoints have ids of their own: a crash in
the middle, or a second worker, does the same again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.ledger.models import POSTED_INDEX, Checkpoint, Entry, JournalMark
from services.ledger.queries.laws import seal
from services.ledger.queries.worth import BEGINNING
from services.ledger.settings import CHECKPOINT_LAG_SECONDS
from shared.mongo import insert_new, settled_now

MARK = "checkpoints"
FIRST: Mapping[str, Any] = {"number": 0, "entries": 0, "totals": {}, "until": BEGINNING, "digest": ""}


def close_interval(*, lag_seconds: float = CHECKPOINT_LAG_SECONDS) -> int:
    """Put what was posted up to `lag_seconds` ago into checkpoints; return how many communities had something.

    The lag outlasts the slowest write: an entry is stamped before it is sent, and none may turn up in a closed interval.
    """
    since, until = _fix_interval(settled_now("ledger") - timedelta(seconds=lag_seconds))
    groups = list(_posted(since, until))
    for group in groups:
        _seal(group, until)
    JournalMark._get_collection().update_one(
        {"_id": MARK, "closing": until}, {"$set": {"until": until, "closing": None}}
    )
    return len(groups)


def _fix_interval(until: datetime) -> tuple[datetime, datetime]:
    """Return the interval that is being closed, beginning a new one only where there is none."""
    marks = JournalMark._get_collection()
    marks.update_one({"_id": MARK}, {"$setOnInsert": {"until": BEGINNING, "closing": None}}, upsert=True)
    marks.update_one({"_id": MARK, "closing": None, "until": {"$lt": until}}, {"$set": {"closing": until}})
    mark = marks.find_one({"_id": MARK})
    return mark["until"], mark["closing"] or mark["until"]


def _posted(since: datetime, until: datetime) -> Any:
    """Return, by community, how many entries of beans were posted from `since` up to `until`, and each contra account's part."""
    by_contra = {"community": "$community_code", "contra": "$contra"}
    return Entry._get_collection().aggregate(
        [
            {"$match": {"unit": "bean", "delta": {"$ne": 0}, "posted_at": {"$gte": since, "$lt": until}}},
            {"$group": {"_id": by_contra, "beans": {"$sum": "$delta"}, "entries": {"$sum": 1}}},
            {"$group": {"_id": "$_id.community", "entries": {"$sum": "$entries"},
                        "rows": {"$push": {"contra": "$_id.contra", "beans": "$beans"}}}},
            {"$sort": {"_id": 1}},
        ],
        hint=POSTED_INDEX,
        allowDiskUse=True,
    )  # fmt: skip


def _seal(group: Mapping[str, Any], until: datetime) -> None:
    checkpoints = Checkpoint._get_collection()
    community_code = group["_id"]
    before = checkpoints.find_one({"community_code": community_code}, sort=[("number", -1)]) or FIRST
    if before["until"] >= until:
        return  # closed already, before a crash or by another worker
    totals = dict(before["totals"])
    for row in group["rows"]:
        totals[row["contra"]] = totals.get(row["contra"], 0) + row["beans"]
    checkpoint = {
        "_id": f"{community_code}:{before['number'] + 1}",
        "community_code": community_code,
        "number": before["number"] + 1,
        "until": until,
        "entries": before["entries"] + group["entries"],
        "totals": totals,
    }
    insert_new(Checkpoint._from_son({**checkpoint, "digest": seal(checkpoint, before["digest"])}))
