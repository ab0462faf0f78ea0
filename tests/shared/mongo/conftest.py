"""A database of its own for each test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import mongoengine
import pytest
from mongoengine import IntField, StringField
from mongoengine.connection import get_connection

from shared.ids import new_id
from shared.mongo import OutboxDocument, connect, ensure_documents
from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class ShelfSettings(Settings):
    """Settings of the service whose database this is."""

    service: ClassVar[str] = "shelf"


class Jar(OutboxDocument):
    """It holds beans, never fewer than none; no two jars stand in one place."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "shelf",
        "collection": "jars",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{"fields": ["place"], "unique": True, "sparse": True}],
    }
    VALIDATOR: ClassVar[dict[str, Any]] = {"beans": {"$not": {"$lt": 0}}}
    id = StringField(primary_key=True)
    place = StringField()
    beans = IntField(default=0)


@pytest.fixture
def shelf(platform_settings: None) -> Iterator[ShelfSettings]:
    """Connect to a fresh database with its documents ensured."""
    settings = replace(load(ShelfSettings), prefix=f"t{new_id()[-8:]}")
    connect(settings)
    ensure_documents([Jar])
    yield settings
    get_connection("shelf").drop_database(settings.database)
    get_connection("shelf").close()
    mongoengine.disconnect("shelf")
