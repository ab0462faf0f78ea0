"""A publisher tells what the broker took over, and nothing else."""

import threading
import time

import pytest

from shared.clock import utc_now
from shared.ids import new_id
from shared.messaging.errors import BrokerAway
from shared.messaging.publisher import Publisher
from shared.messaging.wire import Message, message_of
from shared.mongo.outbox import event_of
from tests.shared.messaging.conftest import House
from tests.shared.messaging.probe import left

WINDOW, WINDOWS = 1000, 20
RATE_MIN = 5_000


def messages(house: House, count: int) -> list[Message]:
    return [
        message_of(event_of(left(), now=utc_now()), exchange=house.topology.exchange, mandatory=True)
        for _ in range(count)
    ]


def test_all_that_was_confirmed_is_in_the_queue(house: House) -> None:
    publisher = Publisher(house.settings.amqp_url)

    confirmed = publisher.publish(messages(house, 300))

    publisher.close()
    assert confirmed == set(range(300))
    assert house.ready() == 300


def test_what_finds_no_queue_is_not_confirmed_and_the_others_are(house: House) -> None:
    publisher = Publisher(house.settings.amqp_url)
    good, lost = messages(house, 1)[0], Message(house.topology.exchange, "nobody.listens.v1", b"{}", new_id())

    confirmed = publisher.publish([good, lost, good])

    publisher.close()
    assert confirmed == {0, 2}


def test_what_needs_no_listener_is_confirmed_without_one(house: House) -> None:
    publisher = Publisher(house.settings.amqp_url)
    told = Message(house.topology.exchange, "nobody.listens.v1", b"{}", new_id(), mandatory=False)

    assert publisher.publish([told]) == {0}
    publisher.close()


def test_an_exchange_that_is_gone_is_a_broker_that_is_away_and_the_next_window_goes_through(house: House) -> None:
    publisher = Publisher(house.settings.amqp_url)

    with pytest.raises(BrokerAway):
        publisher.publish([Message("no-such-exchange", "x", b"{}", new_id())])

    assert publisher.publish(messages(house, 2)) == {0, 1}
    assert publisher.connect() == 2
    publisher.close()


def test_what_was_meant_for_an_earlier_connection_is_not_sent_on_the_next_one(house: House) -> None:
    publisher = Publisher(house.settings.amqp_url)
    first = publisher.connect()
    with pytest.raises(BrokerAway):
        publisher.publish([Message("no-such-exchange", "x", b"{}", new_id())], connection=first)

    with pytest.raises(BrokerAway):
        publisher.publish(messages(house, 1), connection=first)

    assert house.ready() == 0
    assert publisher.publish(messages(house, 1), connection=publisher.connect()) == {0}
    publisher.close()


def test_nobody_answers_at_an_address_without_a_broker() -> None:
    publisher = Publisher("amqp://guest:guest@127.0.0.1:1/%2F")

    with pytest.raises(BrokerAway):
        publisher.publish([Message("", "x", b"{}", new_id())], seconds=0.3)
    publisher.close()


def test_two_threads_take_turns(house: House) -> None:
    publisher, confirmed = Publisher(house.settings.amqp_url), []
    threads = [
        threading.Thread(target=lambda: confirmed.append(publisher.publish(messages(house, 100)))) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    publisher.close()
    assert confirmed == [set(range(100))] * 8
    assert house.ready() == 800


def test_windows_of_confirms_are_fast(house: House) -> None:
    publisher, window = Publisher(house.settings.amqp_url), messages(house, WINDOW)
    publisher.publish(window)

    started = time.process_time(), time.perf_counter()
    for _ in range(WINDOWS):
        assert len(publisher.publish(window)) == WINDOW
    seconds = time.perf_counter() - started[1]

    publisher.close()
    print(f"\n{WINDOW * WINDOWS / seconds:,.0f} facts a second, each confirmed, in windows of {WINDOW}")
    busy_seconds = time.process_time() - started[0]  # what other tests do on this machine meanwhile is not ours
    assert WINDOW * WINDOWS / busy_seconds >= RATE_MIN
