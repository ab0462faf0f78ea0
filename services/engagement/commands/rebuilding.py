"""Everything again from the stored facts: proof that a standing is nothing but what its deeds say.

One pass, a page of residents at a time: what a page is judged by is loaded once, for the standings and for the weeks. Memory holds a page
and the counts, however many deeds there are.
"""

import sys
import time
from dataclasses import dataclass, field

from services.engagement.commands.communities import WeekCount, pages_of
from services.engagement.commands.judging import Tally, judge_neighbours
from services.engagement.models import DeedRecord, Neighbour

SHOWN_MAX = 20


def rebuild(_: list[str]) -> int:
    """Judge every resident again, count every week again, and print what differed from what was stored; 0 when done."""
    progress = Progress(residents=Neighbour.objects.count(), deeds=DeedRecord.objects.count())
    for community_code in Neighbour.objects.distinct("community_code"):
        weeks = WeekCount(community_code)
        for neighbours in pages_of(community_code):
            tally, people = judge_neighbours(neighbours)
            weeks.add(neighbours, people)
            progress.add(tally, deeds=sum(len(person.happenings) for person in people.values()))
        _say(f"{community_code}: {weeks.store()} weeks counted")
    progress.say_differences()
    return 0


@dataclass
class Progress:
    """How far a rebuild is, of so many `residents` and `deeds` that are stored."""

    residents: int
    deeds: int
    judged: int = 0
    read: int = 0
    differing: int = 0
    shown: dict[str, tuple[str, str]] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def add(self, tally: Tally, *, deeds: int) -> None:
        """Count a page, and say how far it goes and how long the rest will take at this pace."""
        self.judged += tally.judged
        self.read += deeds
        self.differing += len(tally.differing)
        for resident_id in list(tally.differing)[: SHOWN_MAX - len(self.shown)]:
            self.shown[resident_id] = tally.differing[resident_id]
        seconds = time.monotonic() - self.started
        left = seconds / self.judged * max(self.residents - self.judged, 0)
        _say(
            f"judged {self.judged} of {self.residents} residents, {self.read} deeds read of {self.deeds} stored, "
            f"{self.differing} standings differed; {seconds:.0f} s, about {left:.0f} s left"
        )

    def say_differences(self) -> None:
        """Name the first few standings that were others, and how many there were."""
        for resident_id, (was, now) in self.shown.items():
            _say(f"  {resident_id}: {was} -> {now}")
        _say(f"{self.judged - self.differing} of {self.judged} standings were as the deeds say; {self.differing} are now")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
