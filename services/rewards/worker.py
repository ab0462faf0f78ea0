"""Subscriptions in, outbox out, the sweeper's rounds, and the laws on demand."""

import sys
from datetime import timedelta

from services.rewards import commands, queries
from services.rewards.handlers import SUBSCRIPTIONS, TOGETHER
from services.rewards.models import (
    Allowance,
    Buyer,
    GuessWindow,
    Partner,
    PriceList,
    Redemption,
    Reward,
    RewardPhoto,
    StockNotice,
)
from services.rewards.settings import settings
from shared.clock import utc_now
from shared.messaging import Job, Worker

SWEEP_EVERY_SECONDS = 3
ANNOUNCE_EVERY_SECONDS = 1
SETTLED_WITHIN_MINUTES = 10


def verify_stock(arguments: list[str]) -> int:
    """Check the laws of stock and vouchers, of one community if it is named; a line and status 1 for a breach."""
    report = queries.verify_stock(community_code=arguments[0] if arguments else None)
    late = queries.unsettled(before=utc_now() - timedelta(minutes=SETTLED_WITHIN_MINUTES))
    lines = [f"stock: {report.rewards} rewards, {report.redemptions} redemptions, {len(report.breaches)} breaches"]
    lines += [f"BROKEN {breach}" for breach in report.breaches]
    if late:
        lines.append(f"waiting for the ledger: {late} redemptions closed more than {SETTLED_WITHIN_MINUTES} minutes ago")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.breaches else 0


worker = Worker(
    settings=settings(),
    documents=[Partner, PriceList, Reward, RewardPhoto, StockNotice, Redemption, Allowance, Buyer, GuessWindow],
    subscriptions=SUBSCRIPTIONS,
    together=TOGETHER,
    jobs=[
        Job("sweep", every_seconds=SWEEP_EVERY_SECONDS, run=commands.sweep),
        Job("announce-stock", every_seconds=ANNOUNCE_EVERY_SECONDS, run=commands.announce_stock),
    ],
    commands={"verify-stock": verify_stock},
)

if __name__ == "__main__":
    worker.main()
