"""Pauses, awards and replays as truth tables and properties: a replay under the rules that were in force is what was posted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.commands import Journal, Writer
from services.ledger.commands.wishes import bean_id, wishes_for
from services.ledger.queries.deeds import lines_in
from services.ledger.rules import (
    DEFAULT_RULES,
    NEWCOMERS,
    Change,
    Deed,
    Earning,
    Figures,
    Replay,
    Reverse,
    RuleSet,
    award,
    changes_between,
    in_order,
    pause_on,
)
from shared.events.checkin import HoursVerified
from tests.services.ledger.facts import COMMUNITY, hours

NOV_5 = date(2026, 11, 5)
SINCE = date(2026, 9, 1)
STRICT = replace(DEFAULT_RULES, pause_below_percent=50, budget_month_beans=1_000)


def figures(outstanding: int, stock: int, issued: int = 0, *, day: date = NOV_5 - timedelta(days=1)) -> Figures:
    return Figures(day=day, outstanding_beans=outstanding, stock_value_beans=stock, issued_month_beans=issued)


# Whether optional beans are paused


@pytest.mark.parametrize(
    ("rules", "known", "paused"),
    [
        (STRICT, None, None),  # nothing is known: nothing is paused
        (STRICT, figures(0, 0), None),  # nobody holds beans
        (STRICT, figures(100, 50), None),  # exactly at the threshold
        (STRICT, figures(1_000, 499), ("coverage", 49, 50)),  # 49.9 is rounded down
        (STRICT, figures(100, 0), ("coverage", 0, 50)),
        (STRICT, figures(100, 100, 1_000), None),  # the budget is used up to the last bean, not exceeded
        (STRICT, figures(100, 100, 1_001), ("budget", 1_001, 1_000)),
        (STRICT, figures(100, 0, 1_001), ("coverage", 0, 50)),  # one reason is enough
        (STRICT, figures(100, 100, 9_999, day=date(2026, 10, 31)), None),  # a new month has its whole budget
        (STRICT, figures(100, 0, 0, day=date(2026, 10, 31)), ("coverage", 0, 50)),  # a new month has no new shelf
        (DEFAULT_RULES, figures(100, 0, 9_999), None),  # 0 is never and none
    ],
)
def test_optional_beans_wait_while_coverage_is_low_or_the_budget_is_exceeded(
    rules: RuleSet, known: Figures | None, paused: tuple[str, int, int] | None
) -> None:
    expected = {} if paused is None else dict(
        zip(("paused", "figure", "limit"), paused, strict=True), figures_of=known.day.isoformat() if known else ""
    )  # fmt: skip

    assert pause_on(NOV_5, rules, known) == expected


PAUSE = {"paused": "coverage", "figure": 40, "limit": 50, "figures_of": "2026-11-04"}


@pytest.mark.parametrize(
    ("deed", "usual", "while_paused", "says_so"),
    [
        (Deed("service", NOV_5, "leader", "environment", 90), 15, 15, False),  # hours are paid as promised
        (Deed("service", NOV_5, "", "environment", 90), 20, 15, True),
        (Deed("service", NOV_5, "", "environment", 480), 80, 80, False),  # the cap had taken the bonus anyway
        (Deed("participation", NOV_5, "leader", "policy-talk"), 2, 0, True),
        (Deed("participation", NOV_5, "", "policy-talk"), 7, 0, True),
        (Deed("newcomer", NOV_5, NEWCOMERS), 10, 0, True),
        (Deed("newcomer", NOV_5, NEWCOMERS, same_household=True), 0, 0, False),
    ],
)
def test_a_pause_takes_optional_beans_only_and_says_what_it_was_decided_on(
    deed: Deed, usual: int, while_paused: int, says_so: bool
) -> None:
    assert award(DEFAULT_RULES, deed, {})[0] == usual

    amount, why = award(DEFAULT_RULES, deed, PAUSE)

    assert (amount, PAUSE.items() <= why.items()) == (while_paused, says_so)


# Two versions side by side


def test_only_what_differs_is_a_change_and_an_item_may_gain_or_lose_its_own_rate() -> None:
    before = replace(DEFAULT_RULES, item_beans_per_hour={"clinic": 20, "patrol": 12})
    after = replace(DEFAULT_RULES, version=9, beans_per_hour=11, item_beans_per_hour={"clinic": 25, "haircut": 9})

    assert changes_between(before, before) == []
    assert changes_between(before, after) == [
        Change("beans_per_hour", None, 10, 11),
        Change("item_beans_per_hour", "clinic", 20, 25),
        Change("item_beans_per_hour", "haircut", None, 9),
        Change("item_beans_per_hour", "patrol", 12, None),
    ]


# Replaying


class ListJournal(Journal):
    """A journal in memory, for one writer; `rows` are its entries with the moment of their posting."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.now = datetime(2026, 9, 1, tzinfo=UTC)

    def newest(self, accounts: Sequence[str]) -> dict[str, Any]:
        return {row["account"]: row for row in self.rows if row["account"] in accounts}

    def standing(self, ids: Sequence[str]) -> set[str]:
        return {row["_id"] for row in self.rows} & set(ids)

    def usage(self, months: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
        counted = [(row["account"], row["counted"]) for row in self.rows if row["counted"]]
        return {
            (account, month): [use for owner, use in counted if owner == account and use[0] // 100 == month]
            for account, month in months
        }

    def pack(self, entries: Sequence[Any]) -> Sequence[Any]:
        return entries

    def append(self, packed: Sequence[Any]) -> bool:
        self.rows += [{**row, "posted_at": self.now} for row in packed]
        return True


class Versions:
    """A rulebook of two versions, and the figures of a few days."""

    def __init__(self, old: RuleSet, new: RuleSet, days: Sequence[Figures]) -> None:
        self.old, self.new, self.days = old, new, sorted(days, key=lambda one: one.day)

    def on(self, _: str, day: date) -> RuleSet:
        return self.new if day >= self.new.applies_from else self.old

    def pause(self, community_code: str, day: date) -> Mapping[str, Any]:
        before = [one for one in self.days if one.day < day]
        return pause_on(day, self.on(community_code, day), before[-1] if before else None)


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    return replace(
        DEFAULT_RULES,
        beans_per_hour=draw(st.integers(1, 30)),
        item_beans_per_hour=draw(st.dictionaries(st.sampled_from(["clinic", "patrol"]), st.integers(0, 30))),
        leading_bonus_beans=draw(st.integers(0, 10)),
        cap_activity_beans=draw(st.integers(0, 60)),
        cap_day_beans=draw(st.integers(0, 80)),
        cap_pair_month_beans=draw(st.integers(0, 100)),
        pause_below_percent=draw(st.sampled_from([0, 50, 150])),
        budget_month_beans=draw(st.sampled_from([0, 50, 500])),
        applies_from=draw(st.dates(SINCE, date(2026, 11, 30))),
    )


DAYS = st.dates(SINCE, date(2026, 11, 30))
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bo"]), st.sampled_from(["", "li", "ma"]), st.sampled_from(["clinic", "patrol", "talk"]),
        st.integers(0, 400), DAYS, st.integers(0, 90), st.booleans(),
    ),
    max_size=25,
)  # fmt: skip
FIGURES = st.lists(
    st.builds(figures, st.integers(0, 200), st.integers(0, 200), st.integers(0, 700), day=DAYS),
    max_size=6, unique_by=lambda one: one.day,
)  # fmt: skip


