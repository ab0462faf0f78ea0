"""Reconcile: compare what this service told with what the others took in, and tell again what left no receipt. (ADR 2)

A watermark per outbox remembers up to when everything has been taken in; it never passes a fact without a receipt that is younger
than the give-up age. This, not the broker, is what 'nothing accepted is lost' rests on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from mongoengine.connection import get_db

from shared.clock import utc_now
from shared.events import fact_class
from shared.messaging.metrics import MISSING
from shared.mongo.outbox import OutboxDocument
from shared.settings import Settings
from shared.telemetry import log
from shared.web.auth import service_token

SETTLED_SECONDS = 30
PAGE_DOCUMENTS = 500
QUESTION_EVENTS = 1000
GIVE_UP_DAYS = 14
ASK_SECONDS = 10


class ConsumerAway(Exception):
    """A service did not answer; what it has taken in is unknown, so the watermark waits."""


@dataclass
class Findings:
    """What one round found: events compared, and how many had to be told again."""

    compared: int = 0
    missing: int = 0


def reconcile(settings: Settings, documents: Iterable[type[OutboxDocument]], *, settled_seconds: float = SETTLED_SECONDS) -> Findings:
    """Compare every outbox of the service from its watermark up to `settled_seconds` ago; ConsumerAway if one can't be asked."""
    findings = Findings()
    until = utc_now() - timedelta(seconds=settled_seconds)
    for document in documents:
        if issubclass(document, OutboxDocument):
            _reconcile_one(settings, document, until, findings)
    MISSING.labels(settings.service).set(findings.missing)
    if findings.missing:
        log().warning("reconcile told facts again", compared=findings.compared, missing=findings.missing)
    return findings


def _reconcile_one(settings: Settings, document: type[OutboxDocument], until: datetime, findings: Findings) -> None:
    marks = get_db(settings.service)["reconciled"]
    name = document._get_collection_name()
    mark = (marks.find_one({"_id": name}) or {}).get("until") or until - timedelta(days=GIVE_UP_DAYS)
    clean_until = until
    for page in _pages(document, mark, until):
        missing = _missing(settings, document, page)
        findings.compared += sum(len(document.events_of(row)) for row in page)
        findings.missing += len(missing)
        if missing:
            first = min(row["outbox"]["published_at"] for row in page if row["_id"] in missing)
            clean_until = min(clean_until, first)
            _tell_again(document, missing)
    oldest_kept = until - timedelta(days=GIVE_UP_DAYS)
    marks.update_one({"_id": name}, {"$set": {"until": max(clean_until, oldest_kept)}}, upsert=True)


def _pages(document: type[OutboxDocument], since: datetime, until: datetime) -> Iterator[list[dict[str, Any]]]:
    rows = document._get_collection().find({"outbox.published_at": {"$gte": since, "$lte": until}}, hint="outbox_published")
    page: list[dict[str, Any]] = []
    for row in rows.sort("outbox.published_at", 1).batch_size(PAGE_DOCUMENTS):
        page.append(row)
        if len(page) == PAGE_DOCUMENTS:
            yield page
            page = []
    if page:
        yield page


def _missing(settings: Settings, document: type[OutboxDocument], page: Sequence[dict[str, Any]]) -> set[Any]:
    """Return the ids of the documents of which some consumer lacks an event."""
    owner = {event["id"]: row["_id"] for row in page for event in document.events_of(row) if fact_class(event["type"]).CONSUMED}
    events = [{"id": event["id"], "type": event["type"]} for row in page for event in document.events_of(row) if event["id"] in owner]
    missing: set[Any] = set()
    for service, url in settings.service_urls.items():
        for start in range(0, len(events), QUESTION_EVENTS):
            missing |= {owner[id_] for id_ in _ask(settings, service, url, events[start : start + QUESTION_EVENTS])}
    return missing


def _ask(settings: Settings, service: str, url: str, events: Sequence[dict[str, str]]) -> list[str]:
    try:
        answer = requests.post(
            f"{url}/internal/receipts", json={"events": list(events)}, timeout=ASK_SECONDS,
            headers={"Authorization": f"Bearer {service_token(settings)}"},
        )
        answer.raise_for_status()
        return list(answer.json()["missing"])
    except (requests.RequestException, ValueError, KeyError) as error:
        raise ConsumerAway(f"{service} cannot be asked: {error!r}") from error


def _tell_again(document: type[OutboxDocument], ids: Iterable[Any]) -> None:
    again = {"$set": {"outbox.published": 0, "outbox.waiting_since": utc_now()}}
    document._get_collection().update_many({"_id": {"$in": list(ids)}}, again)
