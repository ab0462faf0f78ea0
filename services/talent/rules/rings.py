"""Pure decisions about circles of nominations: which are a plain fact, and which look like a ring. (ADR 84)

A circle alone accuses nobody: neighbours who sing together put each other forward. A ring is a circle of few households that, besides,
nobody from outside supports, and that came about within days or by accounts which those households opened at the same time, where that
is unusual in the community. Households are the knots; what a household gives to itself is left out.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

RING_MIN, RING_MAX = 3, 8
INSIDE_SHARE_MIN = 2 / 3
AT_ONCE = timedelta(days=7)
AT_ONCE_SHARE_MAX = 0.25
ONE_AGE = timedelta(days=14)
ONE_AGE_SHARE_MAX = 0.1
YOUNG = timedelta(days=180)
STEPS_MAX = 30_000

Group = frozenset[str]
Edges = Mapping[str, set[str]]


class Sign(StrEnum):
    """What makes a circle look like a ring. The first is always among a ring's signs, with one of the others."""

    INSIDE_ONLY = "inside_only"
    AT_ONCE = "at_once"
    ONE_AGE = "one_age"


@dataclass(frozen=True)
class Ballot:
    """One nomination by a neighbour: whose household gave it to whose, on which day."""

    giver: str
    taker: str
    on: date


@dataclass(frozen=True)
class Ring:
    """A circle that looks like a ring, and why: `inside` of `support` households behind its members are its own, its nominations came
    within `days`, and where they opened their accounts together, within `opened_within_days`.
    """

    members: tuple[str, ...]
    signs: tuple[Sign, ...]
    inside: int
    support: int
    days: int
    opened_within_days: int | None


def find_rings(ballots: Iterable[Ballot], *, opened: Mapping[str, date]) -> list[Ring]:
    """Return the rings among the nominations of a community, none part of another; larger ones first.

    `opened` is the day on which a household opened its account by itself; of accounts that the office made, or whose age is not known,
    there is none, and they are never of one age.
    """
    graph = _Graph([ballot for ballot in ballots if ballot.giver != ballot.taker], opened)
    found = {ring.members: ring for group in graph.circles() if (ring := graph.judge(group)) is not None}
    rings = sorted(found.values(), key=lambda ring: (-len(ring.members), ring.members))
    return [ring for number, ring in enumerate(rings) if not any(set(ring.members) < set(larger.members) for larger in rings[:number])]


def mutual(ballots: Iterable[Ballot], *, home: str) -> list[str]:
    """Return the households that nominated somebody of `home` and of which `home` nominated somebody: a plain fact."""
    pairs = {(ballot.giver, ballot.taker) for ballot in ballots}
    return sorted(giver for giver, taker in pairs if taker == home != giver and (home, giver) in pairs)


def circle_through(ballots: Iterable[Ballot], *, home: str) -> list[str]:
    """Return the shortest circle of three to eight households in which each nominated the next, beginning with `home`; else nothing."""
    edges = _edges(ballot for ballot in ballots if ballot.giver != ballot.taker)
    paths, seen = [[home]], {home}
    for length in range(1, RING_MAX + 1):
        if length >= RING_MIN and (closed := next((path for path in paths if home in edges.get(path[-1], ())), None)):
            return closed
        steps = {knot: path for path in reversed(paths) for knot in edges.get(path[-1], set()) - seen}
        paths = [[*path, knot] for knot, path in sorted(steps.items())]
        seen |= steps.keys()
    return []


