"""What runs came to, in the lines that the README quotes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.faults.load import Load
from tests.faults.outages import Outage


@dataclass(frozen=True)
class Summary:
    """What one run came to; `left_out` says what could not happen on this machine, and why."""

    load: Load
    struck: Sequence[Outage]
    left_out: Sequence[str]
    drained_seconds: float
    last_under_way: Sequence[str]

    @property
    def faults(self) -> Counter[str]:
        """How often each kind happened to anything."""
        return Counter(outage.kind for outage in self.struck for _ in outage.targets)

    def __str__(self) -> str:
        tally, book, last = self.load.tally, self.load.book, ", ".join(self.last_under_way)
        return (
            f"seed {self.load.seed}: {_counted(self.faults)}{_left_out(self.left_out)}; {tally.answered} requests answered in "
            f"{tally.tries} tries {dict(tally.in_the_way)}; {book.effects} effects ({len(book.check_ins)} check-ins, "
            f"{len(book.records)} records, {len(book.withdrawn)} withdrawn, {len(book.purchases)} redemptions, "
            f"{len(book.gifts)} gifts); drained {self.drained_seconds:.1f} s after {self.struck[-1]} (last {last})"
        )


def total(summaries: Sequence[Summary]) -> str:
    """Return one line for all runs together."""
    faults = sum((summary.faults for summary in summaries), Counter[str]())
    left_out = [why for summary in summaries for why in summary.left_out]
    answered = sum(summary.load.tally.answered for summary in summaries)
    effects = sum(summary.load.book.effects for summary in summaries)
    drained = [summary.drained_seconds for summary in summaries]
    return (
        f"{len(summaries)} runs: {faults.total()} faults ({_counted(faults)}){_left_out(left_out)}; {answered} requests answered, "
        f"{effects} effects; drained after {min(drained):.1f} to {max(drained):.1f} s, half of them within {median(drained):.1f} s"
    )


def _counted(faults: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in faults.most_common())


def _left_out(reasons: Iterable[str]) -> str:
    counted = Counter(reasons)
    return "".join(f"; LEFT OUT {count} x {why}" for why, count in counted.items())
