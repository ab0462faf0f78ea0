"""What is remembered of a talent's deeds and of being asked: just enough to ask somebody else the next time."""

from collections.abc import Iterable
from datetime import date

from pymongo import UpdateOne

from services.talent.errors import NotInRegistry
from services.talent.models import ACTIVE, LEFT, Talent
from services.talent.settings import settings
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.problems import NotFound
from shared.web import Caller

ASKS_MAX = 30


def keep_deeds(deeds: Iterable[tuple[str, date]]) -> set[str]:
    """Keep the day of each talent's newest service, from (resident id, day), and return who of them are talents: others' deeds are left
    to who owns them. Safe to repeat."""
    newest: dict[str, date] = {}
    for resident_id, day in deeds:
        newest[resident_id] = max(day, newest.get(resident_id, day))
    talents = Talent._get_collection()
    rows = talents.find({"_id": {"$in": sorted(newest)}, "status": {"$ne": LEFT}}, {"_id": 1})
    known = {row["_id"] for row in rows}
    later = [
        UpdateOne({"_id": id_, "status": {"$ne": LEFT}}, {"$max": {"last_served_on": newest[id_].isoformat()}}) for id_ in sorted(known)
    ]
    if later:
        talents.bulk_write(later, ordered=False)
    return known


def note_ask(resident_id: str, ask_id: str, *, by: Caller) -> tuple[Talent, bool]:
    """Note that somebody of the office called a talent; returns the entry and whether it is noted now. The same id again notes nothing.

    Raises NotFound outside the caller's community and NotInRegistry for one who is off the registry.
    """
    talent = Talent.objects(id=resident_id, community_code=by.community_code, status__ne=LEFT).first()
    if talent is None:
        raise NotFound()
    if any(ask["id"] == ask_id for ask in talent.asks):
        return talent, False
    if talent.status != ACTIVE:
        raise NotInRegistry()
    ask = {"id": ask_id, "at": utc_now(), "by": by.resident_id}
    where = {"_id": resident_id, "status": ACTIVE, "asks.id": {"$ne": ask_id}}
    noted = change_one(Talent, where=where, update={"$push": {"asks": {"$each": [ask], "$slice": -ASKS_MAX}}})
    if noted is None:
        return note_ask(resident_id, ask_id, by=by)  # somebody else wrote meanwhile: look again
    audit(settings().service, act="talent-asked", by=by.resident_id, about=resident_id, detail={"ask_id": ask_id})
    return noted, True
