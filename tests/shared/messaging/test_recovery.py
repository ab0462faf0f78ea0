"""After the broker lost its disk nothing is told to half a house, and a crash while declaring is made good."""

import threading
from dataclasses import replace

from mongoengine.connection import get_db

from shared.clock import utc_now
from shared.messaging import topology
from shared.messaging.reconcile import WATERMARKS
from shared.messaging.recovery import restore
from shared.messaging.relay import backlog
from tests.shared.messaging.conftest import OUTBOXES, House, Wait
from tests.shared.messaging.probe import tell


def lose_disk(house: House) -> None:
    with topology.channel_to(house.settings) as channel:
        channel.queue_delete(house.topology.queues[0])
        channel.queue_delete(house.topology.dead)


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
