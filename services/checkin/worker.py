"""Subscriptions in, outbox out: the background process of the check-in service."""

from services.checkin.commands.catalogue import seed_catalogue
from services.checkin.commands.check_ins import close_forgotten
from services.checkin.commands.group_posts import post_to_groups
from services.checkin.commands.needs import forget_needs
from services.checkin.commands.record_objections import settle_objections
from services.checkin.commands.rosters import advance_all
from services.checkin.commands.series import announce_all_due
from services.checkin.commands.visits import enter_told
from services.checkin.handlers import SUBSCRIPTIONS
from services.checkin.models import DOCUMENTS
from services.checkin.settings import CheckinSettings
from shared.messaging import Job, Worker
from shared.settings import load

CLOSE_FORGOTTEN_EVERY_SECONDS = ANNOUNCE_SERIES_EVERY_SECONDS = 300
FORGET_NEEDS_EVERY_SECONDS = 3_600
ADVANCE_ROSTERS_EVERY_SECONDS = POST_TO_GROUPS_EVERY_SECONDS = SETTLE_OBJECTIONS_EVERY_SECONDS = ENTER_VISITS_EVERY_SECONDS = 60

worker = Worker(
    settings=load(CheckinSettings),
    documents=DOCUMENTS,
    subscriptions=SUBSCRIPTIONS,
    jobs=[
        Job("close-forgotten", every_seconds=CLOSE_FORGOTTEN_EVERY_SECONDS, run=close_forgotten),
        Job("announce-series", every_seconds=ANNOUNCE_SERIES_EVERY_SECONDS, run=announce_all_due),
        Job("advance-rosters", every_seconds=ADVANCE_ROSTERS_EVERY_SECONDS, run=advance_all),
        Job("forget-needs", every_seconds=FORGET_NEEDS_EVERY_SECONDS, run=forget_needs),
        Job("settle-record-objections", every_seconds=SETTLE_OBJECTIONS_EVERY_SECONDS, run=settle_objections),
        Job("enter-visits", every_seconds=ENTER_VISITS_EVERY_SECONDS, run=enter_told),
        Job("post-to-groups", every_seconds=POST_TO_GROUPS_EVERY_SECONDS, run=post_to_groups),
    ],
    seed=seed_catalogue,
)

if __name__ == "__main__":
    worker.main()
