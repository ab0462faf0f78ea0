"""Calls for capable residents: written, and closed before their day where enough have answered."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.talent.errors import CallNotFound
from services.talent.models import Call
from services.talent.rules.calling import OPEN_DAYS_MAX
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a call says: title, what it is for, the skills looked for (codes), and the last day on which it is open."""

    title: str
    purpose: str
    skills: tuple[str, ...]
    open_until: date

    @property
    def digest(self) -> str:
        """What tells the same call from another."""
        told = {"title": self.title, "purpose": self.purpose, "skills": list(self.skills), "open_until": self.open_until}
        return digest(told)


def call_for(call_id: str, wanted: Wanted, *, by: Caller) -> tuple[Call, bool]:
    """Call for capable residents → (call, whether it is new). Raises IdInUse, and Invalid for a day that is over or too far off."""
    if known := Call.objects(id=call_id).first():
        return _same(known, wanted, by=by), False
    today = local_day(utc_now(), settings().zone)
    if not today <= wanted.open_until <= today + timedelta(days=OPEN_DAYS_MAX):
        raise Invalid(errors={"/open_until": f"A day from today on, within {OPEN_DAYS_MAX} days, is expected."})
    call = Call(
        id=call_id,
        request_digest=wanted.digest,
        community_code=by.community_code,
        title=wanted.title,
        purpose=wanted.purpose,
        skills=[*wanted.skills],
        open_until=wanted.open_until.isoformat(),
        called_by=by.resident_id,
        called_at=utc_now(),
    )
    if not insert_new(call):
        return _same(Call.objects(id=call_id).first(), wanted, by=by), False
    audit(settings().service, act="call", by=by.resident_id, about=call_id, detail={"title": wanted.title})
    return call, True


def close_call(call_id: str, *, by: Caller) -> Call:
    """Close a call at once; the same again changes nothing. Raises CallNotFound."""
    closed = {"closed_by": by.resident_id, "closed_at": utc_now()}
    where = {"_id": call_id, "community_code": by.community_code, "closed_at": None}
    if changed := change_one(Call, where=where, update={"$set": closed}):
        audit(settings().service, act="close-call", by=by.resident_id, about=call_id)
        return changed
    return call_of(by.community_code, call_id)


def call_of(community_code: str, call_id: str) -> Call:
    """Return a community's call; CallNotFound if it has none of this id."""
    found: Call | None = Call.objects(id=call_id, community_code=community_code).first()
    if found is None:
        raise CallNotFound()
    return found


def _same(known: Call, wanted: Wanted, *, by: Caller) -> Call:
    if (known.community_code, known.request_digest) != (by.community_code, wanted.digest):
        raise IdInUse()
    return known
