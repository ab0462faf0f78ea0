"""Everything again from the stored facts: proof that a standing is nothing but what its deeds say."""

import sys
from collections.abc import Iterator

from services.engagement.commands.communities import recount_weeks
from services.engagement.commands.judging import BATCH, judge_all
from services.engagement.models import Neighbour

SHOWN_MAX = 20


def rebuild(_: list[str]) -> int:
    """Judge every resident again, count every week again, and print what differed from what was stored; 0 when done."""
    done, differing, total = 0, {}, Neighbour.objects.count()
    for ids in _pages():
        tally = judge_all(ids)
        done += tally.judged
        differing.update(tally.differing)
        _say(f"judged {done} of {total} residents, {len(differing)} standings differed")
    for resident_id, (was, now) in list(differing.items())[:SHOWN_MAX]:
        _say(f"  {resident_id}: {was} -> {now}")
    for community_code in Neighbour.objects.distinct("community_code"):
        _say(f"{community_code}: {recount_weeks(community_code)} weeks counted")
    _say(f"{done - len(differing)} of {done} standings were as the deeds say; {len(differing)} are now")
    return 0


def _pages() -> Iterator[list[str]]:
    last = ""
    while page := [row.id for row in Neighbour.objects(id__gt=last).only("id").order_by("id").limit(BATCH)]:
        yield page
        last = page[-1]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
