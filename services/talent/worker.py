"""Talent's other process: others' facts in, its own facts out, and a sweep for what a crash left half done."""

from services.talent import commands
from services.talent.handlers import SUBSCRIPTIONS, TOGETHER
from services.talent.models import DOCUMENTS
from services.talent.settings import settings
from shared.messaging import Job, Worker

SWEEP_SECONDS = 30
LAPSE_SECONDS = 3600

worker = Worker(
    settings=settings(),
    documents=DOCUMENTS,
    subscriptions=SUBSCRIPTIONS,
    jobs=[
        Job("sweep", every_seconds=SWEEP_SECONDS, run=commands.sweep),
        Job("fill-keys", every_seconds=SWEEP_SECONDS, run=commands.fill_keys),
        Job("sweep-objections", every_seconds=SWEEP_SECONDS, run=commands.sweep_objections),
        Job("lapse", every_seconds=LAPSE_SECONDS, run=commands.let_offers_lapse),
    ],
    together=TOGETHER,
)

if __name__ == "__main__":
    worker.main()
