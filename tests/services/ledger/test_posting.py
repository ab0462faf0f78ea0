"""The journal on the real database: once and only once, whoever writes, in whatever order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from services.ledger import commands, queries
from services.ledger.commands import Writer
from services.ledger.commands.wishes import wishes_for
from services.ledger.handlers import post_batch
from services.ledger.models import Entry, Member, account_of
from services.ledger.rules import EMPTY, Head
from shared.clock import local_day, utc_now
from shared.events import Envelope, read_fact
from shared.events.identity import ResidentLeft, ResidentMoved
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

DOCUMENT_FAILED_VALIDATION = 121

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
    return queries.newest_entries([account]).get(account) or EMPTY


def kinds(resident_id: str) -> list[str]:
    return [
        row["kind"] for row in Entry._get_collection().find({"account": account_of(resident_id, "bean")}).sort("seq", 1)
    ]


def test_verified_hours_become_beans_and_contribution() -> None:
    me = new_id()

    tell(hours(me, minutes=90, led=True))

    assert (head(me)["balance"], head(me, "contribution")["balance"]) == (20, 5)


def test_a_fact_told_twice_is_posted_once() -> None:
    me = new_id()
    fact = hours(me)

    tell(fact, fact)
    tell(fact)

    assert (head(me)["balance"], head(me)["seq"]) == (10, 1)


def test_a_group_with_old_and_new_facts_posts_the_new_ones() -> None:
    me, other = new_id(), new_id()
    old = hours(me)
    tell(old)

    tell(hours(other), old, hours(me), hours(other))

    assert (head(me)["balance"], head(other)["balance"]) == (20, 20)


def test_a_redemption_is_held_and_then_captured_once() -> None:
    me = new_id()
    request = requested(me, 8)
    tell(hours(me), request)
    assert (head(me)["available"], head(me)["held"]) == (2, 8)

    tell(fulfilled(request))
    tell(fulfilled(request), request)

    assert (head(me)["balance"], head(me)["held"], head(me)["spent"]) == (2, 0, 8)


def test_a_release_and_a_capture_exclude_each_other() -> None:
    me = new_id()
    request = requested(me, 8)
    tell(hours(me), request, cancelled(request))

    tell(fulfilled(request))

    assert (head(me)["balance"], head(me)["held"], kinds(me)) == (10, 0, ["earn", "hold", "release"])


def test_a_settlement_before_its_hold_waits_and_the_others_are_posted() -> None:
    me, other = new_id(), new_id()
    request = requested(me, 8)
    tell(hours(me))

    with pytest.raises(Later):
        tell(cancelled(request), hours(other))
    assert head(other)["balance"] == 10
    tell(request)
    tell(cancelled(request))

    assert (head(me)["available"], head(me)["held"]) == (10, 0)


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


def test_facts_of_a_hold_carry_the_id_of_their_entry_so_that_telling_twice_is_one_fact() -> None:
    me = new_id()
    request = requested(me, 4)
    tell(hours(me), request)
    row = Entry._get_collection().find_one({"_id": f"hold:{request.redemption_id}"})

    (first,), (second,) = Entry.events_of(row), Entry.events_of(row)

    assert first == second
    assert (first["id"], first["type"], first["subject"]) == (row["_id"], BeansHeld.TYPE, request.redemption_id)


def test_an_upheld_objection_takes_back_beans_and_contribution() -> None:
    me = new_id()
    fact = hours(me)
    tell(fact, hours(me))

    tell(withdrawn(fact))
    tell(withdrawn(fact))

    assert (head(me)["balance"], head(me, "contribution")["balance"], kinds(me)) == (10, 2, ["earn", "earn", "reverse"])


def test_an_upheld_objection_may_come_in_the_same_batch_as_its_record() -> None:
    me = new_id()
    fact = hours(me)

    tell(withdrawn(fact), fact)

    assert (head(me)["balance"], kinds(me)) == (0, ["earn", "reverse"])


def test_an_upheld_objection_makes_a_debt_of_what_was_spent_and_later_hours_repay_it() -> None:
    me = new_id()
    fact, request = hours(me), requested(me, 8)
    tell(fact, request, fulfilled(request))

    tell(withdrawn(fact))

    entry = Entry._get_collection().find_one({"_id": f"withdrawn:deed:{fact.record_id}:bean"})
    assert (entry["delta"], entry["balance"], entry["explanation"]["shortfall"]) == (-2, 0, 8)
    assert entry["explanation"]["reverses"] == f"deed:{fact.record_id}:bean"
    assert (entry["debt"], head(me)["debt"]) == (8, 8)

    tell(hours(me))

    assert (head(me)["debt"], head(me)["balance"], head(me)["earned"]) == (0, 2, 10)
    assert not queries.verify_ledger().broken


def test_an_upheld_objection_gives_the_day_back_to_honest_deeds() -> None:
    me = new_id()
    false, honest = hours(me, minutes=480), hours(me, minutes=480)
    tell(false, hours(me, minutes=120))
    tell(withdrawn(false))

    tell(honest)

    assert Entry._get_collection().find_one({"_id": f"deed:{honest.record_id}:bean"})["delta"] == 80


def test_a_withdrawal_before_its_record_waits() -> None:
    with pytest.raises(Later):
        tell(withdrawn(hours(new_id())))


def test_commitments_move_integrity_but_not_below_zero() -> None:
    me = new_id()
    tell(registered(me), commitment(me, kept=True), commitment(me, kept=False))
    assert head(me, "integrity")["balance"] == 96

    stranger = new_id()
    tell(commitment(stranger, kept=False))

    assert head(stranger, "integrity")["balance"] == 0


def test_who_brings_a_newcomer_gets_the_bonus_once_at_the_first_deed() -> None:
    inviter, newcomer = new_id(), new_id()
    tell(registered(newcomer, invited_by=inviter))
    first = hours(newcomer)

    tell(first)
    tell(first, hours(newcomer))

    assert (head(inviter)["balance"], kinds(inviter), head(newcomer)["balance"]) == (10, ["bonus"], 20)


def test_the_bonus_for_a_newcomer_comes_in_whatever_order_deed_and_registration_are_told() -> None:
    inviter, newcomer = new_id(), new_id()
    tell(hours(newcomer))

    tell(registered(newcomer, invited_by=inviter))
    tell(registered(newcomer, invited_by=inviter), hours(newcomer))

    assert (head(inviter)["balance"], kinds(inviter)) == (10, ["bonus"])


def test_who_brings_their_own_household_gets_a_zero_with_the_reason() -> None:
    inviter, newcomer, household = new_id(), new_id(), new_id()
    tell(registered(inviter, household_id=household), registered(newcomer, invited_by=inviter, household_id=household))

    tell(hours(newcomer))

    (bonus,) = Entry._get_collection().find({"account": account_of(inviter, "bean")})
    assert (bonus["delta"], bonus["explanation"]["reason"]) == (0, "same_household")


def test_a_first_deed_long_after_registration_earns_the_inviter_nothing() -> None:
    inviter, newcomer = new_id(), new_id()
    tell(registered(newcomer, invited_by=inviter, registered_at=datetime(2026, 5, 1, tzinfo=UTC)))

    tell(hours(newcomer, on=date(2026, 11, 5)))

    assert kinds(inviter) == []


def test_bonuses_for_newcomers_are_capped_in_a_month_and_taken_back_with_the_deed() -> None:
    inviter, newcomers = new_id(), [new_id() for _ in range(7)]
    deeds = [hours(newcomer) for newcomer in newcomers]
    tell(*(registered(newcomer, invited_by=inviter) for newcomer in newcomers), *deeds)
    assert head(inviter)["balance"] == 50

    thanked = Entry._get_collection().find_one({"account": account_of(inviter, "bean"), "delta": 10})
    tell(withdrawn(next(deed for deed in deeds if deed.record_id == thanked["cause"])))

    assert head(inviter)["balance"] == 40


def test_a_resident_who_left_keeps_an_account_under_the_bare_id() -> None:
    me = new_id()
    left = ResidentLeft(resident_id=me, community_code=COMMUNITY, left_at=utc_now())
    tell(registered(me, invited_by=new_id(), household_id=new_id()), hours(me), left)

    tell(registered(me, invited_by=new_id(), household_id=new_id()))

    member = Member._get_collection().find_one({"_id": me})
    assert member.keys() & {"invited_by", "household_id"} == set()
    assert (member["left"], head(me)["earned"], head(me)["balance"]) == (True, 10, 0)  # what was left is in the fund


def test_of_two_moves_the_later_stands_whatever_their_order() -> None:
    me, old, new = new_id(), new_id(), new_id()
    moves = [
        ResidentMoved(
            resident_id=me, community_code=COMMUNITY, household_id=household, moved_at=utc_now() + timedelta(days)
        )
        for days, household in enumerate((old, new))
    ]
    tell(moves[1], registered(me, household_id=new_id()), moves[0])

    assert Member.objects.get(id=me).household_id == new


def test_the_cap_of_a_day_holds_across_groups_and_for_deeds_of_long_ago() -> None:
    me, old = new_id(), date(2026, 3, 3)
    tell(hours(me, minutes=480, on=old))
    tell(hours(me, minutes=60, on=date(2026, 11, 5)))
    tell(hours(me, minutes=480, on=old))

    awards = [row["delta"] for row in Entry._get_collection().find({"account": account_of(me, "bean")}).sort("seq", 1)]

    assert awards == [80, 10, 20]


def test_two_deeds_of_one_day_long_ago_in_one_group_share_its_cap() -> None:
    me, old = new_id(), date(2026, 3, 3)
    tell(hours(me, on=date(2026, 11, 5)))

    tell(hours(me, minutes=480, on=old), hours(me, minutes=480, on=old))

    assert head(me)["balance"] == 10 + 100


def test_a_writer_whose_head_is_old_neither_loses_a_settlement_nor_overspends() -> None:
    me, slow, fast = new_id(), Writer(), Writer()
    request, late = requested(me, 8), requested(me, 8)
    rulebook = queries.Rulebook([COMMUNITY])
    slow.post(wishes_for([hours(me)], rulebook))
    fast.post(wishes_for([request], rulebook))

    assert slow.post(wishes_for([late, fulfilled(request)], rulebook)) == []

    assert (head(me)["balance"], head(me)["held"], kinds(me)) == (2, 0, ["earn", "hold", "hold_refused", "capture"])


def test_many_groups_posted_at_once_survive_a_rival_in_the_middle_of_them() -> None:
    people, rulebook = [new_id() for _ in range(40)], queries.Rulebook([COMMUNITY])
    slow, fast = Writer(group_max=50), Writer()
    slow.post(wishes_for([hours(who) for who in people], rulebook))
    fast.post(wishes_for([hours(who) for who in people[10::15]], rulebook))  # from here on, some of the heads that slow knows are old
    deeds = [hours(who) for _ in range(5) for who in people]

    assert slow.post(wishes_for(deeds, rulebook)) == []

    entries = list(Entry._get_collection().find({"cause": {"$in": [deed.record_id for deed in deeds]}}))
    assert len(entries) == 2 * len(deeds)
    assert {head(who)["seq"] for who in people} == {6, 7}
    assert queries.verify_ledger().broken == 0


def test_held_beans_do_not_run_out_before_they_are_released() -> None:
    me = new_id()
    request = requested(me, 8)
    tell(hours(me, on=local_day(utc_now()) - timedelta(days=800)), request)

    commands.expire_beans()
    assert (head(me)["balance"], head(me)["available"], head(me)["expired"]) == (8, 0, 2)
    tell(cancelled(request))
    commands.expire_beans()

    assert (head(me)["balance"], head(me)["expired"]) == (0, 10)


def test_beans_run_out_first_in_first_out_and_only_once() -> None:
    me = new_id()
    long_ago = local_day(utc_now()) - timedelta(days=800)
    tell(hours(me, on=long_ago), hours(me, on=local_day(utc_now())))

    commands.expire_beans()
    commands.expire_beans()

    assert (head(me)["balance"], head(me)["expired"], kinds(me)) == (10, 10, ["earn", "earn", "expire"])


def test_the_database_itself_refuses_an_overdraft() -> None:
    me = new_id()
    tell(hours(me))
    row = Entry._get_collection().find_one({"account": account_of(me, "bean")})

    for wrong in ({"balance": -1}, {"held": -1}, {"available": -1}, {"seq": 0}):
        with pytest.raises(OperationFailure) as caught:
            Entry._get_collection().insert_one({**row, "_id": new_id(), "seq": 2, **wrong})
        assert caught.value.code == DOCUMENT_FAILED_VALIDATION
