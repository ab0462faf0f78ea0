"""The ledger's other process: facts in by groups, outcomes of holds out, expiry, and the watch over the laws."""

from prometheus_client import Gauge

from services.ledger import commands, queries
from services.ledger.handlers import SUBSCRIPTIONS, post_batch
from services.ledger.models import EarningRules, Entry, Member, Shelf
from services.ledger.settings import EXPIRY_JOB_SECONDS, VERIFY_JOB_SECONDS, settings
from shared.messaging import Job, Worker

BROKEN = Gauge("ledger_laws_broken", "Entries that break a law of the journal, by the last audit")


def verify(_: list[str]) -> int:
    """Print every law with its count; return 1 if one is broken."""
    findings, audit = queries.verify_ledger()
    for row in findings:
        print(
            f"{'holds ' if not row.broken else 'BROKEN'}  {row.law}: {row.checked} checked, {row.broken} broken {' '.join(row.places)}"
        )
    for unit, totals in audit.contra.items():
        print(
            f"        {unit}: members hold {audit.balances[unit]}; "
            + ", ".join(f"{name} {total}" for name, total in sorted(totals.items()))
        )
    return 1 if any(row.broken for row in findings) else 0


def watch() -> None:
    """Publish as a metric how many entries break a law."""
    findings, _ = queries.verify_ledger()
    BROKEN.set(sum(row.broken for row in findings))


worker = Worker(
    settings=settings(),
    documents=[Entry, Member, Shelf, EarningRules],
    subscriptions=SUBSCRIPTIONS,
    batch=post_batch,
    single_active=True,
    jobs=[Job("expire beans", EXPIRY_JOB_SECONDS, commands.expire_beans), Job("watch laws", VERIFY_JOB_SECONDS, watch)],
    commands={"verify-ledger": verify},
)

if __name__ == "__main__":
    worker.main()