@given(DEEDS, rule_sets(), rule_sets(), FIGURES)
@settings(max_examples=150, deadline=None)
def test_replaying_the_rules_in_force_gives_exactly_what_was_posted(
    told: list[Any], old: RuleSet, new: RuleSet, days: list[Figures]
) -> None:
    versions = Versions(old, new, days)
    rows = posted(told, versions)

    lines = in_order(lines_in(rows, SINCE))
    replay = Replay(lambda day: versions.on("", day), days)
    replay.take(lines)
    comparison = replay.comparison()

    assert comparison.posted == comparison.replayed
    assert comparison.posted.beans == earned_by(rows)
    assert comparison.deeds == len(told)


def test_a_deed_of_long_ago_meets_the_caps_of_its_own_month() -> None:
    early, late = ("ada", "li", "talk", 480, SINCE, 0, False), ("ada", "li", "talk", 480, SINCE + timedelta(days=1), 80, False)
    between = ("ada", "li", "talk", 60, date(2026, 11, 15), 0, False)
    tight = replace(DEFAULT_RULES, cap_pair_month_beans=100)

    rows = posted([early, between, late], Versions(tight, tight, []))
    replay = Replay(lambda _: tight)
    replay.take(in_order(lines_in(rows, SINCE)))

    assert [row["delta"] for row in rows] == [80, 10, 20]
    assert replay.comparison().posted == replay.comparison().replayed


