"""A fact on the wire is a CloudEvent that others can read, and whatever is none is refused with a reason."""

import json

import pytest
from cloudevents.core.bindings.amqp import AMQPMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared import telemetry
from shared.clock import utc_now
from shared.events import FactInvalid
from shared.events.identity import ResidentMoved
from shared.messaging.wire import (
    ATTEMPTS,
    BUNDLE,
    PARTITION,
    REASON,
    SHARES,
    TYPE,
    attempts_in,
    bundle_of,
    laid_aside,
    message_of,
    read_body,
    read_envelope,
    share_of,
    unbundled,
)
from shared.mongo.outbox import event_of
from tests.shared.messaging.probe import left

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_the_cloudevents_library_reads_what_we_write() -> None:
    event = event_of(left("r1"), now=utc_now())

    message = message_of(event, exchange="facts", mandatory=True)

    read = from_binary(
        AMQPMessage({"content-type": "application/json"}, message.headers, message.body), JSONFormat(), CloudEvent
    )
    assert (read.get_id(), read.get_type(), read.get_subject()) == (event["id"], "identity.resident-left.v1", "r1")
    assert (read.get_source(), read.get_specversion(), read.get_time()) == ("/identity", "1.0", event["occurred_at"])
    assert read.get_data() == event["data"]


def test_a_fact_comes_back_with_its_envelope_and_the_trace_of_the_act_behind_it() -> None:
    fact = left("r1")
    with telemetry.bound("act-1", TRACE):
        message = message_of(event_of(fact, now=utc_now()), exchange="facts", mandatory=True)

    envelope = read_envelope({**message.headers, ATTEMPTS: 3})
    read = read_body(envelope.type, message.body)

    assert read == fact
    assert (envelope.correlation_id, envelope.traceparent, envelope.attempts) == ("act-1", TRACE, 3)


@pytest.mark.parametrize("missing", ["id", "type", "subject", "time"])
def test_a_message_without_a_needed_attribute_is_refused(missing: str) -> None:
    message = message_of(event_of(left(), now=utc_now()), exchange="facts", mandatory=True)
    headers = {name: value for name, value in message.headers.items() if name != f"cloudEvents:{missing}"}

    with pytest.raises(FactInvalid):
        read_envelope(headers)


def test_the_cloudevents_library_reads_each_event_of_a_bundle() -> None:
    with telemetry.bound("act-1", TRACE):
        events = [event_of(left("r1"), now=utc_now()), event_of(left("r1"), now=utc_now())]

    message = bundle_of(events, exchange="facts", mandatory=True)

    assert message.content_type == BUNDLE
    for event, told in zip(events, json.loads(message.body), strict=True):
        read = JSONFormat().read(CloudEvent, json.dumps(told))
        assert (read.get_id(), read.get_type(), read.get_subject()) == (event["id"], event["type"], "r1")
        assert (read.get_time(), read.get_data()) == (event["occurred_at"], event["data"])
        assert read.get_extension("correlationid") == "act-1"


def test_what_comes_out_of_a_bundle_is_what_would_have_come_alone() -> None:
    with telemetry.bound("act-1", TRACE):
        events = [event_of(left("r1"), now=utc_now()), event_of(left("r1"), now=utc_now())]
    alone = [message_of(event, exchange="facts", mandatory=True, again=True) for event in events]

    message = bundle_of(events, exchange="facts", mandatory=True, again=True)

    parts = unbundled(message.content_type, message.headers, message.body)
    assert [(headers, json.loads(body)) for headers, body in parts] == [(each.headers, json.loads(each.body)) for each in alone]
    assert {message.headers[PARTITION]} == {each.headers[PARTITION] for each in alone}


def test_a_bundle_of_one_is_no_bundle() -> None:
    event = event_of(left("r1"), now=utc_now())

    assert bundle_of([event], exchange="facts", mandatory=True) == message_of(event, exchange="facts", mandatory=True)


@given(body=st.binary(max_size=200) | st.just(b"[" * 100_000))
def test_what_is_no_readable_bundle_stays_one_message_and_is_refused(body: bytes) -> None:
    for headers, part in unbundled(BUNDLE, {TYPE: "identity.resident-left.v1"}, body):
        assert part == body
        with pytest.raises(FactInvalid):
            read_envelope(headers)


def test_all_facts_about_one_resident_have_one_share_and_residents_are_spread() -> None:
    moved = ResidentMoved(
        resident_id="r1", community_code="DEMO-01", household_id=None, grid_code="G1", moved_at=utc_now()
    )
    of_one = {share_of(event_of(fact, now=utc_now())) for fact in (left("r1"), moved, left("r1"))}
    of_all = {share_of(event_of(left(f"r{number}"), now=utc_now())) for number in range(1_000)}

    assert len(of_one) == 1
    assert len(of_all) == SHARES


@given(body=st.binary(max_size=200))
def test_no_body_whatever_raises_anything_but_a_refusal(body: bytes) -> None:
    message = message_of(event_of(left(), now=utc_now()), exchange="facts", mandatory=True)

    with pytest.raises(FactInvalid):
        read_body(message.routing_key, body)


def test_a_body_that_is_too_deep_is_refused() -> None:
    message = message_of(event_of(left(), now=utc_now()), exchange="facts", mandatory=True)

    with pytest.raises(FactInvalid):
        read_body(message.routing_key, b"[" * 100_000)


def test_what_is_laid_aside_keeps_its_attributes_and_loses_the_brokers_notes() -> None:
    headers = {"cloudEvents:id": "e1", "x-death": [{"count": 7}], "x-first-death-reason": "expired"}

    noted = laid_aside(headers, attempts=2, reason="bad \ud800 surrogate", failed_at=utc_now())

    assert noted["cloudEvents:id"] == "e1"
    assert (noted[ATTEMPTS], noted[REASON]) == (2, "bad ? surrogate")
    assert not [name for name in noted if "death" in name]


@pytest.mark.parametrize(("given_", "read"), [({}, 0), ({ATTEMPTS: 4}, 4), ({ATTEMPTS: "four"}, 0)])
def test_attempts_that_are_no_number_count_as_none(given_: dict[str, object], read: int) -> None:
    assert attempts_in(given_) == read
