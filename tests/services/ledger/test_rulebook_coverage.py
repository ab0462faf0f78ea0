"""The daily record of coverage, on the real database: today's moves, the days before stand, and everybody may read it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.ledger import commands
from services.ledger.models import CoverageDay
from services.ledger.queries import worth
from services.ledger.rules import DEFAULT_RULES, NUMBERS
from shared.clock import local_day, utc_now
from shared.events.rewards import StockChanged
from shared.ids import new_id
from tests.services.ledger.facts import fulfilled, hours, registered, requested, withdrawn

As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]
TODAY = local_day(utc_now())


@pytest.fixture(scope="module")
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("ledger")


@pytest.fixture
def community(api: FlaskClient, deliver: Deliver) -> str:
    """A community of one resident, with six beans' worth on the shelf."""
    code = f"K-{new_id()[-8:]}"
    deliver("ledger", registered(new_id(), community_code=code))
    deliver("ledger", stocked(code, 3))
    return code


def stocked(community_code: str, stock: int, *, reward_id: str | None = None, revision: int = 1) -> StockChanged:
    return StockChanged(
        reward_id=reward_id or new_id(), community_code=community_code, partner_id=new_id(), price_beans=2, stock=stock,
        reserved=0, sold=0, offered=True, revision=revision, changed_at=utc_now(),
    )  # fmt: skip


def record(community_code: str, *, days_ago: int = 0) -> CoverageDay:
    day = (TODAY - timedelta(days=days_ago)).isoformat()
    return CoverageDay.objects.get(id=f"{community_code}:{day}")


def shown(api: FlaskClient, community_code: str) -> Any:
    worth._coverage.clear()  # it may be some seconds old for others
    return api.get(f"/api/v1/communities/{community_code}/coverage").json


def test_todays_record_follows_what_is_posted_and_counts_what_was_issued(deliver: Deliver, community: str) -> None:
    me = new_id()
    deliver("ledger", hours(me, community_code=community))
    commands.record_coverage()
    before = record(community)
    wish = requested(me, 4, community_code=community)
    wrong = hours(me, community_code=community)
    for fact in (hours(me, community_code=community), wish, fulfilled(wish), wrong):
        deliver("ledger", fact)
    deliver("ledger", withdrawn_in(wrong, community))

    commands.record_coverage()
    after = record(community)

    assert (before.outstanding_beans, before.stock_value_beans, before.issued_month_beans) == (10, 6, 10)
    assert (after.outstanding_beans, after.issued_month_beans, after.issued_beans) == (16, 20, 20)


def withdrawn_in(fact: Any, community_code: str) -> Any:
    return type(told := withdrawn(fact))(**{**told.__dict__, "community_code": community_code})


def test_the_months_issue_goes_on_from_the_last_record_of_this_month_and_begins_anew_with_a_month(
    deliver: Deliver, community: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("ledger", hours(new_id(), community_code=community))
    first = TODAY.replace(day=1)
    known = {"community_code": community, "outstanding_beans": 0, "stock_value_beans": 0, "issued_beans": 4, "as_of": utc_now()}
    CoverageDay(id=f"{community}:old", day=(first - timedelta(days=1)).isoformat(), issued_month_beans=900, **known).save()

    walked = worth.figures_now([community], utc_now())[0].issued_month_beans
    CoverageDay(id=f"{community}:new", day=first.isoformat(), issued_month_beans=50, **known).save()
    moved_on = worth.figures_now([community], utc_now())[0].issued_month_beans

    assert (walked, moved_on) == (10, 56)


@pytest.mark.parametrize(("little", "steps"), [(10**6, 50), (1, 50), (1, 1), (1, 400)])
def test_a_walk_at_leisure_counts_each_entry_once(
    deliver: Deliver, community: str, monkeypatch: pytest.MonkeyPatch, little: int, steps: int
) -> None:
    monkeypatch.setattr(worth, "LITTLE", little)
    monkeypatch.setattr(worth, "STEPS", steps)
    for _ in range(7):
        deliver("ledger", hours(new_id(), community_code=community))
    (at_once,), (at_leisure,) = (worth.figures_now([community], utc_now(), at_leisure=how) for how in (False, True))
    assert at_once.issued_beans > 0
    assert (at_leisure.outstanding_beans, at_leisure.issued_beans) == (at_once.outstanding_beans, at_once.issued_beans)


def test_an_older_look_never_replaces_a_newer_one(deliver: Deliver, community: str) -> None:
    (slow,) = worth.figures_now([community], utc_now() - timedelta(seconds=5))
    deliver("ledger", hours(new_id(), community_code=community))
    commands.record_coverage()

    commands.coverage._keep(slow)

    assert record(community).outstanding_beans == 10


def test_days_that_are_over_stay_as_they_are_and_are_listed_newest_first(api: FlaskClient, deliver: Deliver, community: str) -> None:
    for days_ago in (1, 2, 3):
        day = (TODAY - timedelta(days=days_ago)).isoformat()
        CoverageDay(
            id=f"{community}:{day}", community_code=community, day=day, outstanding_beans=100 * days_ago, stock_value_beans=90,
            issued_month_beans=0, issued_beans=0, as_of=utc_now() - timedelta(days=days_ago),
        ).save()  # fmt: skip
    commands.record_coverage()

    path = f"/api/v1/communities/{community}/coverage/history?limit=2"
    first = api.get(path).json
    rest = api.get(f"{path}&cursor={first['next_cursor']}").json

    rows = [*first["items"], *rest["items"]]
    assert [(row["outstanding_beans"], row["coverage_percent"]) for row in rows] == [(0, None), (100, 90), (200, 45), (300, 30)]
    assert rest["next_cursor"] is None
    assert api.get(f"{path}&cursor=zzz").status_code == 422


def test_coverage_warns_below_one_and_says_what_is_paused_and_what_will_be(
    api: FlaskClient, as_caller: As, deliver: Deliver, community: str
) -> None:
    deliver("ledger", hours(new_id(), community_code=community))
    calm = shown(api, community)
    body = {name: getattr(DEFAULT_RULES, name) for name in NUMBERS} | {"pause_below_percent": 70, "budget_month_beans": 9}
    steward = as_caller(roles={"steward"}, community_code=community)
    api.put("/api/v1/rules/2", json={**body, "applies_from": TODAY.isoformat()}, headers=steward)

    warned = shown(api, community)

    assert (calm["coverage_percent"], calm["is_short"], calm["pause_tomorrow"]) == (60, True, None)
    assert (warned["pause"], warned["budget_month_beans"], warned["issued_month_beans"]) == (None, 9, 10)
    reason = {"paused": "coverage", "figure": 60, "limit": 70, "figures_of": TODAY.isoformat()}
    assert warned["pause_tomorrow"] == reason
    deliver("ledger", stocked(community, 9))
    stocked_up = shown(api, community)
    assert (stocked_up["is_short"], stocked_up["coverage_percent"]) == (False, 240)
    if (TODAY + timedelta(days=1)).day > 1:
        assert stocked_up["pause_tomorrow"]["paused"] == "budget"
