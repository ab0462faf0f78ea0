"""How facts travel: out of the document that they changed, through the broker, into one command of whoever listens."""

from shared.messaging.errors import Later
from shared.mongo.outbox import OutboxDocument
from shared.messaging.worker import Job, Worker

__all__ = ["Job", "Later", "OutboxDocument", "Worker"]
