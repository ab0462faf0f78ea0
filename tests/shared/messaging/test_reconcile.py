"""What was told and never taken in is found, whoever lost it, and told again; nobody is flooded."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import time_machine
from mongoengine.connection import get_db

from shared.clock import utc_now
from shared.messaging import receipts
from shared.messaging.errors import Later
from shared.messaging.reconcile import (
    GIVE_UP_DAYS,
    REST,
    SOON_TRIES,
    WATERMARKS,
    Afterwards,
    Findings,
    Pace,
    begin_again,
    compare_lately,
    reconcile,
)
from shared.messaging.recovery import restore
from shared.messaging.relay import backlog
from shared.messaging.topology import channel_to
from shared.mongo import change_one
from shared.mongo.connection import settled_now
from tests.shared.messaging.conftest import OUTBOXES, Heard, House, Wait
from tests.shared.messaging.probe import Door, left, tell, traces
from tests.shared.messaging.test_consumer import Refused


@dataclass(frozen=True)
class Town:
    """The probe with its API running, so that it can be asked for receipts."""

    house: House

    def compare(self, **settings: dict[str, str]) -> Findings:
        """Reconcile now."""
        return reconcile(replace(self.house.settings, **settings), OUTBOXES, settled_seconds=0)

    def lose_all(self) -> None:
        """Empty the queue as a broker may that lost its disk."""
        with channel_to(self.house.settings) as channel:
            channel.queue_purge(self.house.topology.queues[0])


@pytest.fixture
def town(house: House, api_url: str) -> Town:
    return Town(replace(house, settings=replace(house.settings, service_urls={"probe": api_url})))


def test_what_was_taken_in_is_not_missed(town: Town, wait_until: Wait) -> None:
    for number in range(20):
        tell(f"r{number}")

    with town.house.relaying(), town.house.listening():
        wait_until(lambda: len(traces()) == 20)
        wait_until(lambda: town.compare() == Findings(compared=20))

    assert len(traces()) == 20


def test_a_lost_message_is_told_again_and_has_its_effect(town: Town, wait_until: Wait) -> None:
    tell("lost")
    town.house.relay_all()
    town.lose_all()

    with town.house.relaying(), town.house.listening():
        wait_until(lambda: town.compare().missing == 1)
        wait_until(lambda: traces() == ["lost"])
        wait_until(lambda: town.compare().missing == 0)


def test_what_a_broker_lost_that_came_back_is_told_again_without_waiting_for_the_next_round(town: Town, wait_until: Wait) -> None:
    connection = 1
    afterwards = Afterwards(town.house.settings, OUTBOXES, lambda: connection, soon_seconds=0.2)
    with town.house.listening():  # also a relay that has just started compares
        found = wait_until(lambda: (findings := afterwards.look()) and not findings.waiting and findings)
        assert found == Findings()
    tell("lost")
    town.house.relay_all()
    town.lose_all()
    time.sleep(0.3)
    assert afterwards.look() is None

    connection = 2
    with town.house.relaying(), town.house.listening():
        assert afterwards.look() is None
        assert wait_until(lambda: (findings := afterwards.look()) and findings.missing) == 1
        wait_until(lambda: traces() == ["lost"])
        assert afterwards.look() is None


def test_a_listener_that_stays_away_is_left_to_the_rounds(town: Town, wait_until: Wait) -> None:
    away = replace(town.house.settings, service_urls={"probe": "http://127.0.0.1:1"})
    afterwards = Afterwards(away, OUTBOXES, lambda: 1, soon_seconds=0.0)
    tries = [afterwards.look() for _ in range(SOON_TRIES)]
    assert all(findings is not None and findings.waiting for findings in tries)
    assert afterwards.look() is None


@pytest.mark.parametrize(("when_compared", "when_told"), [(0, -4), (4, 0)])
def test_what_a_wrong_clock_tells_or_compares_is_not_passed_over(
    town: Town, wait_until: Wait, when_compared: int, when_told: int
) -> None:
    with time_machine.travel(utc_now() + timedelta(minutes=when_compared), tick=True), town.house.listening():
        wait_until(lambda: not town.compare().waiting)
    with time_machine.travel(utc_now() + timedelta(minutes=when_told), tick=True):
        tell("lost")
        town.house.relay_all()
    town.lose_all()

    with town.house.listening():
        wait_until(lambda: town.compare().missing == 1)


def test_only_what_came_after_the_gap_is_told_again(town: Town, wait_until: Wait) -> None:
    door, heard = tell("taken in"), Heard()
    with town.house.relaying(), town.house.listening(heard):
        wait_until(lambda: heard.residents == ["taken in"])
    change_one(Door, where={"_id": door}, facts=[left("lost")])
    town.house.relay_all()
    town.lose_all()

    with town.house.relaying(), town.house.listening(heard):
        wait_until(lambda: town.compare().missing == 1)
        wait_until(lambda: "lost" in heard.residents)

    assert heard.residents == ["taken in", "lost"]


def test_a_listener_that_is_behind_is_not_flooded(town: Town) -> None:
    tell("waits in the queue")
    town.house.relay_all()

    findings = town.compare()

    assert findings.missing == 0
    assert "to the end" in findings.waiting["probe"]
    assert town.house.relay_all() == 0


def test_facts_put_off_and_dead_letters_are_not_told_again(town: Town, wait_until: Wait) -> None:
    tell("later")
    tell("dead")
    town.house.relay_all()
    heard = Heard({"later": [Later("wait")] * 20, "dead": [Refused()]})

    with town.house.listening(heard):
        wait_until(lambda: len(heard.facts) >= 2 and town.house.dead())
        wait_until(lambda: not town.compare().waiting)
        assert town.compare().missing == 0


def test_a_fact_whose_next_try_is_long_overdue_counts_as_lost(town: Town, wait_until: Wait) -> None:
    tell("r1")
    town.house.relay_all()
    heard = Heard({"r1": [Later("wait")]})
    with town.house.listening(heard):
        wait_until(lambda: heard.facts)
    with channel_to(town.house.settings) as channel:
        channel.queue_purge(town.house.topology.retry(1))

    asked = [heard.facts[0][1].id]
    assert receipts.unreceipted_in("probe")(asked) == []
    with time_machine.travel(utc_now() + timedelta(minutes=5)):
        assert receipts.unreceipted_in("probe")(asked) == asked


def test_a_service_that_is_away_holds_up_nobody_else(town: Town, wait_until: Wait) -> None:
    tell("lost")
    town.house.relay_all()
    town.lose_all()
    urls = {**town.house.settings.service_urls, "away": "http://127.0.0.1:1"}

    with town.house.listening():
        wait_until(lambda: town.compare(service_urls=urls).missing == 1)
        assert "away" in town.compare(service_urls=urls).waiting


def test_a_fact_older_than_the_give_up_age_is_left_alone(town: Town, wait_until: Wait) -> None:
    with time_machine.travel(utc_now() - timedelta(days=GIVE_UP_DAYS + 1)):
        tell("very old")
    town.house.relay_all()
    town.lose_all()

    with town.house.listening():
        wait_until(lambda: not town.compare().waiting)
        assert town.compare().missing == 0


def test_when_a_queue_is_gone_its_dead_letters_lie_there_again(town: Town, wait_until: Wait) -> None:
    tell("dead")
    tell("done")
    town.house.relay_all()
    with town.house.listening(Heard({"dead": [Refused()]})):
        wait_until(lambda: traces() == ["done"] and town.house.dead())
    with channel_to(town.house.settings) as channel:
        channel.queue_delete(town.house.topology.queues[0])
        channel.queue_purge(town.house.topology.dead)
        channel.exchange_delete(town.house.topology.exchange)

    assert restore(town.house.settings, town.house.topology, OUTBOXES)
    assert not restore(town.house.settings, town.house.topology, OUTBOXES)

    assert backlog(OUTBOXES)[0] == 0  # nothing is told again: one is done with, and the other its listener has

    with town.house.relaying(), town.house.listening():
        wait_until(lambda: [letter.reason for letter in town.house.dead()] == ["refused: No"])


def test_a_listener_that_has_not_yet_found_out_that_its_queue_is_gone_is_not_compared_with(town: Town, wait_until: Wait) -> None:
    tell("dead")
    town.house.relay_all()
    with town.house.listening(Heard({"dead": [Refused()]})):
        wait_until(town.house.dead)
        with channel_to(town.house.settings) as channel:
            channel.queue_delete(town.house.topology.dead)

        findings = town.compare()

    assert (findings.missing, list(findings.waiting)) == (0, ["probe"])
    assert restore(town.house.settings, town.house.topology, OUTBOXES)
    with town.house.listening():
        wait_until(town.house.dead)


def test_after_a_lost_disk_only_what_was_told_since_the_last_comparison_is_compared(town: Town, wait_until: Wait) -> None:
    tell("compared")
    with town.house.relaying(), town.house.listening():
        wait_until(lambda: traces() == ["compared"])
        wait_until(lambda: not town.compare().waiting)
    _set_watermark_to_now()
    tell("lost")
    town.house.relay_all()
    town.lose_all()

    found = compare_lately(town.house.settings, OUTBOXES, minutes=60, ask_seconds=2)

    assert (found.compared, found.missing) == (1, 1)


def test_everything_can_be_compared_once_more(town: Town) -> None:
    tell("lost")
    town.house.relay_all()
    town.lose_all()
    _set_watermark_to_now()
    with town.house.listening():
        pass

    begin_again(town.house.settings)

    assert compare_lately(town.house.settings, OUTBOXES, minutes=60, ask_seconds=2).missing == 1


def test_a_round_rests_after_each_page_until_it_must_hurry_or_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()

    assert _seconds_of(lambda: Pace(stopping).rest_after(0.05)) >= REST * 0.05
    stopping.set()
    assert _seconds_of(lambda: Pace(stopping).rest_after(10)) < 1

    stopping.clear()
    monkeypatch.setattr("shared.messaging.reconcile.SPREAD_SECONDS", 0.0)
    assert _seconds_of(lambda: Pace(stopping).rest_after(10)) < 1


def _seconds_of(act: Callable[[], None]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _set_watermark_to_now() -> None:
    marks = get_db("probe")[WATERMARKS]
    for document in OUTBOXES:
        mark = {"$set": {"until": settled_now("probe")}}
        marks.update_one({"_id": f"{document._get_collection_name()}:probe"}, mark, upsert=True)
