"""Who was asked to what, what they answered, whether it worked; and what keeps from asking somebody now.

Whether an ask worked is computed from the deeds whenever somebody looks: a record that proves wrong counts no more.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from services.engagement.commands.judging import deeds_of_each
from services.engagement.errors import AskNotFound
from services.engagement.models import AskingWish, Invitation, Neighbour, Occasion
from services.engagement.queries.words import ASKS, explained
from services.engagement.rules import asking
from services.engagement.rules.asking import Answer, Asked, Closed, Limits, Listing, Outcome
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.problems import Forbidden
from shared.web import Caller, decode_cursor, encode_cursor, page_of

COUNTED_DAYS = 180
COUNTED_MAX = 5000
SHOWN = ("id", "resident_id", "act", "step", "activity_id", "grid_code", "made_at", "closes_on", "answer", "answered_at")

Shown = dict[str, Any]


def asks(wanted: Mapping[str, Any], *, viewer: Caller) -> Shown:
    """Return a page of the viewer's own asks, or for staff (without `mine`) the community's, newest first. `wanted` may have step."""
    where: Shown = {"community_code": viewer.community_code}
    if wanted.get("mine") or not viewer.is_staff:
        where["resident_id"] = viewer.resident_id
    if wanted.get("step"):
        where["step"] = wanted["step"]
    if key := decode_cursor(wanted["cursor"], str):
        where["_id"] = {"$lt": key[0]}
    rows = list(Invitation.objects(__raw__=where).order_by("-id").limit(wanted["limit"] + 1))
    shown = rows[: wanted["limit"]]
    return page_of(_shown(shown, viewer), encode_cursor(shown[-1].id) if len(rows) > len(shown) else None)


def one_ask(ask_id: str, *, viewer: Caller) -> Shown:
    """Return one ask, to whom it was put and to the staff. Raises AskNotFound."""
    found = Invitation.objects(id=ask_id, community_code=viewer.community_code).first()
    if found is None or not viewer.may_see(found.resident_id):
        raise AskNotFound
    (shown,) = _shown([found], viewer)
    return shown


def ask_outcomes(community_code: str, *, viewer: Caller) -> Shown:
    """Return for each list how many were asked lately and how many asks worked, next to how many of those who stood on the same list on
    the same day, and were not asked, came by themselves in the same time.
    """
    if viewer.community_code != community_code:
        raise Forbidden("This is another community's.")
    since = (_today() - timedelta(days=COUNTED_DAYS)).isoformat()
    rows = list(Invitation.objects(community_code=community_code, made_on__gte=since).order_by("-made_at").limit(COUNTED_MAX))
    deeds = deeds_of_each({*(row.resident_id for row in rows), *(peer for row in rows for peer in row.peers)})
    return {"since": since, "days": settings().ask_days, "items": [_counted(step, rows, deeds) for step in Listing]}


def asking_state(resident_id: str, *, viewer: Caller) -> Shown:
    """Return whether a resident wishes not to be asked, to themselves and the staff."""
    if not viewer.may_see(resident_id):
        raise Forbidden()
    rows = Invitation.objects(resident_id=resident_id, community_code=viewer.community_code)
    return {"resident_id": resident_id, "open": not _wishes_not(rows, AskingWish.objects(id=resident_id).first())}


def why_closed(neighbour: Neighbour) -> Closed | None:
    """Return what keeps from asking this resident today, None if nothing does."""
    return why_closed_each({neighbour.id: neighbour})[neighbour.id]


def why_closed_each(neighbours: Mapping[str, Neighbour]) -> dict[str, Closed | None]:
    """Return what keeps from asking each of these residents today."""
    found: dict[str, list[Invitation]] = {}
    for row in Invitation.objects(resident_id__in=list(neighbours)):
        found.setdefault(row.resident_id, []).append(row)
    wishes = {row.id: row for row in AskingWish.objects(id__in=list(neighbours))}
    today, limits = _today(), Limits(settings().asks_in_a_time, settings().ask_days)
    return {
        id_: asking.closed_by(
            [_asked(row) for row in found.get(id_, ())], today=today, has_consent=bool(neighbour.may_contact),
            asked_not_to=_wishes_not(found.get(id_, ()), wishes.get(id_)), limits=limits,
        )
        for id_, neighbour in neighbours.items()
    }  # fmt: skip


def _wishes_not(rows: Iterable[Invitation], wish: AskingWish | None) -> bool:
    """Tell whether the last that somebody said of it was that they do not want to be asked."""
    said = [(row.answered_at, False) for row in rows if row.answer == Answer.NEVER]
    said += [(wish.at, wish.open)] if wish else []
    return bool(said) and not max(said)[1]


def _asked(row: Invitation) -> Asked:
    return Asked(row.act, date.fromisoformat(row.made_on), date.fromisoformat(row.closes_on), row.activity_id, row.answer)


def _shown(rows: Sequence[Invitation], viewer: Caller) -> list[Shown]:
    ids = {row.resident_id for row in rows} | ({row.made_by for row in rows} if viewer.is_staff else set())
    names = {row.id: row.name for row in Neighbour.objects(id__in=list(ids)).only("id", "name")}
    activities = {row.id: row for row in Occasion.objects(id__in=[row.activity_id for row in rows if row.activity_id])}
    deeds, today = deeds_of_each({row.resident_id for row in rows}), _today()
    told = [(row, activities.get(row.activity_id), _judged(row, deeds.get(row.resident_id, ()), today)) for row in rows]
    return [_show(row, activity, judged, names, viewer) for row, activity, judged in told]


def _judged(row: Invitation, deeds: Any, today: date) -> Shown:
    ask = _asked(row)
    found = asking.outcome(ask, deeds, today=today, days=settings().ask_days)
    return {"waits": asking.is_open(ask, today), "outcome": found.value}


def _show(row: Invitation, activity: Occasion | None, judged: Shown, names: Mapping[str, str], viewer: Caller) -> Shown:
    sentence = explained(row.act if activity else f"{row.act}_plain", ASKS, {"title": activity.title if activity else ""})
    return {
        **{name: getattr(row, name) for name in SHOWN},
        "name": names.get(row.resident_id),
        "made_by": row.made_by if viewer.is_staff else None,
        "made_by_name": names.get(row.made_by) if viewer.is_staff else None,
        "title": activity.title if activity else None,
        "starts_at": activity.starts_at if activity else None,
        "place": activity.place if activity else None,
        **judged,
        "text_zh": sentence["text_zh"],
        "text_en": sentence["text_en"],
    }  # fmt: skip


def _counted(step: Listing, rows: Iterable[Invitation], deeds: Mapping[str, Any]) -> Shown:
    """Count one list. A peer of several asks counts with each: each is compared with its own day."""
    own, today, days = [row for row in rows if row.step == step], _today(), settings().ask_days
    outcomes = Counter(
        asking.outcome(_asked(row), deeds.get(row.resident_id, ()), today=today, days=days) for row in own
    )
    over = [row for row in own if date.fromisoformat(row.made_on) + timedelta(days=days) < today]
    asked = _asked_when(rows)
    peers = [(peer, date.fromisoformat(row.made_on)) for row in over for peer in row.peers]
    free = [(peer, on) for peer, on in peers if not any(abs((on - other).days) <= days for other in asked.get(peer, ()))]
    came = sum(asking.came_by_themselves(deeds.get(peer, ()), made_on=on, days=days) for peer, on in free)
    return {
        "step": step.value, "asked": len(own), **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "peers": len(free), "peers_came": came,
    }  # fmt: skip


def _asked_when(rows: Iterable[Invitation]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for row in rows:
        found.setdefault(row.resident_id, []).append(date.fromisoformat(row.made_on))
    return found


def _today() -> date:
    return local_day(utc_now(), settings().zone)
