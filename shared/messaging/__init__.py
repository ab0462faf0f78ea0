"""How facts travel: out of the document that they changed, through the broker, into one command of whoever listens."""

from shared.messaging.outbox import OutboxDocument

__all__ = ["OutboxDocument"]
