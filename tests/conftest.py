"""What every test may ask for: real servers, a service's API, a signed caller, facts told and facts delivered."""

import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask.testing import FlaskClient

from shared.clock import utc_now
from shared.events import Envelope, read_fact, write_fact
from shared.ids import new_id
from shared.local.keys import KeyPaths, make_keys
from shared.web.auth import Caller, sign_token

SERVICES = ("identity", "talent", "checkin", "ledger", "rewards", "engagement")
COMMUNITY = "DEMO-01"

As = Callable[..., dict[str, str]]

hypothesis.settings.register_profile("shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("shared machine")  # which is slow now and then


@pytest.fixture(scope="session", autouse=True)
def platform_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point every service of this session at real servers, under names of its own."""
    folder = tmp_path_factory.mktemp("platform")
    paths = KeyPaths.within(folder)
    make_keys(paths)
    os.environ.update(GB_PREFIX=f"t{new_id()[-8:]}", GB_NOTICE_DAYS="0", GB_LOG_LEVEL="WARNING", **paths.environment())
    started = list(_start_servers(folder))
    yield
    _drop_databases(os.environ["GB_PREFIX"])
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def client_of(platform_settings: None) -> Callable[[str], FlaskClient]:
    """Return the function that gives a test client of a service, its database prepared as set-up does."""
    prepared: dict[str, FlaskClient] = {}

    def client(service: str) -> FlaskClient:
        if service not in prepared:
            app = importlib.import_module(f"services.{service}.app").create_app()
            worker_of(service).prepare_database()
            prepared[service] = app.test_client()
        return prepared[service]

    return client


@pytest.fixture(scope="session")
def as_caller(platform_settings: None) -> As:
    """Return the function that gives request headers signed for somebody."""

    def headers(
        *,
        roles: set[str] | frozenset[str] = frozenset({"resident"}),
        resident_id: str | None = None,
        community_code: str = COMMUNITY,
        **more: Any,
    ) -> dict[str, str]:
        caller = Caller(
            resident_id=resident_id or new_id(), community_code=community_code, roles=frozenset(roles), **more
        )
        key = os.environ["GB_SERVICE_KEY_PATH" if "service" in roles else "GB_IDENTITY_KEY_PATH"]
        return {"Authorization": f"Bearer {sign_token(caller, private_key_path=key)}"}

    return headers


@pytest.fixture(scope="session")
def deliver(platform_settings: None) -> Callable[[str, Any], Envelope]:
    """Return the function that hands a fact to a service's handler, written and read as on the wire."""

    def hand_over(service: str, fact: Any, *, envelope: Envelope | None = None) -> Envelope:
        told = envelope or Envelope(
            id=new_id(), type=fact.TYPE, subject=getattr(fact, fact.SUBJECT), occurred_at=utc_now()
        )
        read = read_fact(fact.TYPE, json.loads(json.dumps(write_fact(fact))))
        handlers = importlib.import_module(f"services.{service}.handlers")
        if hasattr(handlers, "post_batch"):
            handlers.post_batch([(read, told)])
        else:
            handlers.SUBSCRIPTIONS[type(fact)](read, told)
        return told

    return hand_over


@pytest.fixture(scope="session")
def published(platform_settings: None) -> Callable[[str, type], list[Any]]:
    """Return the function that lists the facts of one class in a service's outboxes, oldest first."""

    def facts(service: str, fact_class: Any, **matching: Any) -> list[Any]:
        told = [event for document in worker_of(service).documents for event in _events_of(document)]
        found = [read_fact(event["type"], event["data"]) for event in told if event["type"] == fact_class.TYPE]
        return [fact for fact in found if all(getattr(fact, name) == value for name, value in matching.items())]

    return facts


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    """Return the function that waits for a predicate to give something true, and gives it back."""

    def wait(predicate: Callable[[], Any], seconds: float = 10) -> Any:
        deadline = time.monotonic() + seconds
        while not (result := predicate()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s in vain for {predicate}")
            time.sleep(0.02)
        return result

    return wait


def worker_of(service: str) -> Any:
    """Return the Worker object that the service declares."""
    return importlib.import_module(f"services.{service}.worker").worker


def _events_of(document: Any) -> list[dict[str, Any]]:
    if "outbox" not in document._fields:
        return []
    rows = document._get_collection().find({"outbox.events.0": {"$exists": True}}).sort("outbox.waiting_since", 1)
    return [event for row in rows for event in row["outbox"]["events"]]


def _start_servers(folder: Path) -> Iterator[Any]:
    from shared.local.servers import Mongod, RabbitMq

    if not os.environ.get("GB_MONGODB_URI"):
        mongod = Mongod(folder / "mongod")
        mongod.start()
        os.environ["GB_MONGODB_URI"] = mongod.uri
        yield mongod
    if not os.environ.get("GB_AMQP_URL"):
        broker = RabbitMq(folder / "rabbitmq")
        broker.start()
        os.environ["GB_AMQP_URL"] = broker.url
        yield broker


def _drop_databases(prefix: str) -> None:
    from pymongo import MongoClient

    with MongoClient(os.environ["GB_MONGODB_URI"]) as client:
        for name in client.list_database_names():
            if name.startswith(f"{prefix}_"):
                client.drop_database(name)
