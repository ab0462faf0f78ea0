"""What belongs to a community: the base that its steward entered, and its weeks, counted from the dated deeds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from services.engagement.commands.judging import load_people
from services.engagement.models import HOUSEHOLDS, RESIDENTS, Commons, Neighbour, Week, rulebook_of
from services.engagement.rules import tiers
from services.engagement.rules.tiers import Person, Tier
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, insert_new
from shared.problems import Forbidden
from shared.web import Caller

PAGE = 500
BEGINNING = "2000-01-01"


def set_base(community_code: str, *, by: Caller, residents: int | None = None, households: int | None = None) -> bool:
    """Take a number of residents, or of households, as the base; returns whether there was none before.

    Raises Forbidden for another community than the caller's. The schema sees to it that exactly one number is given.
    """
    _check_own(community_code, by)
    unit, count = (RESIDENTS, residents) if households is None else (HOUSEHOLDS, households)
    _ensure(community_code)
    before = Commons.objects(id=community_code).first()
    if (before.base_unit, before.base_count) != (unit, count):
        entered = {"base_unit": unit, "base_count": count}
        change_one(Commons, where={"_id": community_code}, update={"$set": entered})
        audit(settings().service, act="set-base", by=by.resident_id, about=community_code, detail=entered)
    return before.base_unit is None


def clear_base(community_code: str, *, by: Caller) -> None:
    """Go back to the count of registered residents; Forbidden for another community than the caller's."""
    _check_own(community_code, by)
    where = {"_id": community_code, "base_unit": {"$ne": None}}
    if change_one(Commons, where=where, update={"$unset": {"base_unit": 1, "base_count": 1}}) is not None:
        audit(settings().service, act="clear-base", by=by.resident_id, about=community_code)


def mark_trend(community_code: str, *, since: date | None) -> None:
    """Say that the weeks from `since` on (None: all) have to be counted again; the present week is never stored."""
    today = local_day(utc_now(), settings().zone)
    if since is not None and since >= today - timedelta(days=today.weekday()):
        return
    _ensure(community_code)
    stale = {"$min": {"trend_stale_from": since.isoformat() if since else BEGINNING}, "$inc": {"trend_marks": 1}}
    change_one(Commons, where={"_id": community_code}, update=stale)


def count_weeks() -> None:
    """Count every community's weeks that are missing or no longer right."""
    for community_code in Neighbour.objects.distinct("community_code"):
        _count_weeks_of(community_code)


class WeekCount:
    """The weeks of a community, counted as people pass by, each by the rule version of its day; `store` writes them.

    What is told meanwhile may have been counted by another process already, by which the weeks stored here are the older ones: they
    are marked to be counted again.
    """

    def __init__(self, community_code: str, sundays: Sequence[date] | None = None) -> None:
        self._community_code, self._marks, self._rulebook = community_code, _marks(community_code), rulebook_of(community_code)
        self._reached = {sunday: dict.fromkeys((tier.value for tier in Tier), 0) for sunday in sundays or _sundays()}

    def add(self, neighbours: Mapping[str, Neighbour], people: Mapping[str, Person]) -> None:
        """Count these people, who are the `neighbours` of the same ids, in every week in which they were here."""
        for resident_id, person in people.items():
            for sunday, reached in self._reached.items():
                if _was_here(neighbours[resident_id], sunday):
                    reached[tiers.tier_on(person, sunday, terms=self._rulebook).value] += 1

    def store(self) -> int:
        """Write the weeks; returns how many."""
        for sunday, reached in self._reached.items():
            _store_week(self._community_code, sunday, reached)
        if _marks(self._community_code) != self._marks:
            mark_trend(self._community_code, since=None)
        return len(self._reached)


def pages_of(community_code: str) -> Iterator[dict[str, Neighbour]]:
    """Yield everybody of a community whom engagement knows, in pages by id: {id: neighbour}."""
    last = ""
    while page := list(Neighbour.objects(community_code=community_code, id__gt=last).order_by("id").limit(PAGE)):
        yield {row.id: row for row in page}
        last = page[-1].id


def _check_own(community_code: str, by: Caller) -> None:
    if by.community_code != community_code:
        raise Forbidden("This is another community's.")


def _count_weeks_of(community_code: str) -> None:
    _ensure(community_code)
    commons = Commons.objects(id=community_code).first()
    counted = {week.ends_on for week in Week.objects(community_code=community_code).only("ends_on")}
    stale_from = commons.trend_stale_from or "9999"
    stale = [sunday for sunday in _sundays() if sunday.isoformat() >= stale_from or sunday.isoformat() not in counted]
    if stale:
        _store_weeks(community_code, stale)
    unmarked = {"_id": community_code, "trend_marks": commons.trend_marks}
    change_one(Commons, where=unmarked, update={"$unset": {"trend_stale_from": 1}})


def _sundays() -> list[date]:
    return tiers.last_sundays(local_day(utc_now(), settings().zone), weeks=settings().trend_weeks)


def _store_weeks(community_code: str, sundays: Sequence[date]) -> None:
    weeks = WeekCount(community_code, sundays)
    for neighbours in pages_of(community_code):
        weeks.add(neighbours, load_people(neighbours))
    weeks.store()


def _store_week(community_code: str, sunday: date, reached: dict[str, int]) -> None:
    id_, known = derive_id("week", community_code, sunday.isoformat()), {"base": sum(reached.values()), "counts": reached}
    if not insert_new(Week(id=id_, community_code=community_code, ends_on=sunday.isoformat(), **known)):
        change_one(Week, where={"_id": id_}, update={"$set": known})


def _marks(community_code: str) -> int:
    commons = Commons.objects(id=community_code).only("trend_marks").first()
    return commons.trend_marks if commons else 0


def _was_here(neighbour: Any, day: date) -> bool:
    text = day.isoformat()
    return bool(neighbour.registered_on and neighbour.registered_on <= text and (neighbour.left_on or "9999") > text)


def _ensure(community_code: str) -> None:
    if Commons.objects(id=community_code).only("id").first() is None:
        insert_new(Commons(id=community_code))
