"""What deeds would have earned under other rules. Each goes through the same award and the same posting core as when it was posted.

Deeds are replayed in the order of their posting, from the first of a month on: caps count by day and month of the deed, so nothing
before that matters. What people spent, and what ran out, is taken as it was. Where a pause depends on figures of the community, they
are those of the time, plus what the replay had issued more, or less, by then: under the rules that were in force nothing differs, so
the replay gives exactly what was posted.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from services.ledger.rules.awards import Deed, award, counting_of
from services.ledger.rules.caps import Use, month_of, usage_of
from services.ledger.rules.earning import Explanation, RuleSet
from services.ledger.rules.issuing import Figures, can_pause, pause_on
from services.ledger.rules.posting import Entry, Head, decide
from services.ledger.rules.wishes import Earn, Reverse, Wish

LARGEST = 10
CAPS = ("activity", "day", "pair", "newcomers")


class Earning(NamedTuple):
    """An earning as it was posted: for which deed, how many beans, and which caps cut it."""

    id: str
    resident_id: str
    seq: int
    posted_at: datetime
    posted_on: date
    deed: Deed
    beans: int
    caps: tuple[str, ...]
    paused: bool


class TakenBack(NamedTuple):
    """The reversal of the earning `reverses`."""

    id: str
    resident_id: str
    seq: int
    posted_at: datetime
    posted_on: date
    reverses: str


Line = Earning | TakenBack


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return `lines` in the order of their posting. Writers' clocks may differ a little; the numbers of an account never do."""
    latest: dict[str, datetime] = {}
    keyed: list[tuple[datetime, Line]] = []
    for line in sorted(lines, key=lambda line: (line.resident_id, line.seq)):
        moment = max(line.posted_at, latest.get(line.resident_id, line.posted_at))
        latest[line.resident_id] = moment
        keyed.append((moment, line))
    keyed.sort(key=itemgetter(0))
    return [line for _, line in keyed]


