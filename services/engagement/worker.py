"""Engagement's other process: everyone's facts in, changed tiers out, and by the clock whatever time itself changes."""

from services.engagement import commands
from services.engagement.handlers import SUBSCRIPTIONS
from services.engagement.models import DOCUMENTS
from services.engagement.settings import settings
from shared.messaging import Job, Worker

JUDGE_SECONDS = 1
PREVIEW_SECONDS = 1
SLIDE_SECONDS = 600
WEEKS_SECONDS = 300
RATINGS_SECONDS = 60

worker = Worker(
    settings=settings(),
    documents=DOCUMENTS,
    subscriptions=SUBSCRIPTIONS,
    jobs=[
        Job("judge", every_seconds=JUDGE_SECONDS, run=commands.judge_touched),
        Job("slide", every_seconds=SLIDE_SECONDS, run=commands.touch_sliding),
        Job("begun", every_seconds=SLIDE_SECONDS, run=commands.touch_begun_rules),
        Job("previews", every_seconds=PREVIEW_SECONDS, run=commands.preview_drafts),
        Job("objections", every_seconds=WEEKS_SECONDS, run=commands.settle_standing_objections),
        Job("weeks", every_seconds=WEEKS_SECONDS, run=commands.count_weeks),
        Job("ratings", every_seconds=RATINGS_SECONDS, run=commands.judge_ratings),
    ],
    commands={"rebuild": commands.rebuild},
)

if __name__ == "__main__":
    worker.main()
