"""How facts travel: out of the document that they changed, through the broker, into one command of whoever listens."""

from shared.messaging.errors import BrokerAway, Later
from shared.messaging.jobs import Job
from shared.messaging.worker import Worker
from shared.mongo.outbox import OutboxDocument

__all__ = ["BrokerAway", "Job", "Later", "OutboxDocument", "Worker"]
