"""Each fact has its effect once; what cannot be taken in steps aside; nothing is acknowledged that is not durable."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pymongo.errors
import pytest
from mongoengine.connection import get_db

from shared import telemetry
from shared.clock import utc_now
from shared.events import Envelope
from shared.events.identity import ResidentLeft, ResidentMoved
from shared.ids import new_id
from shared.messaging import topology
from shared.messaging.consumer import ATTEMPTS_MAX, Consumer, Ears
from shared.messaging.errors import Later
from shared.messaging.listener import Delivery, Listener
from shared.messaging.publisher import Publisher
from shared.messaging.receipts import done_among, unreceipted_in
from shared.messaging.recovery import republish
from shared.messaging.topology import channel_to, stands
from shared.messaging.wire import ATTEMPTS, ID, bundle_of, message_of
from shared.mongo.outbox import event_of
from shared.problems import Problem
from tests.shared.messaging.conftest import OUTBOXES, Heard, House, Wait
from tests.shared.messaging.probe import leave_trace, left, tell, traces


class Refused(Problem):
    """It will not get better."""

    slug, status, title = "refused", 409, "No"


def headers_of(fact: Any) -> tuple[dict[str, Any], bytes]:
    message = message_of(event_of(fact, now=utc_now()), exchange="", mandatory=True)
    return dict(message.headers), message.body


def moved(resident_id: str) -> ResidentMoved:
    return ResidentMoved(resident_id=resident_id, community_code="DEMO-01", moved_at=utc_now())


def test_every_fact_told_has_its_effect(house: House, wait_until: Wait) -> None:
    for number in range(50):
        tell(f"r{number}")

    with house.relaying(), house.listening():
        wait_until(lambda: len(traces()) == 50)

    assert sorted(traces()) == sorted(f"r{number}" for number in range(50))
    assert house.ready() == 0


def test_a_fact_delivered_again_has_no_second_effect(house: House, wait_until: Wait) -> None:
    headers, body = headers_of(left("r1"))
    house.send(body, headers)
    house.send(body, headers)
    heard = Heard()

    with house.listening(heard):
        wait_until(lambda: len(heard.facts) == 2)

    assert traces() == ["r1"]


def test_a_stranger_whose_id_is_no_text_goes_to_the_dead_letters(house: House, wait_until: Wait) -> None:
    house.send(b"no fact", {ID: 7})
    tell("r1")

    with house.relaying(), house.listening():
        wait_until(lambda: traces() == ["r1"])
        wait_until(lambda: [letter.id for letter in house.dead()] == ["7"])


def test_of_a_bundle_only_what_failed_steps_aside(house: House, wait_until: Wait) -> None:
    events = [event_of(left(f"r{number}"), now=utc_now()) for number in range(5)]
    events[3]["data"] = {"resident_id": "r3"}
    message = replace(bundle_of(events, exchange="", mandatory=True), routing_key=house.topology.queues[0])
    publisher = Publisher(house.settings.amqp_url)
    assert publisher.publish([message]) == {0}
    publisher.close()
    heard = Heard({"r1": [Refused()], "r2": [Later("wait")]})

    with house.listening(heard):
        wait_until(lambda: sorted(traces()) == ["r0", "r2", "r4"])

        wait_until(lambda: unreceipted_in("probe")([event["id"] for event in events]) == [])

    assert sorted(letter.id for letter in house.dead()) == sorted(events[number]["id"] for number in (1, 3))
    assert house.ready() == 0


def test_a_fact_told_again_is_not_even_handled_if_it_is_done_with(house: House, wait_until: Wait) -> None:
    heard = Heard()
    with house.relaying(), house.listening(heard):
        tell("r1")
        wait_until(lambda: get_db("probe").receipts.count_documents({}) == 1)
        republish(OUTBOXES, minutes=5)
        tell("r2")
        wait_until(lambda: "r2" in heard.residents and house.ready() == 0)

    assert heard.residents == ["r1", "r2"]


def test_a_fact_told_again_is_handled_if_it_only_waits_for_another_try(house: House, wait_until: Wait) -> None:
    heard = Heard({"r1": [Later("wait")]})
    with house.relaying(), house.listening(heard):
        tell("r1")
        wait_until(lambda: heard.residents == ["r1"] and get_db("probe").laid_aside.count_documents({}) == 1)
        republish(OUTBOXES, minutes=5)
        wait_until(lambda: traces() == ["r1"])

    assert heard.residents.count("r1") >= 2


def test_a_refusal_lies_with_the_dead_letters_at_once_and_the_others_flow(house: House, wait_until: Wait) -> None:
    tell("bad")
    tell("good")
    house.relay_all()
    heard = Heard({"bad": [Refused("never")]})

    with house.listening(heard):
        wait_until(lambda: traces() == ["good"] and house.dead())

    (letter,) = house.dead()
    assert (letter.type, letter.reason) == ("identity.resident-left.v1", "refused: never")
    assert heard.residents.count("bad") == 1


def test_a_failure_comes_again_after_its_delay(house: House, wait_until: Wait) -> None:
    tell("r1")
    house.relay_all()
    heard = Heard({"r1": [RuntimeError("for now"), Later("something else comes first")]})

    with house.listening(heard):
        wait_until(lambda: traces() == ["r1"])

    assert [envelope.attempts for _, envelope in heard.facts] == [0, 1, 2]
    assert house.dead() == []


def test_a_fact_that_always_fails_ends_with_the_dead_letters_and_says_why(house: House, wait_until: Wait) -> None:
    headers, body = headers_of(left("r1"))
    house.send(body, {**headers, ATTEMPTS: ATTEMPTS_MAX - 1})

    with house.listening(Heard({"r1": [RuntimeError("broken for good")]})):
        wait_until(house.dead)

    assert "RuntimeError: broken for good" in house.dead()[0].reason
    assert "Traceback" in house.dead()[0].reason


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (None, b"hello"),
        ({"cloudEvents:id": "1"}, b"{}"),
        ({"x-attempts": "many", "cloudEvents:type": ["a", {"b": 1}]}, b"\xff\x00"),
        (headers_of(left())[0], b"{"),
        (headers_of(left())[0], b'{"resident_id": 5}'),
        ({**headers_of(left())[0], "cloudEvents:type": "identity.resident-left.v9"}, headers_of(left())[1]),
    ],
)
def test_poison_is_parked_and_the_others_flow(
    house: House, wait_until: Wait, headers: dict[str, Any] | None, body: bytes
) -> None:
    house.send(body, headers)
    good_headers, good_body = headers_of(left("good"))
    house.send(good_body, good_headers)

    with house.listening():
        wait_until(lambda: traces() == ["good"] and house.dead())

    assert house.dead()[0].body.encode(errors="replace") == body.decode(errors="replace").encode(errors="replace")


def test_a_fact_that_nobody_here_listens_to_is_parked(house: House, wait_until: Wait) -> None:
    headers, body = headers_of(ResidentMoved(
        resident_id="r1", community_code="DEMO-01", grid_code=None, household_id=None, moved_at=utc_now()
    ))  # fmt: skip
    house.send(body, headers)

    with house.listening():
        wait_until(house.dead)

    assert "does not listen" in house.dead()[0].reason


def test_one_poison_in_a_batch_harms_none_of_the_others(house: House, wait_until: Wait) -> None:
    sizes: list[int] = []

    def post(batch: Sequence[tuple[ResidentLeft, Envelope]]) -> None:
        sizes.append(len(batch))
        if any(fact.resident_id == "poison" for fact, _ in batch):
            raise Refused("not this one")
        for fact, envelope in batch:
            leave_trace(fact, envelope)

    names = [f"r{number}" for number in range(64)]
    for name in [*names[:40], "poison", *names[40:]]:
        tell(name)
    house.relay_all()

    with house.listening(batch=post):
        wait_until(lambda: len(traces()) == 64 and house.dead())

    assert sorted(traces()) == sorted(names)
    assert [letter.reason for letter in house.dead()] == ["refused: not this one"]
    assert sizes[0] > 1


def test_what_is_taken_together_comes_in_one_group_and_the_rest_one_by_one(house: House) -> None:
    heard: list[list[str]] = []

    def take(batch: Sequence[tuple[ResidentLeft, Envelope]]) -> None:
        heard.append([fact.resident_id for fact, _ in batch])

    def move(fact: ResidentMoved, _: Envelope) -> None:
        heard.append([fact.resident_id])

    ears = Ears(handlers={ResidentLeft: leave_trace, ResidentMoved: move}, together={ResidentLeft: take}, outboxes=OUTBOXES)
    facts: list[Any] = [left("r1"), moved("r2"), left("r3"), moved("r4"), left("r5")]
    batch = [
        Delivery(number, {}, b"", fact=fact, envelope=Envelope(id=new_id(), type=fact.TYPE, subject="", occurred_at=utc_now()))
        for number, fact in enumerate(facts)
    ]
    Consumer(house.settings, house.topology, ears).take_in(batch)
    assert sorted(heard) == [["r1", "r3", "r5"], ["r2"], ["r4"]]


def test_while_the_database_is_away_nothing_is_acknowledged_and_no_attempt_counted(
    house: House, wait_until: Wait
) -> None:
    tell("r1")
    house.relay_all()
    heard = Heard({"r1": [pymongo.errors.AutoReconnect("the database is away")]})

    with house.listening(heard):
        wait_until(lambda: traces() == ["r1"])

    assert [envelope.attempts for _, envelope in heard.facts] == [0, 0]
    assert house.dead() == []


def test_a_consumer_that_died_before_acknowledging_leaves_its_batch_to_the_next(house: House, wait_until: Wait) -> None:
    for number in range(20):
        tell(f"r{number}")
    house.relay_all()
    first = Heard({"r10": [pymongo.errors.ConnectionFailure("and here it died")]})

    with house.listening(first):
        wait_until(lambda: len(traces()) == 20)

    assert len(first.facts) > 20  # those before the death came again,
    assert len(set(traces())) == 20  # and had no second effect


def test_the_trace_of_an_act_goes_on_in_what_follows(house: House, wait_until: Wait) -> None:
    seen: list[str] = []
    with telemetry.bound("act-1"):
        tell("r1")
    house.relay_all()

    with house.listening(lambda fact, envelope: seen.append(telemetry.correlation())):
        wait_until(lambda: seen)

    assert seen == ["act-1"]


def test_taken_in_put_off_and_dead_facts_have_receipts_and_only_strangers_have_none(
    house: House, wait_until: Wait
) -> None:
    for name in ("done", "later", "dead"):
        tell(name)
    house.relay_all()
    heard = Heard({"later": [Later("wait")] * 20, "dead": [Refused()]})

    with house.listening(heard):
        wait_until(lambda: len({fact.resident_id for fact, _ in heard.facts}) == 3)
        asked = {envelope.id: fact.resident_id for fact, envelope in heard.facts}
        wait_until(lambda: unreceipted_in("probe")([*asked, "stranger"]) == ["stranger"])


def test_what_is_taken_in_within_a_moment_shares_one_receipt_and_is_acknowledged(house: House, wait_until: Wait) -> None:
    for number in range(100):
        tell(f"r{number}")
    heard = Heard()

    with house.relaying(), house.listening(heard):
        wait_until(lambda: len(traces()) == 100)
        ids = {envelope.id for _, envelope in heard.facts}
        wait_until(lambda: done_among("probe", ids) == ids)

    assert get_db("probe").receipts.count_documents({}) < 20
    assert house.ready() == 0


def test_a_consumer_that_is_told_to_stop_finishes_what_it_has_taken_in(house: House) -> None:
    tell("r1")
    house.relay_all()
    heard, stopping = Heard(), threading.Event()

    def last_words(fact: ResidentLeft, envelope: Envelope) -> None:
        heard(fact, envelope)
        stopping.set()

    ears = Ears(handlers={ResidentLeft: last_words}, outboxes=OUTBOXES)
    Consumer(house.settings, house.topology, ears).run(stopping)

    assert done_among("probe", [heard.facts[0][1].id])
    assert house.ready() == 0


def test_a_queue_deleted_under_a_listener_is_declared_and_heard_again(house: House, wait_until: Wait) -> None:
    with house.relaying(), house.listening():
        tell("before")
        wait_until(lambda: traces() == ["before"])
        with channel_to(house.settings) as channel:
            channel.queue_delete(house.topology.queues[0])
        wait_until(lambda: stands(house.settings, house.topology))
        tell("after")
        wait_until(lambda: sorted(set(traces())) == ["after", "before"])


def test_a_batch_may_take_longer_than_a_heartbeat(house: House, wait_until: Wait, monkeypatch: Any) -> None:
    monkeypatch.setattr(topology, "HEARTBEAT_SECONDS", 1)  # a limit, not code: sixty seconds would be a long test
    release, calls = threading.Event(), []

    def slow(fact: ResidentLeft, envelope: Envelope) -> None:
        calls.append(envelope.id)
        release.wait(4)
        leave_trace(fact, envelope)

    tell("r1")
    house.relay_all()

    with house.listening(slow):
        wait_until(lambda: traces() == ["r1"])
        wait_until(lambda: house.ready() == 0)

    assert len(calls) == 1
    assert house.ready() == 0


def test_an_accident_in_reading_is_heard_of_and_is_no_loss_of_the_broker(house: House) -> None:
    def stumble(_: Delivery) -> None:
        raise ZeroDivisionError

    house.send(b"{}")
    with Listener(house.settings.amqp_url, house.topology.queues[0], read=stumble) as listener, pytest.raises(ZeroDivisionError):
        while not listener.take(1):
            pass
