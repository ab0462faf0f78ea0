"""The worker process of a service: facts in, facts out, jobs by the clock; and the commands of whoever operates it.

A few threads do the work. If one of them ends, the process ends: whoever supervises starts it afresh (crash-only).
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mongoengine import Document

from shared import telemetry
from shared.heap import settle
from shared.messaging import command_line, health, receipts, topology
from shared.messaging.consumer import BatchHandler, Consumer, Ears, Handler
from shared.messaging.errors import BrokerAway
from shared.messaging.jobs import Job, run_jobs
from shared.messaging.reconcile import Afterwards, Pace, reconcile
from shared.messaging.relay import Relay
from shared.messaging.stand_in import StandIn
from shared.messaging.topology import Topology, topology_of
from shared.mongo import connect, ensure_documents
from shared.mongo.outbox import OutboxDocument, trim
from shared.settings import Settings
from shared.telemetry import log

RECONCILE_SECONDS = 30
AFTERWARDS_SECONDS = 1
TRIM_SECONDS = 3600
STOP_SECONDS = 15
WATCH_SECONDS = 0.2
EXIT_FAILED = 1

TURN_SECONDS = 0.001

Task = Callable[[threading.Event], None]


def take_short_turns() -> None:
    """Let a thread that has its answer from the network go on after one millisecond of another's work, not after five."""
    sys.setswitchinterval(TURN_SECONDS)


@dataclass(kw_only=True)
class Worker:
    """Everything that one service's worker is made of; `main` is its command line.

    `subscriptions` has a handler a fact; `together`, for some of them, one that takes all that a batch has of them instead.
    `single_active` lets only one of several workers consume at a time.
    """

    settings: Settings
    documents: Sequence[type[Document]]
    subscriptions: Mapping[Any, Handler]
    jobs: Sequence[Job] = ()
    commands: Mapping[str, Callable[[list[str]], int | None]] = field(default_factory=dict)
    seed: Callable[[], Any] | None = None
    together: Mapping[Any, BatchHandler] = field(default_factory=dict)
    single_active: bool = False

    @property
    def topology(self) -> Topology:
        """What this service needs in the broker."""
        types = [class_.TYPE for class_ in self.subscriptions]
        return topology_of(self.settings, types, single_active=self.single_active)

    @property
    def outboxes(self) -> list[type[OutboxDocument]]:
        """Those of the documents that tell facts."""
        return [document for document in self.documents if issubclass(document, OutboxDocument)]

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
        topology.declare(self.settings, self.topology, before_anew=lambda: receipts.lose_laid_aside(self.settings.service))

    def main(self, arguments: Sequence[str] | None = None) -> None:
        """Obey the command line: `run`, `listen`, `set-up`, `dead-letters`, `republish`, `reconcile`, or one of the service's own."""
        telemetry.configure_logging(self.settings.service, self.settings.log_level)
        given = list(sys.argv[1:] if arguments is None else arguments) or ["run"]
        connect(self.settings)
        if given[0] in self.commands:
            sys.exit(self.commands[given[0]](given[1:]) or 0)
        parsed = command_line.parser_for(self.settings.service, list(self.commands)).parse_args(given)
        try:
            sys.exit(self._obey(parsed))
        except BrokerAway as error:
            log().error("the broker is away", reason=str(error))
            sys.exit(EXIT_FAILED)

    def _obey(self, given: argparse.Namespace) -> int:
        verbs: dict[str, Callable[[], int | None]] = {
            "run": self.run,
            "listen": lambda: self.listen(given.partition),
            "set-up": self.set_up,
            "reconcile": lambda: command_line.compare(self.settings, self.outboxes, everything=given.everything),
            "republish": lambda: command_line.tell_again(self.settings, self.outboxes, minutes=given.minutes),
            "dead-letters": lambda: command_line.care_for_dead_letters(self.settings, self.topology, given),
        }
        return verbs[given.verb]() or 0

    def run(self) -> int:
        """Do all the work but that of the further partitions' listeners, for whom it only stands in."""
        return self._work(self._tasks(), self.outboxes)

    def listen(self, partition: int) -> int:
        """Take in the facts of one further partition, and do nothing else: a process beside the one that runs."""
        if not 0 < partition < self.topology.partitions:
            log().error("there is no such further partition", partition=partition, partitions=self.topology.partitions)
            return EXIT_FAILED
        return self._work({"consumer": self._consumer(partition).run}, ())

    def _work(self, tasks: Mapping[str, Task], outboxes: Sequence[type[OutboxDocument]]) -> int:
        """Work until SIGTERM or SIGINT, then finish what is under way. A thread that ends takes the process along."""
        take_short_turns()
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        threads = [self._thread(name, task, stopping) for name, task in tasks.items()]
        server = health.serve(self.settings, threads, outboxes)
        settle()
        while not stopping.wait(WATCH_SECONDS):
            if ended := [thread.name for thread in threads if not thread.is_alive()]:
                log().critical("a thread ended; so does the worker", threads=ended)
                os._exit(EXIT_FAILED)
        for thread in threads:
            thread.join(STOP_SECONDS)
        server.shutdown()
        server.server_close()
        return 0

    def _thread(self, name: str, task: Task, stopping: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=task, args=(stopping,), name=name, daemon=True)
        thread.start()
        return thread

    def _tasks(self) -> dict[str, Task]:
        relay, consumer = Relay(self.settings, self.outboxes, self.topology), self._consumer(0)
        tasks: dict[str, Task] = {"upkeep": partial(run_jobs, self._upkeep(relay, consumer)), "reconcile": self._reconcile}
        if self.jobs:
            tasks["jobs"] = partial(run_jobs, self.jobs)
        if self.outboxes:
            tasks["relay"] = relay.run
        if self.subscriptions:
            tasks["consumer"] = consumer.run
            for number, queue in enumerate(self.topology.queues[1:], start=1):
                tasks[f"stand-in of {queue}"] = StandIn(self.settings, queue, partial(self._consumer, number)).run
        return tasks

    def _reconcile(self, stopping: threading.Event) -> None:
        """Compare in rounds: in a thread of their own, since they take their time, and what is due at once must not wait for them."""
        once = partial(reconcile, self.settings, self.outboxes)
        run_jobs([Job("reconcile", RECONCILE_SECONDS, lambda: once(pace=Pace(stopping)))], stopping)

    def _consumer(self, partition: int) -> Consumer:
        ears = Ears(handlers=self.subscriptions, together=self.together, outboxes=self.outboxes)
        return Consumer(self.settings, self.topology, ears, partition=partition)

    def _upkeep(self, relay: Relay, consumer: Consumer) -> list[Job]:
        afterwards = Afterwards(self.settings, self.outboxes, lambda: relay.connection)
        return [
            Job("reconcile soon after the broker was away", AFTERWARDS_SECONDS, afterwards.look),
            *([Job("lay overdue facts aside again", RECONCILE_SECONDS, consumer.lay_overdue_aside)] if self.subscriptions else []),
            Job("trim outboxes", TRIM_SECONDS, lambda: trim(self.outboxes)),
        ]
