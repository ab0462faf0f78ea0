"""The database as every service uses it: one connection, one document a write, durable before it is answered."""

from shared.mongo.connection import connect, infrastructure_errors, settled_now
from shared.mongo.documents import (
    DUPLICATE_KEY,
    audit,
    change_one,
    digest,
    ensure_documents,
    insert_new,
    is_only_duplicates,
)
from shared.mongo.group_insert import GroupInsert
from shared.mongo.outbox import OutboxDocument

__all__ = [
    "DUPLICATE_KEY",
    "GroupInsert",
    "OutboxDocument",
    "audit",
    "change_one",
    "connect",
    "digest",
    "ensure_documents",
    "infrastructure_errors",
    "insert_new",
    "is_only_duplicates",
    "settled_now",
]
