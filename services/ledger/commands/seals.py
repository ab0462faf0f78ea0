"""Sealing: once a day is over, all that was posted on it is put under one Merkle root, chained to the day before. (ADR 11)

A day is sealed when no write of it can still be under way. What is sealed follows from the journal alone, so a crash, or a second
worker, makes the same seal again.
"""

from datetime import date, timedelta

from services.ledger.models import POSTED_INDEX, DaySeal, Entry, JournalMark, SealedLeaves
from services.ledger.queries.seals import leaves_on
from services.ledger.settings import CHECKPOINT_LAG_SECONDS, LEAVES_PART
from shared.clock import bounds, local_day, utc_now
from shared.merkle import root_of, seal_digest
from shared.mongo import insert_new, settled_now

MARK = "seals"


def seal_days(*, lag_seconds: float = CHECKPOINT_LAG_SECONDS) -> int:
    """Seal every day that is over and not sealed yet; return how many seals were made."""
    made, last = 0, local_day(settled_now("ledger") - timedelta(seconds=lag_seconds)) - timedelta(days=1)
    while (day := _next_day()) is not None and day <= last:
        made += sum(_seal(community_code, day) for community_code in _communities(day))
        JournalMark.objects(id=MARK).update_one(set__until=bounds(day)[1], upsert=True)
    return made


def _next_day() -> date | None:
    """Return the first day after those sealed on which anything was posted; None where there is none."""
    mark = JournalMark.objects(id=MARK).first()
    since = {"posted_at": {"$gte": mark.until}} if mark else {}
    row = Entry._get_collection().find_one(since, {"posted_at": 1}, sort=[("posted_at", 1)], hint=POSTED_INDEX)
    return local_day(row["posted_at"]) if row else None


def _communities(day: date) -> list[str]:
    start, end = bounds(day)
    found = Entry._get_collection().aggregate(
        [{"$match": {"posted_at": {"$gte": start, "$lt": end}}}, {"$group": {"_id": "$community_code"}}], hint=POSTED_INDEX
    )
    return sorted(row["_id"] for row in found)


def _seal(community_code: str, day: date) -> int:
    """Make one seal; 1 if it is new. Its list of entries is written first: a seal without its list would prove nothing."""
    seal_id, before = f"{community_code}:{day.isoformat()}", _newest(community_code)
    if before is not None and before.day >= day.isoformat():
        return 0
    ids, leaves = leaves_on(community_code, day)
    for part, at in enumerate(range(0, len(ids), LEAVES_PART)):
        hashes = b"".join(leaves[at : at + LEAVES_PART])
        row = {"_id": f"{seal_id}:{part}", "seal_id": seal_id, "part": part, "ids": ids[at : at + LEAVES_PART], "hashes": hashes}
        SealedLeaves._get_collection().replace_one({"_id": row["_id"]}, row, upsert=True)
    content = {
        "community_code": community_code,
        "number": before.number + 1 if before else 1,
        "day": day.isoformat(),
        "entries": len(ids),
        "root": root_of(leaves).hex(),
        "before": before.digest if before else "",
    }
    return int(insert_new(DaySeal(id=seal_id, digest=seal_digest(content), sealed_at=utc_now(), **content)))


def _newest(community_code: str) -> DaySeal | None:
    newest: DaySeal | None = DaySeal.objects(community_code=community_code).order_by("-number").first()
    return newest