@given(DEEDS, rule_sets(), rule_sets(), FIGURES, st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_a_replay_in_parts_is_the_replay_as_a_whole(
    told: list[Any], old: RuleSet, draft: RuleSet, days: list[Figures], part: int
) -> None:
    lines = in_order(lines_in(posted(told, Versions(old, old, days)), SINCE))
    whole, parts = Replay(lambda _: draft, days), Replay(lambda _: draft, days)

    whole.take(lines)
    for start in range(0, len(lines), part):
        parts.take(lines[start : start + part])

    assert whole.comparison() == parts.comparison()


def posted(told: list[Any], versions: Versions) -> list[dict[str, Any]]:
    """Post deeds by the real writer, each some days after it was done; some are taken back a day later."""
    journal = ListJournal()
    writer = Writer(journal)
    events: list[tuple[datetime, HoursVerified, bool]] = []
    for who, leader, item, minutes, on, late, is_withdrawn in told:
        fact = hours(who, minutes=minutes, on=on, item=item, leader_id=leader or who, led=not leader)
        moment = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) + timedelta(days=late)
        events.append((moment, fact, False))
        events += [(moment + timedelta(days=1), fact, True)] if is_withdrawn else []
    for moment, fact, is_withdrawal in sorted(events, key=lambda event: event[0]):
        journal.now = moment
        writer.post([taken_back(fact, journal)] if is_withdrawal else wishes_for([fact], versions))  # type: ignore[arg-type]
    return [row for row in journal.rows if row["unit"] == "bean"]


def taken_back(fact: HoursVerified, journal: ListJournal) -> Reverse:
    given_before = next(row for row in journal.rows if row["_id"] == bean_id(fact.record_id))
    return Reverse(
        id=f"withdrawn:{given_before['_id']}", resident_id=fact.resident_id, cause=fact.record_id, community_code=COMMUNITY,
        amount=given_before["delta"] - given_before["debt_delta"], contra=given_before["contra"],
        reverses=given_before["_id"], counted=given_before["counted"],
    )  # fmt: skip


def earned_by(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    newest = {row["account"].partition(":")[0]: row for row in rows}
    return {who: row["earned"] for who, row in newest.items()}


def line(on: date, *, leader: str = "li", minutes: int = 60, beans: int = 10, who: str = "ada", seq: int = 1) -> Earning:
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    deed = Deed("service", on, leader, "patrol", minutes)
    return Earning(f"{who}{seq}", who, seq, moment, on, deed, beans, (), False)


def test_a_pause_under_a_draft_counts_what_the_draft_itself_would_have_issued() -> None:
    days = [figures(100, 60, 10, day=date(2026, 11, day)) for day in (5, 6)]
    lines = [line(date(2026, 11, 5), seq=1), line(date(2026, 11, 6), leader="", beans=15, seq=2)]
    generous = replace(DEFAULT_RULES, beans_per_hour=40, cap_day_beans=1_000, pause_below_percent=50)
    replay = Replay(lambda _: generous, days)

    replay.take(lines)

    # Posted, coverage was 60 %. With 30 beans more on the 5th it would have been 60 / 130 = 46 %, so the bonus of the 6th waits.
    assert (replay.comparison().replayed.beans["ada"], replay.comparison().replayed.paused) == (80, 1)


def test_the_largest_changes_come_first_and_nobody_unchanged_is_among_them() -> None:
    lines = [line(NOV_5, who=f"p{number:02}", minutes=60 * number, beans=10 * number) for number in range(13)]
    replay = Replay(lambda _: replace(DEFAULT_RULES, beans_per_hour=20, cap_activity_beans=80))

    replay.take(lines)
    largest = replay.comparison().largest

    assert largest[0] == ("p04", 40, 80)
    assert [abs(after - before) for _, before, after in largest] == sorted((abs(b - a) for _, a, b in largest), reverse=True)
    assert len(largest) == 10
    assert all(before != after for _, before, after in largest)


def test_lines_of_one_account_keep_their_numbers_whatever_clocks_say() -> None:
    late_clock = line(NOV_5, seq=1)._replace(posted_at=datetime(2026, 11, 5, 12, 0, 1, tzinfo=UTC))
    early_clock = line(NOV_5, seq=2)

    assert [one.seq for one in in_order([early_clock, late_clock])] == [1, 2]
