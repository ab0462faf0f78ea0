"""The worker process of a service: facts in, facts out, jobs by the clock; and the commands of whoever operates it.

Three threads do the work. If one of them ends, the process ends: whoever supervises starts it afresh (crash-only).
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mongoengine import Document

from shared import telemetry
from shared.messaging import dead_letters, health, receipts, topology
from shared.messaging.consumer import BatchHandler, Consumer, Ears, Handler
from shared.mongo.outbox import OutboxDocument, trim
from shared.messaging.reconcile import ConsumerAway, reconcile
from shared.messaging.relay import Relay, republish
from shared.messaging.topology import Topology, topology_of
from shared.mongo import connect, ensure_documents, infrastructure_errors
from shared.settings import Settings
from shared.telemetry import log

RECONCILE_SECONDS = 30
TRIM_SECONDS = 3600
STOP_SECONDS = 15
EXIT_FAILED = 1


@dataclass(frozen=True)
class Job:
    """Something that a worker does by the clock. It must be harmless when two workers do it at once."""

    name: str
    every_seconds: float
    run: Callable[[], Any]


@dataclass(kw_only=True)
class Worker:
    """Everything that one service's worker is made of; `main` is its command line."""

    settings: Settings
    documents: Sequence[type[Document]]
    subscriptions: Mapping[type, Handler]
    jobs: Sequence[Job] = ()
    commands: Mapping[str, Callable[[list[str]], int | None]] = field(default_factory=dict)
    seed: Callable[[], Any] | None = None
    batch: BatchHandler | None = None
    keeps_receipts: bool = True
    single_active: bool = False

    @property
    def topology(self) -> Topology:
        """What this service needs in the broker."""
        types = [class_.TYPE for class_ in self.subscriptions]
        return topology_of(self.settings, types, single_active=self.single_active)

    def prepare_database(self) -> None:
        """Connect, and create collections, indexes, validators and seeds; calling again changes nothing."""
        connect(self.settings)
        ensure_documents(self.documents)
        receipts.prepare(self.settings.service)
        if self.seed is not None:
            self.seed()

    def set_up(self) -> None:
        """Prepare the database and declare the topology."""
        self.prepare_database()
        topology.declare(self.settings, self.topology)

    def main(self, arguments: Sequence[str] | None = None) -> None:
        """Run the command line: `run`, `set-up`, `dead-letters`, `republish`, `reconcile`, or one of the service's own."""
        telemetry.configure_logging(self.settings.service, self.settings.log_level)
        given = list(sys.argv[1:] if arguments is None else arguments) or ["run"]
        connect(self.settings)
        if given[0] in self.commands:
            sys.exit(self.commands[given[0]](given[1:]) or 0)
        sys.exit(self._command(self._parser().parse_args(given)))

    def _parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(prog=f"services.{self.settings.service}.worker", epilog=f"own commands: {', '.join(self.commands) or 'none'}")
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("run", help="relay, consume and do jobs until told to stop")
        verbs.add_parser("set-up", help="create indexes, validators, seeds and queues")
        verbs.add_parser("reconcile", help="compare what was told with what was taken in; tell again what is missing")
        verbs.add_parser("republish", help="tell again what was told lately").add_argument("--minutes", type=int, default=60)
        letters = verbs.add_parser("dead-letters", help="facts that could not be taken in")
        letters.add_argument("act", choices=["list", "show", "replay", "drop"])
        letters.add_argument("id", nargs="?", default="", help="of one letter; `replay` without an id takes all")
        letters.add_argument("--reason", default="", help="needed to drop one")
        return parser

    def _command(self, given: argparse.Namespace) -> int:
        if given.verb == "run":
            return self.run()
        if given.verb == "set-up":
            self.set_up()
        if given.verb == "republish":
            print(f"{self.settings.service}: {republish(self.documents, minutes=given.minutes)} documents will speak again")
        if given.verb == "reconcile":
            return self._reconcile()
        if given.verb == "dead-letters":
            return self._dead_letters(given)
        return 0

    def _reconcile(self) -> int:
        try:
            findings = reconcile(self.settings, self._outboxes(), settled_seconds=0)
        except ConsumerAway as error:
            print(f"{self.settings.service}: {error}")
            return EXIT_FAILED
        print(f"{self.settings.service}: {findings.compared} facts compared, {findings.missing} without a receipt")
        return EXIT_FAILED if findings.missing else 0

    def _dead_letters(self, given: argparse.Namespace) -> int:
        if given.act == "replay":
            print(dead_letters.replay(self.settings, self.topology, lambda letter: given.id in ("", letter.id)), "sent round again")
        elif given.act == "drop":
            if not (given.id and given.reason):
                print("drop needs an id and --reason")
                return EXIT_FAILED
            print(dead_letters.drop(self.settings, self.topology, letter_id=given.id, reason=given.reason), "dropped")
        else:
            for letter in dead_letters.show(self.settings, self.topology):
                if given.id in ("", letter.id):
                    print(dead_letters.as_text(letter) if given.act == "show" else f"{letter.id} {letter.type} {letter.reason.splitlines()[-1:]}")
        return 0

    def run(self) -> int:
        """Do the work until SIGTERM or SIGINT; returns 1 if a thread ended on its own."""
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        threads = [threading.Thread(target=task, args=(stopping,), name=name, daemon=True) for name, task in self._tasks().items()]
        for thread in threads:
            thread.start()
        server = health.serve(self.settings, threads, self._outboxes())
        while not stopping.wait(0.2):
            if dead := [thread.name for thread in threads if not thread.is_alive()]:
                log().critical("a thread ended; so does the worker", threads=dead)
                os._exit(EXIT_FAILED)
        for thread in threads:
            thread.join(STOP_SECONDS)
        server.shutdown()
        return 0

    def _tasks(self) -> dict[str, Callable[[threading.Event], None]]:
        tasks: dict[str, Callable[[threading.Event], None]] = {"jobs": self._run_jobs}
        if outboxes := self._outboxes():
            tasks["relay"] = Relay(self.settings, outboxes, self.topology).run
        if self.subscriptions:
            ears = Ears(handlers=self.subscriptions, batch=self.batch, keeps_receipts=self.keeps_receipts,
                        on_broker_lost=lambda: republish(self.documents))
            tasks["consumer"] = Consumer(self.settings, self.topology, ears).run
        return tasks

    def _outboxes(self) -> list[type[OutboxDocument]]:
        return [document for document in self.documents if issubclass(document, OutboxDocument)]

    def _run_jobs(self, stopping: threading.Event) -> None:
        jobs = [*self.jobs, Job("reconcile", RECONCILE_SECONDS, lambda: reconcile(self.settings, self._outboxes())),
                Job("trim outboxes", TRIM_SECONDS, lambda: trim(self._outboxes()))]
        due = {job.name: time.monotonic() + job.every_seconds for job in jobs}
        while not stopping.wait(min(0.5, *(job.every_seconds for job in jobs))):
            for job in jobs:
                if time.monotonic() >= due[job.name]:
                    _do(job)
                    due[job.name] = time.monotonic() + job.every_seconds


def _do(job: Job) -> None:
    try:
        job.run()
    except (ConsumerAway, *infrastructure_errors) as error:
        log().warning("a job waits", job=job.name, reason=repr(error))
    except Exception as error:  # the edge: one failing job must not keep the others from their time
        log().exception("a job failed", job=job.name, error=repr(error))
