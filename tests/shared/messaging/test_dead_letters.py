"""Dead letters can be seen, sent round again or dropped, and none is lost on the way."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from mongoengine.connection import get_db

from shared.clock import utc_now
from shared.messaging import dead_letters
from shared.messaging.publisher import Publisher
from shared.messaging.receipts import unreceipted_in
from shared.messaging.topology import channel_to
from shared.messaging.wire import bundle_of
from shared.mongo.outbox import event_of
from tests.shared.messaging.conftest import Heard, House, Wait
from tests.shared.messaging.probe import left, tell, traces
from tests.shared.messaging.test_consumer import Refused


@pytest.fixture
def with_letters(house: House, wait_until: Wait) -> Iterator[House]:
    """Return the probe with two dead letters, of "a" and "b"."""
    tell("a")
    tell("b")
    house.relay_all()
    with house.listening(Heard({"a": [Refused()], "b": [Refused()]})):
        wait_until(lambda: len(house.dead()) == 2)
    yield house


def test_looking_changes_nothing(with_letters: House) -> None:
    assert with_letters.dead() == with_letters.dead()
    assert [letter.type for letter in with_letters.dead()] == ["identity.resident-left.v1"] * 2
    assert "resident_id" in with_letters.dead()[0].as_text()
    assert "refused: No" in with_letters.dead()[0].as_line()


def test_a_replayed_letter_is_taken_in_as_a_fresh_attempt(with_letters: House, wait_until: Wait) -> None:
    first, second = with_letters.dead()

    sent = dead_letters.replay(with_letters.settings, with_letters.topology, lambda letter: letter.id == first.id)

    assert sent == 1
    heard = Heard()
    with with_letters.listening(heard):
        wait_until(lambda: traces() == ["a"])
    assert heard.facts[0][1].attempts == 0
    assert [letter.id for letter in with_letters.dead()] == [second.id]


def test_all_letters_can_be_replayed_at_once(with_letters: House, wait_until: Wait) -> None:
    assert dead_letters.replay(with_letters.settings, with_letters.topology, lambda letter: True) == 2

    with with_letters.listening():
        wait_until(lambda: sorted(traces()) == ["a", "b"])
    assert with_letters.dead() == []


def test_a_dropped_letter_stays_in_the_audit_log_and_is_not_asked_for_again(with_letters: House) -> None:
    first, _ = with_letters.dead()

    dropped = dead_letters.drop(
        with_letters.settings, with_letters.topology, lambda letter: letter.id == first.id, reason="a test entry"
    )

    assert dropped == 1
    (line,) = get_db("probe").audit.find({"about": first.id})
    assert (line["detail"]["reason"], line["detail"]["body"]) == ("a test entry", first.body)
    assert unreceipted_in("probe")([first.id]) == []
    assert len(with_letters.dead()) == 1


@pytest.fixture
def with_a_bundle(house: House) -> House:
    """Return the probe with a bundle among its dead letters, as a quorum queue lays one there that brought down too many."""
    events = [event_of(left(name), now=utc_now()) for name in ("a", "b")]
    publisher = Publisher(house.settings.amqp_url)
    publisher.publish([replace(bundle_of(events, exchange="", mandatory=True), routing_key=house.topology.dead)])
    publisher.close()
    return house


def test_a_bundle_among_the_dead_letters_goes_round_again_as_a_whole(with_a_bundle: House, wait_until: Wait) -> None:
    (letter,) = with_a_bundle.dead()
    assert (letter.id, letter.type) == (letter.ids[0], "identity.resident-left.v1")

    assert dead_letters.replay(with_a_bundle.settings, with_a_bundle.topology, lambda letter: True) == 1

    assert unreceipted_in("probe")(letter.ids) == []
    with with_a_bundle.listening():
        wait_until(lambda: sorted(traces()) == ["a", "b"])


def test_a_bundle_that_is_dropped_is_not_asked_for_again(with_a_bundle: House) -> None:
    (letter,) = with_a_bundle.dead()

    dead_letters.drop(with_a_bundle.settings, with_a_bundle.topology, lambda letter: True, reason="a test entry")

    assert len(letter.ids) == 2
    assert unreceipted_in("probe")(letter.ids) == []
    assert with_a_bundle.dead() == []


def test_a_replay_that_was_killed_midway_leaves_the_letter_in_its_place(with_letters: House) -> None:
    with channel_to(with_letters.settings) as channel:
        channel.basic_get(with_letters.topology.dead)  # taken, and here it died

    assert len(with_letters.dead()) == 2