@dataclass
class Tally:
    """One side of the comparison: what was posted, or what the replay came to."""

    beans: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    paused: int = 0

    def count(self, line: Earning, beans: int, caps: Iterable[str], *, paused: bool) -> None:
        """Count what one deed earned, and what cut it."""
        self.beans[line.resident_id] += beans
        self.cut.update(caps)
        self.paused += paused

    @property
    def total(self) -> int:
        """All beans."""
        return self.beans.total()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Who would have earned what against what they did earn. `largest` are (resident, posted, replayed), the largest change first."""

    deeds: int
    posted: Tally
    replayed: Tally

    @property
    def people(self) -> list[tuple[str, int, int]]:
        """Everybody with a deed, as (resident, posted, replayed), the largest change first; equal ones by their ids."""
        rows = [(one, self.posted.beans[one], self.replayed.beans[one]) for one in self.posted.beans]
        return sorted(rows, key=lambda row: (-abs(row[2] - row[1]), row[0]))

    @property
    def largest(self) -> list[tuple[str, int, int]]:
        """The largest changes; nobody whose beans stay the same."""
        return [row for row in self.people[:LARGEST] if row[1] != row[2]]


class Replay:
    """A replay under way: the same lines and the same rules give the same comparison, in however many parts they come.

    `rules_on` gives the version for deeds of a day; `figures` are the community's, by day.
    """

    def __init__(self, rules_on: Callable[[date], RuleSet], figures: Sequence[Figures] = ()) -> None:
        self._rules_on = rules_on
        self._figures = sorted(figures, key=lambda one: one.day)
        self._heads: dict[str, Head] = {}
        self._entries: dict[str, tuple[int, Use | None, int]] = {}
        self._counted: dict[tuple[str, int], list[Use]] = defaultdict(list)
        self._pauses: dict[date, Explanation] = {}
        self._drift = _Drift()
        self._deeds, self._posted, self._replayed = 0, Tally(), Tally()

    def take(self, lines: Iterable[Line]) -> None:
        """Replay `lines`, in the order of their posting."""
        for line in lines:
            if isinstance(line, Earning):
                self._earn(line)
            else:
                self._take_back(line)

    def comparison(self) -> Comparison:
        """Return what the lines so far come to."""
        return Comparison(deeds=self._deeds, posted=self._posted, replayed=self._replayed)

    def _earn(self, line: Earning) -> None:
        deed, rules = line.deed, self._rules_on(line.deed.on)
        amount, why = award(rules, deed, self._pause(deed.on, rules))
        wish = Earn(
            id=line.id, resident_id=line.resident_id, cause=line.id, community_code="", explanation=why,
            amount=amount, contra="", counting=counting_of(rules, deed),
        )  # fmt: skip
        entry = self._decide(wish)
        beans, why = entry["delta"], entry["explanation"]
        self._entries[line.id] = beans, entry["counted"], line.beans
        self._deeds += 1
        self._posted.count(line, line.beans, line.caps, paused=line.paused)
        self._replayed.count(line, beans, caps_in(why, deed), paused="paused" in why)
        self._drift.add(line.posted_on, beans - line.beans)

    def _take_back(self, line: TakenBack) -> None:
        """Take back a deed of the replay; one of an earlier month is no part of it."""
        if (known := self._entries.get(line.reverses)) is None:
            return
        beans, counted, posted = known
        self._decide(
            Reverse(id=line.id, resident_id=line.resident_id, cause=line.id, community_code="", amount=beans, contra="",
                    reverses=line.reverses, counted=counted)
        )  # fmt: skip
        self._posted.beans[line.resident_id] -= posted
        self._replayed.beans[line.resident_id] -= beans
        self._drift.add(line.posted_on, posted - beans)

    def _decide(self, wish: Wish) -> Entry:
        """Let the posting core decide, with the month's earnings where the account no longer carries them."""
        decision = decide(self._heads, [wish])
        if decision.refusals and isinstance(wish, Earn) and wish.counting:
            month = month_of(wish.counting.day)
            decision = decide(self._heads, [replace(wish, usage=usage_of(self._counted[wish.account, month]))])
        (entry,) = decision.entries
        self._heads[wish.account] = entry
        if counted := entry["counted"]:
            self._counted[wish.account, month_of(counted[0])].append(counted)
        return entry

    def _pause(self, day: date, rules: RuleSet) -> Explanation:
        if not can_pause(rules) or not self._figures:
            return {}
        if (known := self._pauses.get(day)) is None:
            known = self._pauses[day] = pause_on(day, rules, self._figures_before(day))
        return known

    def _figures_before(self, day: date) -> Figures | None:
        """Return the last figures before `day`, with what the replay differed by until then."""
        at = bisect_right(self._figures, day - timedelta(days=1), key=lambda one: one.day)
        if not at:
            return None
        known = self._figures[at - 1]
        before_month = known.day.replace(day=1) - timedelta(days=1)
        drift = self._drift.until(known.day)
        return replace(
            known,
            outstanding_beans=known.outstanding_beans + drift,
            issued_month_beans=known.issued_month_beans + drift - self._drift.until(before_month),
        )


class _Drift:
    """How many beans the replay has issued more than were posted, by the end of each day of posting."""

    def __init__(self) -> None:
        self._days: list[date] = []
        self._beans: list[int] = []

    def add(self, day: date, beans: int) -> None:
        """Note a difference; days come in order."""
        if not self._days or day > self._days[-1]:
            self._days.append(day)
            self._beans.append(self._beans[-1] if self._beans else 0)
        self._beans[-1] += beans

    def until(self, day: date) -> int:
        """Return the difference at the end of `day`."""
        at = bisect_right(self._days, day)
        return self._beans[at - 1] if at else 0


def caps_in(why: Explanation, deed: Deed) -> tuple[str, ...]:
    """Return the names of the caps that cut an earning, by its explanation; that for newcomers has a name of its own here."""
    names = [row["cap"] for row in why.get("caps", ())]
    return tuple("newcomers" if deed.kind == "newcomer" else name for name in names)
