"""A deed as the rules see it, and what it is awarded. Posting and simulating both ask here, so they cannot come to different sums."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, NamedTuple, get_args

from services.ledger.rules.caps import NEWCOMERS, Counting
from services.ledger.rules.earning import (
    Explanation,
    RuleSet,
    beans_for_newcomer,
    beans_for_participation,
    beans_for_service,
)
from services.ledger.rules.issuing import without_optional
from services.ledger.rules.lots import as_day

DeedKind = Literal["service", "participation", "newcomer"]
DEED_KINDS: tuple[DeedKind, ...] = get_args(DeedKind)


class Deed(NamedTuple):
    """What was done on a day. `leader` led it: "" where the doer did. Bringing a newcomer is a deed of the day of their first one."""

    kind: DeedKind
    on: date
    leader: str
    item: str = ""
    minutes: int = 0
    same_household: bool = False

    @property
    def led(self) -> bool:
        """Whether the doer led it."""
        return self.leader == ""


def award(rules: RuleSet, deed: Deed, pause: Explanation) -> tuple[int, Explanation]:
    """Return the beans for `deed` before the caps of day, pair and month, and how they came about.

    `pause` says why optional beans are not issued on that day; nothing where they are. Where it cost something, it is in the
    explanation.
    """
    if not pause:
        return _AWARDS[deed.kind](rules, deed)
    amount, why = _AWARDS[deed.kind](without_optional(rules), deed)
    return amount, why if _AWARDS[deed.kind](rules, deed)[0] == amount else {**why, **pause}


def counting_of(rules: RuleSet, deed: Deed) -> Counting:
    """Return to which day and pair the beans for `deed` count, and the limits there."""
    if deed.kind == "newcomer":
        day_limit, pair_limit = None, rules.cap_newcomers_month_beans
        return Counting(day=as_day(deed.on), leader=NEWCOMERS, day_limit=day_limit, pair_limit=pair_limit)
    return Counting(
        day=as_day(deed.on),
        leader=deed.leader,
        day_limit=rules.cap_day_beans,
        pair_limit=None if deed.led else rules.cap_pair_month_beans,
    )


_AWARDS: Mapping[str, Callable[[RuleSet, Deed], tuple[int, Explanation]]] = {
    "service": lambda rules, deed: beans_for_service(rules, item=deed.item, minutes=deed.minutes, led=deed.led),
    "participation": lambda rules, deed: beans_for_participation(rules, item=deed.item, led=deed.led),
    "newcomer": lambda rules, deed: beans_for_newcomer(rules, same_household=deed.same_household),
}
