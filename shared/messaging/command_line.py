"""What whoever operates a service can tell its worker to do, besides running."""

import argparse
import sys

from shared.messaging import dead_letters
from shared.messaging.reconcile import begin_again, reconcile
from shared.messaging.recovery import LATELY_MINUTES, republish
from shared.messaging.topology import Topology
from shared.mongo.outbox import OutboxDocument
from shared.settings import Settings

EXIT_FAILED = 1


def parser_for(service: str, own_commands: list[str]) -> argparse.ArgumentParser:
    """Return the parser of a worker's command line; the verb is in `verb`."""
    own = f"the service's own commands: {', '.join(own_commands) or 'none'}"
    parser = argparse.ArgumentParser(prog=f"services.{service}.worker", epilog=own)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="relay, consume and do jobs until told to stop")
    listen = verbs.add_parser("listen", help="take in the facts of one further partition")
    listen.add_argument("partition", type=int, help="from 1 to one less than GB_PARTITIONS says")
    verbs.add_parser("set-up", help="create indexes, validators, seeds and queues")
    comparing = verbs.add_parser("reconcile", help="compare what was told with what was taken in; tell again what is missing")
    comparing.add_argument("--everything", action="store_true", help="all that is still kept, not only since the last time")
    again = verbs.add_parser("republish", help="tell again what was told lately")
    again.add_argument("--minutes", type=int, default=LATELY_MINUTES)
    letters = verbs.add_parser("dead-letters", help="facts that could not be taken in")
    letters.add_argument("act", choices=["list", "show", "replay", "drop"])
    letters.add_argument("id", nargs="?", default="", help="of one letter; without it all, but `drop` needs one")
    letters.add_argument("--reason", default="", help="why; needed to drop one")
    return parser


def tell_again(settings: Settings, outboxes: list[type[OutboxDocument]], *, minutes: int) -> int:
    """Republish the last `minutes` and say how much that is."""
    _say(f"{settings.service}: {republish(outboxes, minutes=minutes)} documents will speak again")
    return 0


def compare(settings: Settings, outboxes: list[type[OutboxDocument]], *, everything: bool = False) -> int:
    """Reconcile now; return EXIT_FAILED if something was missing or somebody could not be compared with."""
    if everything:
        begin_again(settings)
    findings = reconcile(settings, outboxes, settled_seconds=0)
    _say(f"{settings.service}: {findings.compared} facts compared, {findings.missing} without a receipt")
    for reason in findings.waiting.values():
        _say(f"not compared: {reason}")
    return EXIT_FAILED if findings.missing or findings.waiting else 0


def care_for_dead_letters(settings: Settings, topology: Topology, given: argparse.Namespace) -> int:
    """List, show, replay or drop, as the command line says."""
    if given.act == "replay":
        _say(f"{dead_letters.replay(settings, topology, _meant(given.id))} sent round again")
    elif given.act == "drop":
        if not (given.id and given.reason):
            _say("drop needs an id and --reason")
            return EXIT_FAILED
        _say(f"{dead_letters.drop(settings, topology, _meant(given.id), reason=given.reason)} dropped")
    else:
        for letter in filter(_meant(given.id), dead_letters.show(settings, topology)):
            _say(letter.as_text() if given.act == "show" else letter.as_line())
    return 0


def _meant(letter_id: str) -> dead_letters.Wanted:
    return lambda letter: letter_id in ("", letter.id)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
