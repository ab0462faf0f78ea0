"""The ledger's other process: facts in by groups, outcomes of holds out, expiry, and the watch over the laws."""

from pathlib import Path

from prometheus_client import Gauge

from services.ledger import commands, queries
from services.ledger.handlers import SUBSCRIPTIONS, post_batch
from services.ledger.models import (
    Checkpoint,
    CoverageDay,
    CreditStatement,
    DaySeal,
    EarningRules,
    Entry,
    JournalMark,
    Member,
    Objection,
    Project,
    RuleDraft,
    RuleSimulation,
    SealedLeaves,
    Shelf,
)
from services.ledger.settings import (
    CHECKPOINT_JOB_SECONDS,
    CLOSING_JOB_SECONDS,
    COVERAGE_JOB_SECONDS,
    EXPIRY_JOB_SECONDS,
    MARKS_JOB_SECONDS,
    OBJECTIONS_JOB_SECONDS,
    PROJECTS_JOB_SECONDS,
    SEALS_JOB_SECONDS,
    SEALS_WATCH_JOB_SECONDS,
    SIMULATION_JOB_SECONDS,
    VERIFY_JOB_SECONDS,
    settings,
)
from shared.messaging import Job, Worker
from shared.problems import Conflict
from shared.telemetry import log

PLACES_LOGGED_MAX = 20
TAMPERED = Gauge("ledger_seals_broken", "Places of the journal that differed from what was sealed at the last comparison")
BROKEN = Gauge("ledger_laws_broken", "Checks of the journal's laws that failed in the last audit")


def verify(_: list[str]) -> int:
    """Print every law with its count, then what all accounts hold; return 1 if a law is broken."""
    audit = queries.verify_ledger()
    for finding in audit.findings.values():
        verdict = "BROKEN" if finding.broken else "holds "
        print(
            f"{verdict}  {finding.law}: {finding.checked} checked, {finding.broken} broken {' '.join(finding.places)}"
        )
    print(f"\n{audit.entries} entries, {audit.open_holds} open holds")
    for unit, totals in sorted(audit.contra.items()):
        print(f"  {unit}: members {audit.balances[unit]}")
        for name, total in sorted(totals.items()):
            print(f"    {name} {total}")
    return 1 if audit.broken else 0


def watch() -> None:
    """Publish as a metric how many checks of the laws failed."""
    audit = queries.verify_ledger()
    BROKEN.set(audit.broken)
    for finding in audit.findings.values():
        if finding.broken:
            log().critical(
                "a law of the journal is broken", law=finding.law, broken=finding.broken, places=finding.places
            )


def verify_seals(_: list[str]) -> int:
    """Compare every sealed day with the journal; print each place that differs; return 1 if any does."""
    compared, places = queries.broken_seals()
    for place in places:
        print("BROKEN ", place)
    print(f"{compared} entries compared with what was sealed, {len(places)} differ")
    return 1 if places else 0


def watch_seals() -> None:
    """Publish as a metric how many places of the journal are no longer what was sealed."""
    _, places = queries.broken_seals()
    TAMPERED.set(len(places))
    if places:
        log().critical("the journal is not what was sealed", places=places[:PLACES_LOGGED_MAX])


def archive(arguments: list[str]) -> int:
    """Write a closed year to a file: COMMUNITY YEAR FILE.gz; return 1 if it cannot be."""
    community_code, year, path = arguments
    try:
        entries = queries.write_archive(community_code, int(year), Path(path))
    except Conflict as refusal:
        print(refusal, *getattr(refusal, "places", []), sep="\n")
        return 1
    print(f"{entries} entries written to {path}; check them with: python3 shared/merkle.py {path}")
    return 0


def expire(_: list[str]) -> int:
    """Let beans run out now; print how many accounts lost some."""
    print(commands.expire_beans(), "accounts")
    return 0


DOCUMENTS = [
    Entry,
    Member,
    Shelf,
    Project,
    Objection,
    CreditStatement,
    EarningRules,
    RuleDraft,
    RuleSimulation,
    CoverageDay,
    Checkpoint,
    JournalMark,
    DaySeal,
    SealedLeaves,
]

worker = Worker(
    settings=settings(),
    documents=DOCUMENTS,
    subscriptions=SUBSCRIPTIONS,
    together=dict.fromkeys(SUBSCRIPTIONS, post_batch),
    single_active=True,
    jobs=[
        Job("expire beans", EXPIRY_JOB_SECONDS, commands.expire_when_due),
        Job("lift old marks", MARKS_JOB_SECONDS, commands.lift_old_marks),
        Job("close accounts", CLOSING_JOB_SECONDS, commands.close_accounts),
        Job("settle objections", OBJECTIONS_JOB_SECONDS, commands.settle_objections),
        Job("settle projects", PROJECTS_JOB_SECONDS, commands.settle_projects),
        Job("seal days", SEALS_JOB_SECONDS, commands.seal_days),
        Job("watch seals", SEALS_WATCH_JOB_SECONDS, watch_seals),
        Job("record coverage", COVERAGE_JOB_SECONDS, commands.record_coverage),
        Job("simulate rules", SIMULATION_JOB_SECONDS, commands.run_next_simulation),
        Job("close checkpoints", CHECKPOINT_JOB_SECONDS, commands.close_interval),
        Job("watch laws", VERIFY_JOB_SECONDS, watch),
    ],
    commands={"verify-ledger": verify, "verify-seals": verify_seals, "archive": archive, "expire": expire},
)

if __name__ == "__main__":
    worker.main()
