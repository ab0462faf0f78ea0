"""A service's facts shared out among several queues: all about one resident in one of them, each heard by one at a time."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.events import Envelope
from shared.events.identity import ResidentLeft
from shared.messaging import dead_letters, stand_in, topology
from shared.messaging.consumer import Consumer, Ears
from shared.messaging.errors import Later
from shared.messaging.stand_in import StandIn
from shared.messaging.topology import Topology, has_read_all
from shared.mongo import change_one
from shared.settings import load
from tests.shared.messaging.conftest import Heard, House, Wait, set_up, take_away
from tests.shared.messaging.probe import Door, ProbeSettings, left, tell, traces
from tests.shared.messaging.test_consumer import Refused

SHARED_OUT = {"probe": 3}
MOVE = {"$set": {"moved": True}}


@pytest.fixture
def shared_out(platform_settings: None) -> Iterator[House]:
    """Return a probe whose facts are shared out among three queues."""
    with set_up(replace(load(ProbeSettings), partitions=SHARED_OUT)) as made:
        yield made


def test_facts_about_one_resident_lie_in_one_queue_and_all_residents_in_all(shared_out: House) -> None:
    door = tell("r0")
    for _ in range(9):
        change_one(Door, where={"_id": door}, update=MOVE, facts=[left("r0")])
    shared_out.relay_all()
    of_one = [shared_out.facts(queue) for queue in shared_out.topology.queues]
    for number in range(1, 100):
        tell(f"r{number}")
    shared_out.relay_all()

    assert sorted(of_one) == [0, 0, 10]
    assert all(shared_out.facts(queue) > 10 for queue in shared_out.topology.queues)


def test_each_queue_is_heard_and_a_fact_put_off_comes_back_to_its_own(shared_out: House, wait_until: Wait) -> None:
    names = [f"r{number}" for number in range(30)]
    for name in names:
        tell(name)
    shared_out.relay_all()
    heard = [Heard({name: [Later("wait")] for name in names}) for _ in range(3)]

    with (
        shared_out.listening(heard[0]),
        shared_out.listening(heard[1], partition=1),
        shared_out.listening(heard[2], partition=2),
    ):
        wait_until(lambda: sorted(traces()) == sorted(names))
        assert has_read_all(shared_out.settings, "probe")

    who_heard = [set(each.residents) for each in heard]
    assert all(who_heard)
    assert sum(map(len, who_heard)) == 30  # the second time came to the same listener as the first


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
def test_a_queue_has_one_listener_at_a_time_and_another_takes_over(shared_out: House, wait_until: Wait, queue_type: str) -> None:
    own = replace(shared_out.topology, single_active=True, service="alone", queue_type=queue_type)
    alone = replace(shared_out, topology=own)
    topology.declare(alone.settings, alone.topology)
    first, second = Heard(), Heard()
    tell("r1")
    alone.relay_all()
    queue = next(number for number, name in enumerate(alone.topology.queues) if alone.ready(name))

    with alone.listening(second, partition=(queue + 1) % 3), alone.listening(first, partition=queue):
        wait_until(lambda: first.residents == ["r1"])
        with alone.listening(second, partition=queue):
            tell("r1")
            alone.relay_all()
            wait_until(lambda: first.residents == ["r1", "r1"])
    assert second.residents == []

    with alone.listening(second, partition=queue):
        tell("r1")
        alone.relay_all()
        wait_until(lambda: second.residents == ["r1"])
    take_away(alone.settings, alone.topology)


def test_a_partition_that_nobody_listens_to_is_stood_in_for_until_somebody_does(
    shared_out: House, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "LOOK_SECONDS", 1.5)  # limits, not code
    monkeypatch.setattr(stand_in, "STAND_SECONDS", 3.0)
    alone = replace(shared_out, topology=replace(shared_out.topology, single_active=True))
    substitute, listener, stopping = Heard(), Heard(), threading.Event()
    ears, queue = Ears(handlers={ResidentLeft: substitute}), alone.topology.queues[1]
    stand = StandIn(alone.settings, queue, lambda: Consumer(alone.settings, alone.topology, ears, partition=1))
    thread = threading.Thread(target=stand.run, args=(stopping,))
    thread.start()
    _tell_everybody(alone)
    wait_until(lambda: substitute.residents and alone.ready(queue) == 0)

    with alone.listening(listener, partition=1):
        wait_until(lambda: _tell_everybody(alone) and listener.residents, seconds=20)
    stopping.set()
    thread.join()

    assert set(listener.residents) <= set(substitute.residents)


def test_a_stand_in_that_was_there_before_can_lay_aside_what_it_cannot_take_in(
    shared_out: House, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "LOOK_SECONDS", 0.2)  # limits, not code
    monkeypatch.setattr(stand_in, "STAND_SECONDS", 1.0)
    heard = Heard({f"r{number}": [Refused(), Refused()] for number in range(30)})
    ears, stopping = Ears(handlers={ResidentLeft: heard}), threading.Event()
    stand = StandIn(
        shared_out.settings,
        shared_out.topology.queues[1],
        lambda: Consumer(shared_out.settings, shared_out.topology, ears, partition=1),
    )
    thread = threading.Thread(target=stand.run, args=(stopping,))
    thread.start()
    for _ in range(2):
        before = len(shared_out.dead())
        _tell_everybody(shared_out)
        wait_until(lambda before=before: len(shared_out.dead()) > before)
        wait_until(lambda: topology.listeners_of(shared_out.settings, shared_out.topology.queues[1]) == 0)
    stopping.set()
    thread.join()


def _tell_everybody(house: House) -> int:
    for number in range(30):
        tell(f"r{number}")
    return house.relay_all()


def test_a_queue_that_was_declared_otherwise_is_made_anew(house: House) -> None:
    as_before = {"x-queue-type": "classic", "x-single-active-consumer": True}
    with topology.channel_to(house.settings) as channel:
        channel.queue_delete(house.topology.queues[0])
        channel.queue_declare(house.topology.queues[0], durable=True, arguments=as_before)

    before: list[int] = []
    topology.declare(house.settings, house.topology, before_anew=lambda: before.append(house.ready()))
    tell("r1")
    house.relay_all()

    assert house.ready() == 1
    assert before == [0]  # it was called while the old queue stood


def test_a_dead_letter_sent_round_again_comes_to_its_resident_queue(shared_out: House, wait_until: Wait) -> None:
    tell("r1")
    shared_out.relay_all()
    queue = next(number for number, name in enumerate(shared_out.topology.queues) if shared_out.ready(name))
    with shared_out.listening(Heard({"r1": [Refused()]}), partition=queue):
        wait_until(shared_out.dead)

    dead_letters.replay(shared_out.settings, shared_out.topology, lambda letter: True)

    assert shared_out.ready(shared_out.topology.queues[queue]) == 1


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (3, 2)])
def test_sharing_out_otherwise_loses_nothing_that_comes_after(house: House, before: int, after: int) -> None:
    first, then = replace(house.topology, partitions=before), replace(house.topology, partitions=after)
    topology.declare(house.settings, first)
    topology.declare(house.settings, then)
    for number in range(50):
        tell(f"r{number}")
    house.relay_all()

    assert sum(house.facts(queue) for queue in then.queues) == 50
    assert _standing(house, first) == set(then.queues) & set(first.queues)
    take_away(house.settings, then)


def test_one_poison_in_one_queue_stops_none_of_the_others(shared_out: House, wait_until: Wait) -> None:
    lock, seen = threading.Lock(), set()

    def listen(fact: ResidentLeft, envelope: Envelope) -> None:
        if fact.resident_id == "poison":
            raise RuntimeError("for good")
        with lock:
            seen.add(fact.resident_id)

    names = {f"r{number}" for number in range(40)}
    for name in (*names, "poison"):
        tell(name)
    shared_out.relay_all()

    with shared_out.listening(listen), shared_out.listening(listen, partition=1), shared_out.listening(listen, partition=2):
        wait_until(lambda: seen == names)


def _standing(house: House, topology_: Topology) -> set[str]:
    with topology.channel_to(house.settings) as channel:
        return {queue for queue in topology_.queues if topology._states_of(channel.connection.channel(), [queue])}

