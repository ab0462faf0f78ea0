"""Rounds of commendations: opened with what is awarded and until when people are proposed, and closed before that day if need be."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from services.talent.models import CommendationRound
from services.talent.rules.calling import OPEN_DAYS_MAX
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller


@dataclass(frozen=True, kw_only=True)
class RoundWanted:
    """What a round awards, by whom (`grantor_kind` of GRANTORS), for deeds of which days, and until when people are proposed."""

    title: str
    grantor_kind: str
    grantor: str
    since: date
    until: date
    about: str
    open_until: date

    @property
    def digest(self) -> str:
        """What tells the same round from another."""
        return digest(asdict(self))


def open_round(round_id: str, wanted: RoundWanted, *, by: Caller) -> tuple[CommendationRound, bool]:
    """Open a round → (round, whether it is new). Raises IdInUse, and Invalid for a last day that is over or too far off."""
    if known := CommendationRound.objects(id=round_id).first():
        return _same(known, wanted, by=by), False
    today = local_day(utc_now(), settings().zone)
    if not today <= wanted.open_until <= today + timedelta(days=OPEN_DAYS_MAX):
        raise Invalid(errors={"/open_until": f"A day from today on, within {OPEN_DAYS_MAX} days, is expected."})
    days = {name: getattr(wanted, name).isoformat() for name in ("since", "until", "open_until")}
    made = CommendationRound(
        id=round_id, request_digest=wanted.digest, community_code=by.community_code, opened_by=by.resident_id, opened_at=utc_now(),
        **{**asdict(wanted), **days},
    )  # fmt: skip
    if not insert_new(made):
        return _same(CommendationRound.objects(id=round_id).first(), wanted, by=by), False
    audit(settings().service, act="open-commendation-round", by=by.resident_id, about=round_id, detail={"title": wanted.title})
    return made, True


def close_round(round_id: str, *, by: Caller) -> CommendationRound:
    """Take no more proposals; the same again changes nothing. Raises RoundNotFound."""
    where = {"_id": round_id, "community_code": by.community_code, "closed_at": None}
    closed = {"closed_by": by.resident_id, "closed_at": utc_now()}
    if changed := change_one(CommendationRound, where=where, update={"$set": closed}):
        audit(settings().service, act="close-commendation-round", by=by.resident_id, about=round_id)
        return changed
    return CommendationRound.of(by.community_code, round_id)


def _same(known: CommendationRound, wanted: RoundWanted, *, by: Caller) -> CommendationRound:
    if (known.community_code, known.request_digest) != (by.community_code, wanted.digest):
        raise IdInUse()
    return known
