"""One document, one write: the three moves by which every service changes its state, facts included. (ADR 1)"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from mongoengine import Document
from mongoengine.connection import get_db
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, CollectionInvalid, DuplicateKeyError, OperationFailure

from shared.clock import utc_now
from shared.mongo.outbox import appending, with_facts
from shared.telemetry import correlation

D = TypeVar("D", bound=Document)

DUPLICATE_KEY, NAMESPACE_EXISTS = 11000, 48


def insert_new(document: Document, *facts: Any) -> bool:
    """Insert `document` with its facts in one write; False if its id is known already, whatever stands there.

    A clash on another unique index raises DuplicateKeyError.
    """
    document.validate()
    try:
        document._get_collection().insert_one(with_facts(document.to_mongo().to_dict(), facts))
    except DuplicateKeyError as error:
        if list((error.details or {}).get("keyPattern", {})) == ["_id"]:
            return False
        raise
    return True


def change_one(
    document_class: type[D],
    *,
    where: Mapping[str, Any],
    update: Mapping[str, Any] | None = None,
    facts: Sequence[Any] = (),
) -> D | None:
    """Change the one document that matches the guard `where` and append `facts` to its outbox, in one write.

    Returns the new state, or None where the guard did not match: somebody was faster, or it is another community's.
    """
    changed = document_class._get_collection().find_one_and_update(
        where, appending(update or {}, facts), return_document=ReturnDocument.AFTER
    )
    return None if changed is None else document_class._from_son(changed)


def is_only_duplicates(error: BulkWriteError) -> bool:
    """Tell whether a bulk write failed at unique indexes alone; whatever else it was to write is durable then."""
    refused = error.details["writeErrors"]
    return not error.details.get("writeConcernErrors") and all(row["code"] == DUPLICATE_KEY for row in refused)


def digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a loaded request body: equal for equal content, whatever the order of its fields."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()


def audit(service: str, *, act: str, by: str, about: str, detail: Mapping[str, Any] | None = None) -> None:
    """Write one line into the service's audit log: who (`by`) did what (`act`) to what (`about`)."""
    get_db(service)["audit"].insert_one(
        {
            "act": act,
            "by": by,
            "about": about,
            "detail": dict(detail or {}),
            "at": utc_now(),
            "correlation_id": correlation(),
        }
    )


def ensure_documents(documents: Iterable[type[Document]]) -> None:
    """Create the collections with their indexes and validators (`VALIDATOR` on the class); calling again changes nothing."""
    for document_class in documents:
        _ensure_collection(document_class)
        document_class.ensure_indexes()


def _ensure_collection(document_class: type[Document]) -> None:
    database = get_db(document_class._meta["db_alias"])
    name = document_class._get_collection_name()
    try:
        database.create_collection(name)
    except (CollectionInvalid, OperationFailure) as error:
        if isinstance(error, OperationFailure) and error.code != NAMESPACE_EXISTS:
            raise  # otherwise it stands already, perhaps since a moment; the validator below may still be new
    if validator := getattr(document_class, "VALIDATOR", None):
        database.command("collMod", name, validator=validator, validationLevel="strict", validationAction="error")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
