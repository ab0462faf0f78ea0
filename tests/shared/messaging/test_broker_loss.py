"""The broker is killed, and killed with its disk wiped, and every fact still has its effect: it is not the record."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.local.servers import RabbitMq
from shared.settings import load
from tests.shared.messaging.conftest import House, Wait, set_up
from tests.shared.messaging.probe import ProbeSettings, tell, traces


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    server = RabbitMq(tmp_path_factory.mktemp("broker")).start()
    yield server
    server.stop()


@pytest.fixture(params=["classic", "quorum"])
def own_house(broker: RabbitMq, platform_settings: None, request: pytest.FixtureRequest) -> Iterator[House]:
    """Return a probe on a broker of its own, with queues of either type."""
    if not broker.is_running:
        broker.start()
    settings = replace(load(ProbeSettings), amqp_url=broker.url, queue_type=request.param)
    with set_up(settings) as made:
        yield made


def test_facts_survive_a_broker_that_is_killed(own_house: House, broker: RabbitMq, wait_until: Wait) -> None:
    with own_house.relaying(), own_house.listening():
        tell("before")
        wait_until(lambda: traces() == ["before"])

        broker.kill()
        for number in range(20):
            tell(f"meanwhile {number}")
        broker.restart()

        wait_until(lambda: len(traces()) == 21, seconds=30)


def test_facts_survive_a_broker_that_loses_its_disk(own_house: House, broker: RabbitMq, wait_until: Wait) -> None:
    for number in range(20):
        tell(f"only in the queue {number}")
    own_house.relay_all()

    broker.wipe()
    broker.start()

    with own_house.relaying(), own_house.listening():
        wait_until(lambda: len(traces()) == 20, seconds=30)


def test_a_wiped_broker_heals_under_running_workers(own_house: House, broker: RabbitMq, wait_until: Wait) -> None:
    with own_house.relaying(), own_house.listening():
        tell("before")
        wait_until(lambda: traces() == ["before"])

        broker.wipe()
        tell("meanwhile")
        broker.start()

        wait_until(lambda: sorted(set(traces())) == ["before", "meanwhile"], seconds=30)
        tell("after")
        wait_until(lambda: "after" in traces())
