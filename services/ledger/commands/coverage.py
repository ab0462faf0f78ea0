"""Keeping a record of each day's coverage: for everybody to see how it went, and for pauses to be decided on. (ADR 14)"""

from pymongo.errors import DuplicateKeyError

from services.ledger.models import CoverageDay, Member, Shelf
from services.ledger.queries.worth import figures_now
from shared.clock import utc_now


def record_coverage() -> int:
    """Write today's record of every community as it stands now; return how many there are. Days that are over stay as they are."""
    codes = sorted({*Member.objects.distinct("community_code"), *Shelf.objects.distinct("community_code")})
    for record in figures_now(codes, utc_now(), at_leisure=True):
        _keep(record)
    return len(codes)


def _keep(record: CoverageDay) -> None:
    """Keep a record, unless a later one of the same day is kept already."""
    row = record.to_mongo().to_dict()
    key = row.pop("_id")
    try:
        CoverageDay._get_collection().update_one(
            {"_id": key, "as_of": {"$not": {"$gte": record.as_of}}}, {"$set": row}, upsert=True
        )
    except DuplicateKeyError:
        pass  # another worker looked later
