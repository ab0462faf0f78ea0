"""After the broker lost its disk nothing is told to half a house, and a crash while declaring is made good."""

import threading
from dataclasses import replace
from datetime import timedelta

import time_machine
from mongoengine.connection import get_db

from shared.clock import utc_now
from shared.messaging import topology
from shared.messaging.consumer import Consumer, Ears
from shared.messaging.errors import Later
from shared.messaging.receipts import BODY_BYTES_MAX, Aside, lay_aside, lose_laid_aside, lost_from_aside, unreceipted_in
from shared.messaging.reconcile import WATERMARKS
from shared.messaging.recovery import restore
from shared.messaging.relay import backlog
from tests.shared.messaging.conftest import OUTBOXES, Heard, House, Wait
from tests.shared.messaging.probe import tell, traces
from tests.shared.messaging.test_consumer import Refused


def lose_disk(house: House) -> None:
    with topology.channel_to(house.settings) as channel:
        for queue in (*house.topology.queues, *house.topology.retries, house.topology.dead):
            channel.queue_delete(queue)


def lay_two_aside(house: House, wait_until: Wait) -> Heard:
    """Let one fact wait for another try, and one lie with the dead letters."""
    tell("later")
    tell("dead")
    house.relay_all()
    heard = Heard({"later": [Later("wait")], "dead": [Refused()]})
    with house.listening(heard):
        wait_until(lambda: len(heard.facts) >= 2 and house.dead())
    return heard


def assert_that_a_neighbour_is_awaited(house: House, wait_until: Wait) -> None:
    restoring = threading.Thread(target=restore, args=(house.settings, house.topology, OUTBOXES))
    restoring.start()
    wait_until(lambda: topology.stands(house.settings, house.topology))
    told_early = backlog(OUTBOXES)[0]
    neighbour = replace(house.topology, service="neighbour")
    topology.declare(house.settings, neighbour)
    restoring.join()

    assert (told_early, backlog(OUTBOXES)[0]) == (0, 1)
    with topology.channel_to(house.settings) as channel:
        for queue in (neighbour.queues[0], neighbour.dead, neighbour.retry(1)):
            channel.queue_delete(queue)


def test_nothing_is_told_again_before_those_who_say_that_they_listen_do_so_again(
    house: House, api_url: str, wait_until: Wait
) -> None:
    house = replace(house, settings=replace(house.settings, service_urls={"neighbour": api_url}))
    tell("r1")
    house.relay_all()
    lose_disk(house)

    assert_that_a_neighbour_is_awaited(house, wait_until)


def test_nothing_is_told_again_before_those_listen_who_were_compared_with_and_cannot_be_asked(
    house: House, wait_until: Wait
) -> None:
    house = replace(house, settings=replace(house.settings, service_urls={"neighbour": "http://127.0.0.1:9"}))
    tell("r1")
    house.relay_all()
    get_db("probe")[WATERMARKS].insert_one({"_id": "doors:neighbour", "until": utc_now()})
    lose_disk(house)

    assert_that_a_neighbour_is_awaited(house, wait_until)


def test_a_declaration_that_a_crash_cut_short_is_made_again(house: House) -> None:
    with topology.channel_to(house.settings) as channel:
        channel.queue_delete(house.topology.dead)

    assert restore(house.settings, house.topology, OUTBOXES)
    assert not restore(house.settings, house.topology, OUTBOXES)


def test_a_relay_with_nothing_to_say_notices_a_lost_disk_all_the_same(house: House, wait_until: Wait) -> None:
    lose_disk(house)

    with house.relaying():
        wait_until(lambda: topology.stands(house.settings, house.topology))


def test_what_had_been_laid_aside_in_a_lost_broker_is_laid_aside_again(house: House, wait_until: Wait) -> None:
    lay_two_aside(house, wait_until)
    (letter,) = house.dead()
    lose_disk(house)

    heard = Heard()
    with house.listening(heard):
        wait_until(lambda: traces() == ["later"] and topology.stands(house.settings, house.topology) and house.dead())

    assert [(again.id, again.reason, again.body) for again in house.dead()] == [(letter.id, letter.reason, letter.body)]
    assert heard.facts[0][1].attempts == 1


def test_what_was_taken_in_since_is_not_laid_aside_again(house: House, wait_until: Wait) -> None:
    lay_two_aside(house, wait_until)
    with house.listening():
        wait_until(lambda: traces() == ["later"])
    lose_disk(house)

    heard = Heard()
    with house.listening(heard):
        wait_until(lambda: topology.stands(house.settings, house.topology) and house.dead())

    assert heard.facts == []
    assert lost_from_aside("probe") == []


def test_a_crash_before_it_is_laid_aside_again_is_made_good(house: House, wait_until: Wait) -> None:
    lay_two_aside(house, wait_until)
    lose_disk(house)
    restore(house.settings, house.topology, OUTBOXES)  # and here it died: the queues stand, and nothing lies in them

    with house.listening():
        wait_until(lambda: traces() == ["later"] and len(house.dead()) == 1)


def test_what_never_came_back_from_its_delay_is_laid_aside_again(house: House, wait_until: Wait) -> None:
    tell("later")
    house.relay_all()
    heard = Heard({"later": [Later("wait")]})
    with house.listening(heard):
        wait_until(lambda: heard.facts)
    with topology.channel_to(house.settings) as channel:
        channel.queue_purge(house.topology.retry(1))
        channel.queue_purge(house.topology.queues[0])
    consumer = Consumer(house.settings, house.topology, Ears(handlers={}))

    with house.listening(heard):
        wait_until(lambda: topology.has_read_all(house.settings, "probe"))
        consumer.lay_overdue_aside()
        assert len(heard.facts) == 1
        with time_machine.travel(utc_now() + timedelta(minutes=5)):
            consumer.lay_overdue_aside()
        wait_until(lambda: traces() == ["later"])


def test_what_is_too_large_to_keep_is_noted_all_the_same(house: House) -> None:
    lay_aside("probe", [Aside("large", {}, bytes(BODY_BYTES_MAX + 1), None), Aside("small", {}, b"{}", None)])
    assert unreceipted_in("probe")(["large", "small"]) == []

    lose_laid_aside("probe")

    assert [each.id for each in lost_from_aside("probe")] == ["small"]
    assert unreceipted_in("probe")(["large", "small"]) == ["large"]
