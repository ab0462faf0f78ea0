"""The journal on the real database: once and only once, whoever writes, in whatever order."""

import random
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from services.ledger import commands, queries
from services.ledger.commands.posting import Heads, load_heads, post
from services.ledger.handlers import post_batch
from services.ledger.models import Entry, account_of
from services.ledger.rules import EMPTY, Earn, Head
from shared.clock import local_day, utc_now
from shared.events import Envelope, read_fact
from shared.events.ledger import BeansCaptured, BeansHeld, BeansReleased, HoldRefused
from shared.ids import new_id
from shared.messaging import Later
from tests.services.ledger.facts import (
    COMMUNITY,
    cancelled,
    commitment,
    fulfilled,
    hours,
    registered,
    requested,
    withdrawn,
)

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture(scope="module")
def ledger(client_of: Callable[[str], Any]) -> Any:
    return client_of("ledger")


def outbox_facts(document: Any, fact_class: Any, **matching: Any) -> list[Any]:
    rows = document._get_collection().find({"outbox": {"$exists": True}})
    told = [read_fact(event["type"], event["data"]) for row in rows for event in document.events_of(row)]
    return [
        fact
        for fact in told
        if type(fact) is fact_class and all(getattr(fact, name) == value for name, value in matching.items())
    ]


def tell(*facts: Any) -> None:
    post_batch([(fact, Envelope(id=new_id(), type=fact.TYPE, subject="x", occurred_at=utc_now())) for fact in facts])


def head(resident_id: str, unit: str = "bean") -> Head:
    account = account_of(resident_id, unit)
    return load_heads([account]).get(account, EMPTY)


def kinds(resident_id: str) -> list[str]:
    return [
        row["kind"] for row in Entry._get_collection().find({"account": account_of(resident_id, "bean")}).sort("seq", 1)
    ]


def test_verified_hours_become_beans_and_contribution() -> None:
    me = new_id()

    tell(hours(me, minutes=90, led=True))

    assert (head(me).balance, head(me, "contribution").balance) == (20, 5)


def test_a_fact_told_twice_is_posted_once() -> None:
    me = new_id()
    fact = hours(me)

    tell(fact, fact)
    tell(fact)

    assert (head(me).balance, head(me).seq) == (10, 1)


def test_a_group_with_old_and_new_facts_posts_the_new_ones() -> None:
    me, other = new_id(), new_id()
    old = hours(me)
    tell(old)

    tell(hours(other), old, hours(me), hours(other))

    assert (head(me).balance, head(other).balance) == (20, 20)


def test_a_redemption_is_held_and_then_captured_once() -> None:
    me = new_id()
    request = requested(me, 8)
    tell(hours(me), request)
    assert (head(me).available, head(me).held) == (2, 8)

    tell(fulfilled(request))
    tell(fulfilled(request), request)

    assert (head(me).balance, head(me).held, head(me).spent) == (2, 0, 8)


def test_a_release_and_a_capture_exclude_each_other() -> None:
    me = new_id()
    request = requested(me, 8)
    tell(hours(me), request, cancelled(request))

    tell(fulfilled(request))

    assert (head(me).balance, head(me).held, kinds(me)) == (10, 0, ["earn", "hold", "release"])


def test_a_settlement_before_its_hold_waits_and_the_others_are_posted() -> None:
    me, other = new_id(), new_id()
    request = requested(me, 8)
    tell(hours(me))

    with pytest.raises(Later):
        tell(cancelled(request), hours(other))
    assert head(other).balance == 10
    tell(request)
    tell(cancelled(request))

    assert (head(me).available, head(me).held) == (10, 0)


def test_a_wallet_too_low_refuses_the_hold_and_tells_it() -> None:
    me = new_id()
    request = requested(me, 8)

    tell(request)
    tell(cancelled(request))

    (refused,) = outbox_facts(Entry, HoldRefused, redemption_id=request.redemption_id)
    assert (refused.available_beans, refused.amount_beans, kinds(me)) == (0, 8, ["hold_refused"])


def test_outcomes_of_holds_are_told_and_earnings_are_not() -> None:
    me = new_id()
    spent, freed = requested(me, 4), requested(me, 3)
    tell(hours(me), spent, freed, fulfilled(spent), cancelled(freed))

    told = [outbox_facts(Entry, class_, resident_id=me) for class_ in (BeansHeld, BeansCaptured, BeansReleased)]

    assert [len(facts) for facts in told] == [2, 1, 1]
    assert told[1][0].amount_beans == 4
    assert (
        Entry._get_collection().count_documents(
            {"account": account_of(me, "bean"), "kind": "earn", "outbox": {"$exists": True}}
        )
        == 0
    )


