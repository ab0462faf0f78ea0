"""The six services in one process: their real APIs, commands, databases and jobs. Facts are read out of the outboxes and handed to whoever
listens, as relay, broker and consumer do; that the broker may lose, double or delay them is what `tests/faults` is about.
"""

import importlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from mongoengine.connection import get_connection

from gateway.routes import service_for
from shared.events import Envelope, read_fact
from shared.local.keys import KeyPaths, make_keys
from shared.messaging import Later, Worker
from shared.messaging.relay import mark_published, speaking, waiting_in
from shared.web.auth import Caller, sign_token

SERVICES = ("identity", "talent", "checkin", "ledger", "rewards", "engagement")
WATCHES = frozenset({"watch laws", "watch seals"})
"""Jobs that only look: the laws are checked once, at the end of a life."""
YEARS_20 = 20 * 365 * 86_400
ROUNDS_MAX = 200


class Refused(Exception):
    """The API said no."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('type')} {problem.get('detail')} {problem.get('errors')}")
        self.status, self.problem = status, problem

    @property
    def name(self) -> str:
        """The last part of the problem's type, e.g. `not-to-be-asked`."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


Told = tuple[Any, Envelope]


class House:
    """The services, and what goes on between them."""

    def __init__(self) -> None:
        self._workers = {name: importlib.import_module(f"services.{name}.worker").worker for name in SERVICES}
        for worker in self._workers.values():
            worker.prepare_database()
        self._apis = {name: importlib.import_module(f"services.{name}.app").create_app().test_client() for name in SERVICES}
        self._may_speak = set(SERVICES)

    def as_(self, resident_id: str, community_code: str, *roles: str, partner_id: str | None = None) -> "Person":
        """Return the API as somebody calls it who holds `roles`."""
        caller = Caller(
            resident_id=resident_id, community_code=community_code, roles=frozenset({"resident", *roles}), partner_id=partner_id
        )
        token = sign_token(caller, private_key_path=os.environ["GB_IDENTITY_KEY_PATH"], now=time.time() + YEARS_20)
        return Person(self, token)

    def api_of(self, path: str) -> FlaskClient:
        """Return the service that answers a path (with its prefix), as the gateway chooses it."""
        name = service_for(path.partition("?")[0]) or ""
        self._may_speak.add(name)
        return self._apis[name]

    def deliver(self) -> None:
        """Hand over every fact that waits, and what follows from it, until nothing waits any more."""
        late: dict[str, list[Told]] = {}
        for _ in range(ROUNDS_MAX):
            told = [(read_fact(event["type"], event["data"]), _envelope(event)) for event in self._waiting()]
            if not told and not any(late.values()):
                return
            late = {name: self._hand_over(worker, [*late.get(name, ()), *told]) for name, worker in self._workers.items()}
        raise RuntimeError(f"facts were put off again and again: {late}")

    def do_jobs(self, names: Iterable[str] = SERVICES) -> None:
        """Let each service do what it does by the clock; then deliver what came of it."""
        for name in names:
            self._may_speak.add(name)
            for job in self._workers[name].jobs:
                if job.name not in WATCHES:
                    job.run()
        self.deliver()

    def drop(self) -> None:
        """Drop the databases."""
        for name, worker in self._workers.items():
            get_connection(name).drop_database(worker.settings.database)

    def _waiting(self) -> Iterable[dict[str, Any]]:
        """Take what waits in the outboxes of those who did anything since the last time."""
        may_speak, self._may_speak = self._may_speak, set()
        for name in sorted(may_speak):
            for document in speaking(self._workers[name].outboxes, {}):
                while rows := waiting_in(document):
                    mark_published(document, rows)
                    for row in rows:
                        yield from row.events

    def _hand_over(self, worker: Worker, told: Iterable[Told]) -> list[Told]:
        """Let a service hear what it listens to, some of it together; returns what it wants to hear later."""
        together: dict[Callable[[Sequence[Told]], None], list[Told]] = defaultdict(list)
        late = []
        for fact, envelope in told:
            self._may_speak.add(worker.settings.service)
            if hear_together := worker.together.get(type(fact)):
                together[hear_together].append((fact, envelope))
            elif hear := worker.subscriptions.get(type(fact)):
                try:
                    hear(fact, envelope)
                except Later:
                    late.append((fact, envelope))
        for hear_together, group in together.items():
            hear_together(group)
        return late


@dataclass(frozen=True)
class Person:
    """The API in somebody's hands: what it answers, or Refused."""

    house: House
    token: str

    def get(self, path: str) -> Any:
        """Ask."""
        return self._send("GET", path, None)

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Do, once however often it is said."""
        return self._send("PUT", path, body or {})

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change a part."""
        return self._send("PATCH", path, body)

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        address = f"/api/v1{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.house.api_of(address).open(address, method=method, json=body, headers=headers)
        if answer.status_code >= 400:
            raise Refused(answer.status_code, answer.get_json(silent=True) or {})
        return answer.get_json(silent=True)


def settle_in(folder: Path, *, mongodb_uri: str, prefix: str) -> None:
    """Point the services of this process at a server and at keys of their own; before any of them is imported."""
    paths = KeyPaths.within(folder)
    make_keys(paths)
    os.environ.update(
        GB_PREFIX=prefix, GB_MONGODB_URI=mongodb_uri, GB_AMQP_URL="amqp://nobody.invalid", GB_LOG_LEVEL="ERROR",
        GB_REGISTRATIONS_PER_ADDRESS="100000 per minute", **paths.environment(),
    )  # fmt: skip


def _envelope(event: Mapping[str, Any]) -> Envelope:
    return Envelope(id=event["id"], type=event["type"], subject=event["subject"], occurred_at=event["occurred_at"])
