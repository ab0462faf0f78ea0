"""What a document has to say is told at least once, in its order, whoever dies between."""

from datetime import timedelta

import time_machine

from shared.clock import utc_now
from shared.events.engagement import TierChanged
from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.publisher import Publisher
from shared.messaging.recovery import republish
from shared.messaging.relay import UNROUTABLE_SECONDS, WINDOW_DOCUMENTS, backlog, mark_published, waiting_in
from shared.messaging.wire import message_of
from shared.mongo import change_one, insert_new
from shared.mongo.outbox import RETENTION_DAYS, trim
from tests.shared.messaging.conftest import OUTBOXES, Heard, House, Wait
from tests.shared.messaging.probe import Door, Window, left, tell

MOVE = {"$set": {"moved": True}}


def test_facts_of_two_outboxes_are_told_and_marked(house: House) -> None:
    tell("r1", "r2")
    insert_new(Window(id=new_id()), left("r3"))

    assert house.relay_all() == 3

    assert house.facts() == 3
    assert backlog(OUTBOXES) == (0, 0.0)
    assert house.relay_all() == 0


def test_facts_of_one_document_keep_their_order(house: House, wait_until: Wait) -> None:
    heard = Heard()
    door = tell("r0")
    for number in range(1, 30):
        change_one(Door, where={"_id": door}, update=MOVE, facts=[left(f"r{number}")])

    with house.relaying(), house.listening(heard):
        wait_until(lambda: len(heard.facts) == 30)

    assert heard.residents == [f"r{number}" for number in range(30)]


def test_a_relay_that_died_between_publishing_and_marking_tells_again(house: House) -> None:
    tell("r1")
    publisher = Publisher(house.settings.amqp_url)
    (waiting,) = waiting_in(Door)
    publisher.publish([message_of(waiting.events[0], exchange=house.topology.exchange, mandatory=True)])
    publisher.close()  # and here it died

    assert house.relay_all() == 1

    assert house.ready() == 2


def test_a_fact_that_was_stamped_long_before_it_reached_the_disk_is_told_all_the_same(house: House, wait_until: Wait) -> None:
    relay = house.relay()
    tell("r1")
    assert relay.relay_once() == 1

    with time_machine.travel(utc_now() - timedelta(minutes=5)):
        tell("late")

    wait_until(lambda: relay.relay_once() == 1)
    assert house.ready() == 2


def test_more_facts_than_a_window_are_all_told_and_none_twice(house: House) -> None:
    for number in range(2 * WINDOW_DOCUMENTS + 7):
        tell(f"r{number}")

    assert house.relay_all() == 2 * WINDOW_DOCUMENTS + 7
    assert house.facts() == 2 * WINDOW_DOCUMENTS + 7


def test_a_fact_appended_while_another_is_being_published_is_not_forgotten(house: House, wait_until: Wait) -> None:
    door = tell("r1")
    (seen,) = waiting_in(Door)
    change_one(Door, where={"_id": door}, update=MOVE, facts=[left("r2")])

    mark_published(Door, [seen])

    heard = Heard()
    with house.relaying(), house.listening(heard):
        wait_until(lambda: "r2" in heard.residents)


def test_a_document_that_speaks_again_keeps_its_place_in_the_line(house: House) -> None:
    door = tell("r1")
    before = Door._get_collection().find_one({"_id": door})["outbox"]["waiting_since"]

    with time_machine.travel(utc_now() + timedelta(minutes=5)):
        change_one(Door, where={"_id": door}, update=MOVE, facts=[left("r2")])

    assert Door._get_collection().find_one({"_id": door})["outbox"]["waiting_since"] == before


def test_what_finds_no_queue_lets_the_others_pass_and_is_told_once_somebody_listens(
    house: House, wait_until: Wait
) -> None:
    with topology.channel_to(house.settings) as channel:
        channel.queue_unbind(house.topology.queues[0], house.topology.exchange, routing_key="identity.resident-left.v1")
    tell("nobody listens")
    insert_new(Door(id=new_id()), TierChanged(
        resident_id="r1", community_code="DEMO-01", from_tier="none", to_tier="participant", rule_version=1, changed_at=utc_now()
    ))  # fmt: skip

    relay = house.relay()
    assert relay.relay_once() == 1  # told to programs outside, and so needs no listener
    assert relay.relay_once() == 0
    assert backlog(OUTBOXES)[0] == 1

    topology.declare(house.settings, house.topology)
    wait_until(lambda: relay.relay_once() == 1, seconds=UNROUTABLE_SECONDS + 5)
    assert house.ready() == 1


def test_the_last_minutes_can_be_told_again(house: House) -> None:
    tell("r1")
    house.relay_all()

    assert republish(OUTBOXES, minutes=5) == 1

    assert house.relay_all() == 1
    assert house.ready() == 2


def test_published_facts_are_kept_for_their_retention_and_then_forgotten(house: House) -> None:
    door = tell("r1")
    house.relay_all()

    assert trim(OUTBOXES) == 0
    with time_machine.travel(utc_now() + timedelta(days=RETENTION_DAYS, minutes=1)):
        assert trim(OUTBOXES) == 1

    assert Door._get_collection().find_one({"_id": door})["outbox"]["events"] == []


def test_a_fact_appended_after_the_retention_is_told_alone(house: House, wait_until: Wait) -> None:
    door = tell("old")
    house.relay_all()
    with time_machine.travel(utc_now() + timedelta(days=RETENTION_DAYS, minutes=1)):
        trim(OUTBOXES)
    change_one(Door, where={"_id": door}, update=MOVE, facts=[left("new")])

    heard = Heard()
    with house.relaying(), house.listening(heard):
        wait_until(lambda: "new" in heard.residents)
    assert heard.residents == ["old", "new"]


def test_what_waits_is_never_trimmed(house: House) -> None:
    tell("r1")

    with time_machine.travel(utc_now() + timedelta(days=2 * RETENTION_DAYS)):
        assert trim(OUTBOXES) == 0
    assert house.relay_all() == 1