class _Graph:
    """The nominations of a community, looked at through several lenses."""

    def __init__(self, ballots: Sequence[Ballot], opened: Mapping[str, date]) -> None:
        self._ballots = sorted(ballots, key=lambda ballot: ballot.on)
        self._days = [ballot.on for ballot in self._ballots]
        self._opened = opened
        self._opening_days = sorted(opened.values())
        self._edges = _edges(self._ballots)
        self._givers: dict[str, set[str]] = defaultdict(set)
        self._days_of: dict[tuple[str, str], list[date]] = defaultdict(list)
        for ballot in self._ballots:
            self._givers[ballot.taker].add(ballot.giver)
            self._days_of[ballot.giver, ballot.taker].append(ballot.on)

    def circles(self) -> set[Group]:
        """Return every group of three to eight households that some lens shows as a circle."""
        found: set[Group] = set()
        steps = [STEPS_MAX]
        for edges in self._lenses(self._core()):
            for group in strongly_connected(edges):
                if RING_MIN <= len(group) <= RING_MAX:
                    found.add(group)
                elif len(group) > RING_MAX:
                    found |= _short_circles(edges, group, steps)
        return found

    def judge(self, group: Group) -> Ring | None:
        """Return a circle as a ring with its signs; None where it has too few of them."""
        inside = sum(len(self._givers[knot] & group) for knot in group)
        support = sum(len(self._givers[knot]) for knot in group)
        if inside < INSIDE_SHARE_MIN * support or not _goes_round(self._edges, group):
            return None
        days = sorted(day for giver in group for taker in self._edges.get(giver, set()) & group for day in self._days_of[giver, taker])
        opened = self._opened_together(group, days[0])
        signs = [Sign.INSIDE_ONLY]
        signs += [Sign.AT_ONCE] if self._came_at_once(days) else []
        signs += [Sign.ONE_AGE] if opened is not None else []
        if len(signs) == 1:
            return None
        return Ring(tuple(sorted(group)), tuple(signs), inside, support, (days[-1] - days[0]).days, opened)

    def _core(self) -> list[Ballot]:
        """Return the ballots that lie on some circle: most residents nominate and are not nominated, and no lens need look at them."""
        groups = [group for group in strongly_connected(self._edges) if len(group) >= RING_MIN]
        group_of = {knot: number for number, group in enumerate(groups) for knot in group}
        return [one for one in self._ballots if one.giver in group_of and group_of[one.giver] == group_of.get(one.taker)]

    def _lenses(self, core: Sequence[Ballot]) -> Iterator[Edges]:
        """Yield what goes both ways, what came within days, what joins accounts of one age, and last the whole, which has most circles."""
        edges, days = _edges(core), [ballot.on for ballot in core]
        yield {giver: {taker for taker in takers if giver in edges.get(taker, ())} for giver, takers in edges.items()}
        for start in dict.fromkeys(days):
            yield _edges(core[bisect_left(days, start) : bisect_right(days, start + AT_ONCE)])
        together: dict[date, list[str]] = defaultdict(list)
        for knot in edges.keys() & self._opened.keys():
            together[self._opened[knot]].append(knot)
        for start in sorted(together):
            young = {knot for offset in range(ONE_AGE.days + 1) for knot in together.get(start + timedelta(days=offset), ())}
            yield {knot: edges[knot] & young for knot in young}
        yield edges

    def _came_at_once(self, days: Sequence[date]) -> bool:
        """Tell whether a circle came about within days, at a time in which most others did not nominate too."""
        if days[-1] - days[0] > AT_ONCE:
            return False
        around = bisect_right(self._days, days[0] + AT_ONCE) - bisect_left(self._days, days[0])
        others, all_others = around - len(days), len(self._days) - len(days)
        return others <= AT_ONCE_SHARE_MAX * all_others

    def _opened_together(self, group: Group, first_ballot: date) -> int | None:
        """Return within how many days a group opened its accounts, where that was lately and most others did not; else None."""
        days = sorted(self._opened[knot] for knot in group if knot in self._opened)
        if len(days) < len(group) or days[-1] - days[0] > ONE_AGE or first_ballot - days[0] > YOUNG:
            return None
        around = bisect_right(self._opening_days, days[0] + ONE_AGE) - bisect_left(self._opening_days, days[0])
        others, all_others = around - len(days), len(self._opening_days) - len(days)
        return (days[-1] - days[0]).days if others <= ONE_AGE_SHARE_MAX * all_others else None


def strongly_connected(edges: Edges) -> list[Group]:
    """Return the groups within which each can be reached from each (Tarjan's, without recursion: a graph may be deep)."""
    numbers: dict[str, int] = {}
    lows: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[Group] = []
    for root in edges:
        if root in numbers:
            continue
        work = [(root, iter(sorted(edges.get(root, ()))))]
        _visit(root, numbers, lows, stack, on_stack)
        while work:
            knot, following = work[-1]
            step = next(following, None)
            if step is None:
                work.pop()
                if work:
                    lows[work[-1][0]] = min(lows[work[-1][0]], lows[knot])
                if lows[knot] == numbers[knot]:
                    found.append(_popped(knot, stack, on_stack))
            elif step not in numbers:
                _visit(step, numbers, lows, stack, on_stack)
                work.append((step, iter(sorted(edges.get(step, ())))))
            elif step in on_stack:
                lows[knot] = min(lows[knot], numbers[step])
    return found


def _visit(knot: str, numbers: dict[str, int], lows: dict[str, int], stack: list[str], on_stack: set[str]) -> None:
    numbers[knot] = lows[knot] = len(numbers)
    stack.append(knot)
    on_stack.add(knot)


def _popped(root: str, stack: list[str], on_stack: set[str]) -> Group:
    at = stack.index(root)
    group = frozenset(stack[at:])
    del stack[at:]
    on_stack.difference_update(group)
    return group


def _short_circles(edges: Edges, within: Collection[str], steps: list[int]) -> set[Group]:
    """Return circles of three to eight in a large connected group, each begun at its first household, as far as `steps` allow."""
    found: set[Group] = set()
    for start in sorted(within):
        work: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
        while work and steps[0] > 0:
            steps[0] -= 1
            knot, path = work.pop()
            for step in edges.get(knot, ()):
                if step == start and len(path) >= RING_MIN:
                    found.add(frozenset(path))
                elif step > start and step in within and step not in path and len(path) < RING_MAX:
                    work.append((step, (*path, step)))
    return found


def _goes_round(edges: Edges, group: Group) -> bool:
    """Tell whether each of a group lies on a circle of at least three in it: friends of friends who thank each other in pairs do not."""
    return all(any(_comes_back(edges, group, (knot, step), to=knot) for step in edges.get(knot, set()) & group) for knot in group)


def _comes_back(edges: Edges, group: Group, path: tuple[str, ...], *, to: str) -> bool:
    following = edges.get(path[-1], set()) & group
    if to in following and len(path) >= RING_MIN:
        return True
    return any(_comes_back(edges, group, (*path, step), to=to) for step in following if step not in path)


def _edges(ballots: Iterable[Ballot]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = defaultdict(set)
    for ballot in ballots:
        edges[ballot.giver].add(ballot.taker)
    return dict(edges)
