"""The one connection of a process to its service's own database: what is answered is on the disks of a majority."""

from datetime import UTC, datetime

import mongoengine
from mongoengine.connection import get_connection
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    CursorNotFound,
    ExecutionTimeout,
    PyMongoError,
    WTimeoutError,
)

from shared.clock import utc_now
from shared.settings import Settings

SELECTION_TIMEOUT_MILLISECONDS = 5_000
SOCKET_TIMEOUT_MILLISECONDS = 30_000
QUEUE_TIMEOUT_MILLISECONDS = 10_000
POOL_MAX = 100

infrastructure_errors = (AutoReconnect, ConnectionFailure, CursorNotFound, ExecutionTimeout, WTimeoutError)
"""What means that the database is away, or was while we read (a cursor does not outlive its server), not that the work is wrong: wait
and try again, count nothing against the work."""


def connect(settings: Settings) -> None:
    """Register the service's database under its name as alias; calling again with the same settings does nothing.

    The sockets open at the first use, in whichever process that is: a fork between here and there does no harm.
    """
    mongoengine.connect(
        db=settings.database,
        alias=settings.service,
        host=settings.mongodb_uri,
        appname=settings.service,
        connect=False,
        tz_aware=True,
        uuidRepresentation="standard",
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=True,
        maxPoolSize=POOL_MAX,
        serverSelectionTimeoutMS=SELECTION_TIMEOUT_MILLISECONDS,
        socketTimeoutMS=SOCKET_TIMEOUT_MILLISECONDS,
        waitQueueTimeoutMS=QUEUE_TIMEOUT_MILLISECONDS,
    )


def settled_now(alias: str) -> datetime:
    """Return the present moment by our clock or the database's, whichever is earlier.

    A line drawn by it ("everything before is done with") is never drawn ahead of what others are still stamping, though the
    clock of the process that draws it may be ahead. (ADR 58)
    """
    database_time: datetime = get_connection(alias).admin.command("hello")["localTime"]
    return min(utc_now(), database_time.replace(tzinfo=UTC))


def answers(alias: str) -> bool:
    """Tell whether the service's database answers a ping."""
    try:
        get_connection(alias).admin.command("ping")
    except PyMongoError:
        return False
    return True
