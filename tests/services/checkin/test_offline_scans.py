"""Scans that come late, twice and in any order, against a model of a few lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.checkin.commands import cards, check_ins
from services.checkin.models import CheckIn
from shared.clock import utc_now
from shared.ids import new_id
from shared.web import Caller

PEOPLE, NOBODYS = 3, "a card that was never printed"
Told = tuple[str, str | None]

scans = st.lists(st.tuples(st.integers(0, PEOPLE), st.integers(0, 50)), min_size=1, max_size=8)
"""Whose card (PEOPLE: nobody's), and how many minutes ago it was scanned."""
orders = st.lists(st.integers(0, 7) | st.tuples(st.just("revoke"), st.integers(0, PEOPLE - 1)), min_size=1, max_size=24)
"""Which scan is uploaded next, again and again, and between them whose card is printed anew."""


@dataclass
class Model:
    """What must come of it: the first upload of a scan decides, and its answer stays."""

    answers: dict[int, Told] = field(default_factory=dict)
    came: dict[int, int] = field(default_factory=dict)
    revoked: set[int] = field(default_factory=set)

    def upload(self, number: int, person: int) -> Told:
        """Return what the upload of a scan must be answered."""
        if number not in self.answers:
            self.answers[number] = self._judged(number, person)
        return self.answers[number]

    def _judged(self, number: int, person: int) -> Told:
        if person == PEOPLE:
            return "refused", "wrong_code"
        if person in self.revoked:
            return "refused", "card_revoked"
        if person in self.came:
            return "refused", "already_checked_in"
        self.came[person] = number
        return "accepted", None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=scans, order=orders)
def test_a_scan_is_answered_once_however_late_often_and_in_whatever_order_it_comes(
    api: FlaskClient, community: str, person: Callable[..., str], announced: Callable[..., Any], story: list[tuple[int, int]],
    order: list[Any],
) -> None:  # fmt: skip
    organizer = Caller(resident_id=new_id(), community_code=community, roles=frozenset({"organizer"}))
    people = [person(f"居民{number}") for number in range(PEOPLE)]
    tokens = [*(cards.issue_card(organizer, who).token for who in people), NOBODYS]
    activity, now, model = announced(), utc_now(), Model()
    ids, times = [new_id() for _ in story], [now - timedelta(minutes=ago) for _, ago in story]

    def upload(number: int) -> Told:
        wanted = {"activity_id": activity["id"], "method": "card", "code": tokens[story[number][0]], "arrived_at": times[number]}
        row = check_ins.check_in(organizer, ids[number], wanted)[0]
        return row["status"], row.get("refusal")

    for step in order:
        if isinstance(step, tuple):
            cards.issue_card(organizer, people[step[1]])
            model.revoked.add(step[1])
        elif step < len(story):
            assert upload(step) == model.upload(step, story[step][0])

    assert _came(activity["id"]) == {people[who]: (ids[number], _stored(times[number])) for who, number in model.came.items()}


def _came(activity_id: str) -> dict[str, tuple[str, datetime]]:
    rows = CheckIn.objects(activity_id=activity_id, status="accepted")
    assert len(rows) == len({row.resident_id for row in rows})
    return {row.resident_id: (row.id, row.arrived_at) for row in rows}


def _stored(moment: datetime) -> datetime:
    """Return a moment as the database keeps it: to the millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
