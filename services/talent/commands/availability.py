"""When a talent can be asked, in which languages, and until when they rest: said by themselves, or by the office for them."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.talent.models import LEFT, Talent
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one
from shared.problems import Forbidden, Invalid, NotFound
from shared.web import Caller

REST_DAYS_MAX = 730


@dataclass(frozen=True, kw_only=True)
class Availability:
    """What is said: weekdays' parts, languages by code, and the last day of a rest, if there is one."""

    free_times: tuple[str, ...]
    languages: tuple[str, ...]
    resting_until: date | None = None


def say_availability(resident_id: str, said: Availability, *, by: Caller) -> Talent:
    """Keep what is said of a talent instead of what was said before; the same again changes nothing but the date.

    Raises Forbidden to neighbours, NotFound outside the registry, Invalid for a rest that is over or far too long.
    """
    if by.resident_id != resident_id and not by.may_write_staff:
        raise Forbidden("A talent's free time is said by them, or by the office for them.")
    _check_rest(said.resting_until)
    now = utc_now()
    update = {
        "free_times": list(said.free_times),
        "languages": list(said.languages),
        "resting_until": said.resting_until and said.resting_until.isoformat(),
        "availability": {"said_by": by.by_id, "said_at": now},
    }
    where = {"_id": resident_id, "community_code": by.community_code, "status": {"$ne": LEFT}}
    changed: Talent | None = change_one(Talent, where=where, update={"$set": update})
    if changed is None:
        raise NotFound()
    if by.resident_id != resident_id:
        detail = {name: update[name] for name in ("free_times", "languages", "resting_until")}
        audit(settings().service, act="availability-said", by=by.resident_id, about=resident_id, detail=detail)
    return changed


def _check_rest(until: date | None) -> None:
    if until is None:
        return
    today = local_day(utc_now(), settings().zone)
    if not today <= until <= today + timedelta(days=REST_DAYS_MAX):
        raise Invalid(errors={"/resting_until": "Must be a day to come, within two years."})