def test_an_upheld_objection_takes_back_beans_and_contribution() -> None:
    me = new_id()
    fact = hours(me)
    tell(fact, hours(me))

    tell(withdrawn(fact))
    tell(withdrawn(fact))

    assert (head(me).balance, head(me, "contribution").balance, kinds(me)) == (10, 2, ["earn", "earn", "reverse"])


def test_a_withdrawal_before_its_record_waits() -> None:
    with pytest.raises(Later):
        tell(withdrawn(hours(new_id())))


def test_commitments_move_integrity_but_not_below_zero() -> None:
    me = new_id()
    tell(registered(me), commitment(me, kept=True), commitment(me, kept=False))
    assert head(me, "integrity").balance == 96

    stranger = new_id()
    tell(commitment(stranger, kept=False))

    assert head(stranger, "integrity").balance == 0


def test_who_brings_a_newcomer_gets_the_bonus_once_at_the_first_deed() -> None:
    inviter, newcomer = new_id(), new_id()
    tell(registered(newcomer, invited_by=inviter))
    first = hours(newcomer)

    tell(first)
    tell(first, hours(newcomer))

    assert (head(inviter).balance, kinds(inviter), head(newcomer).balance) == (10, ["bonus"], 20)


def test_the_cap_of_a_day_holds_across_groups_and_for_deeds_of_long_ago() -> None:
    me, old = new_id(), date(2026, 3, 3)
    tell(hours(me, minutes=480, on=old))
    tell(hours(me, minutes=60, on=date(2026, 11, 5)))
    tell(hours(me, minutes=480, on=old))

    awards = [row["delta"] for row in Entry._get_collection().find({"account": account_of(me, "bean")}).sort("seq", 1)]

    assert awards == [80, 10, 20]


def test_beans_run_out_first_in_first_out_and_only_once() -> None:
    me = new_id()
    long_ago = local_day(utc_now()) - timedelta(days=800)
    tell(hours(me, on=long_ago), hours(me, on=local_day(utc_now())))

    commands.expire_beans()
    commands.expire_beans()

    assert (head(me).balance, head(me).expired, kinds(me)) == (10, 10, ["earn", "earn", "expire"])


def test_the_database_itself_refuses_an_overdraft() -> None:
    me = new_id()
    tell(hours(me))
    row = Entry._get_collection().find_one({"account": account_of(me, "bean")})

    for wrong in ({"balance": -1}, {"held": -1}, {"held": 11}, {"seq": 0}):
        with pytest.raises(OperationFailure) as caught:
            Entry._get_collection().insert_one({**row, "_id": new_id(), "seq": 2, **wrong})
        assert caught.value.code == 121


def test_eight_writers_without_any_lease_lose_and_double_nothing() -> None:
    members = [new_id() for _ in range(12)]
    wishes = [
        Earn(
            id=new_id(),
            account=account_of(member, "bean"),
            cause=new_id(),
            community_code=COMMUNITY,
            amount=1,
            contra="issued:x",
            expires=20991231,
        )
        for member in members
        for _ in range(25)
    ]
    chance = random.Random(7)

    def write(own: list[Earn]) -> None:
        heads = Heads()
        for start in range(0, len(own), 20):
            post(own[start : start + 20], heads=heads)

    shares = [chance.sample(wishes, len(wishes)) for _ in range(8)]
    threads = [threading.Thread(target=write, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {head(member).balance for member in members} == {25}
    assert {head(member).seq for member in members} == {25}


def test_every_law_holds_over_all_that_these_tests_posted() -> None:
    findings, _ = queries.verify_ledger()

    assert {row.law: row.broken for row in findings} == dict.fromkeys((row.law for row in findings), 0)
    assert all(row.checked for row in findings)


def test_an_audit_finds_and_places_a_tampered_entry() -> None:
    me = new_id()
    tell(hours(me), hours(me))
    entries = Entry._get_collection()
    entries.update_one({"account": account_of(me, "bean"), "seq": 1}, {"$set": {"delta": 9}})

    findings, _ = queries.verify_ledger()
    entries.update_one({"account": account_of(me, "bean"), "seq": 1}, {"$set": {"delta": 10}})

    broken = {row.law: row.places for row in findings if row.broken}
    assert f"{account_of(me, 'bean')}#1" in broken["balance and held follow from the entry before"]
    assert "members and contra accounts sum to zero, by unit" in broken
