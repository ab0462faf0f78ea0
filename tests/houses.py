"""A running house as tests look into it: its queues and databases by name, and a service sent home."""

from contextlib import closing

import pika

from shared.local.platform import Platform
from shared.messaging.topology import Topology


def topology_in(platform: Platform, service: str) -> Topology:
    """Return the topology of a service of this platform, whose settings are not those of this process."""
    shared_out = dict(pair.split("=") for pair in platform.environment.get("GB_PARTITIONS", "").split(",") if pair)
    return Topology(_prefix(platform), service, (), partitions=int(shared_out.get(service, 1)))


def database_of(platform: Platform, service: str) -> str:
    """Return the name of a service's database in this platform."""
    return f"{_prefix(platform)}_{service}"


def send_home(platform: Platform, service: str) -> None:
    """Stop a service and take its queue out of the broker: an API left behind would ask for every fact again, as never heard."""
    for process in (f"{service}-worker", f"{service}-api"):
        platform.processes.pop(process).stop()
    with closing(pika.BlockingConnection(pika.URLParameters(platform.environment["GB_AMQP_URL"]))) as connection:
        connection.channel().queue_delete(topology_in(platform, service).queues[0])


def _prefix(platform: Platform) -> str:
    return platform.environment.get("GB_PREFIX", "gb")
