"""The 10/20/70 rule as truth tables, and its promise: the same set of deeds gives the same standing."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.engagement.rules import tiers
from services.engagement.rules.tiers import Happening, Kind, Note, Person, Step, Terms, Tier

TODAY = date(2026, 11, 20)
TERMS = Terms()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def served(days: int, *, activity: str = "", skill: str = "patrol", **more: Any) -> Happening:
    name = activity or f"a{days}"
    return Happening(f"served-{name}", Kind.SERVED, name, ago(days), frozenset({skill}), **more)


def took_part(days: int, **more: Any) -> Happening:
    return Happening(f"part-a{days}", Kind.TOOK_PART, f"a{days}", ago(days), **more)


def came(days: int) -> Happening:
    return Happening(f"came-a{days}", Kind.CAME, f"a{days}", ago(days))


def missed(days: int) -> Happening:
    return Happening(f"missed-a{days}", Kind.MISSED, f"a{days}", ago(days))


def led(days: int, **more: Any) -> Happening:
    return Happening(f"led-a{days}", Kind.LED, f"a{days}", ago(days), **more)


TALENT = Note(1, ago(100), True, (("clinic", ago(10)), ("haircut", None)))
SUSPENDED = Note(2, ago(50), False)
NOBODY: dict[str, Any] = {}

TABLE = [
    # happenings, notes, brought → tier, step
    ([], [], NOBODY, Tier.UNREACHED, Step.FIRST_DEED),
    ([missed(3)], [], NOBODY, Tier.UNREACHED, Step.COME_THIS_TIME),
    ([missed(300)], [], NOBODY, Tier.UNREACHED, Step.FIRST_DEED),
    ([served(180)], [], NOBODY, Tier.UNREACHED, Step.COME_BACK),
    ([served(179)], [], NOBODY, Tier.PARTICIPANT, Step.MORE_DEEDS),
    ([took_part(0)], [], NOBODY, Tier.PARTICIPANT, Step.MORE_DEEDS),
    ([came(1)], [], NOBODY, Tier.PARTICIPANT, Step.MORE_DEEDS),
    ([served(1), took_part(2)], [], NOBODY, Tier.PARTICIPANT, Step.ONE_MORE_DEED),
    ([served(1), came(1), took_part(2)], [], NOBODY, Tier.PARTICIPANT, Step.ONE_MORE_DEED),
    ([served(1), took_part(2), came(3)], [], NOBODY, Tier.ENTHUSIAST, Step.BE_NOMINATED),
    ([led(1), led(2), led(3)], [], NOBODY, Tier.ENTHUSIAST, Step.BE_NOMINATED),
    ([served(1, withdrawn=True), came(1)], [], NOBODY, Tier.UNREACHED, Step.FIRST_DEED),
    ([led(1, withdrawn=True)], [TALENT], NOBODY, Tier.UNREACHED, Step.FIRST_DEED),
    ([], [TALENT], NOBODY, Tier.UNREACHED, Step.FIRST_DEED),
    ([served(1)], [TALENT], NOBODY, Tier.PARTICIPANT, Step.USE_SKILL),
    ([served(1, skill="haircut")], [TALENT], NOBODY, Tier.ENTHUSIAST, Step.LEAD),
    ([served(1, skill="haircut")], [TALENT, SUSPENDED], NOBODY, Tier.PARTICIPANT, Step.MORE_DEEDS),
    ([served(10, skill="clinic")], [TALENT], NOBODY, Tier.ENTHUSIAST, Step.LEAD),
    ([served(9, skill="clinic")], [TALENT], NOBODY, Tier.PARTICIPANT, Step.USE_SKILL),
    ([served(1, led=True)], [TALENT], NOBODY, Tier.BACKBONE, None),
    ([led(1)], [TALENT], NOBODY, Tier.BACKBONE, None),
    ([led(1)], [TALENT, SUSPENDED], NOBODY, Tier.PARTICIPANT, Step.MORE_DEEDS),
    ([led(200)], [TALENT], NOBODY, Tier.UNREACHED, Step.COME_BACK),
    ([], [TALENT], {"newcomer": frozenset({ago(5)})}, Tier.BACKBONE, None),
    ([], [TALENT], {"newcomer": frozenset({ago(180)})}, Tier.UNREACHED, Step.FIRST_DEED),
    ([], [TALENT], {"newcomer": frozenset()}, Tier.UNREACHED, Step.FIRST_DEED),
    ([], [], {"newcomer": frozenset({ago(5)})}, Tier.UNREACHED, Step.FIRST_DEED),
]


@pytest.mark.parametrize(("happenings", "notes", "brought", "tier", "step"), TABLE)
def test_the_tier_follows_from_the_deeds(
    happenings: Any, notes: Any, brought: Any, tier: Tier, step: Step | None
) -> None:
    person = Person(frozenset(happenings), frozenset(notes), brought)

    judgement = tiers.judge(person, today=TODAY, terms=TERMS)

    assert (judgement.tier, judgement.step) == (tier, step)
    assert judgement.why


happenings = st.builds(
    Happening,
    id=st.integers(0, 12).map(str),
    kind=st.sampled_from(list(Kind)),
    activity_id=st.integers(0, 6).map(str),
    day=st.integers(-5, 400).map(ago),
    skills=st.frozensets(st.sampled_from(["clinic", "haircut", "patrol"])),
    led=st.booleans(),
    withdrawn=st.booleans(),
)
notes = st.builds(
    Note,
    revision=st.integers(1, 4),
    day=st.integers(0, 300).map(ago),
    is_talent=st.booleans(),
    skills=st.just((("clinic", ago(30)), ("haircut", None))),
)
brought = st.dictionaries(st.sampled_from("xyz"), st.frozensets(st.integers(0, 400).map(ago)))


def one_each(rows: list[Any], key: str) -> list[Any]:
    return list({getattr(row, key): row for row in rows}.values())


@given(st.lists(happenings), st.lists(notes, max_size=4), brought, st.randoms())
def test_order_and_repetition_of_deeds_make_no_difference(told: Any, pages: Any, chain: Any, random: Any) -> None:
    told, pages = one_each(told, "id"), one_each(pages, "revision")
    shuffled = told + random.sample(told, random.randint(0, len(told)))
    random.shuffle(shuffled)

    once = tiers.judge(Person(frozenset(told), frozenset(pages), chain), today=TODAY, terms=TERMS)
    again = tiers.judge(Person(frozenset(shuffled), frozenset(reversed(pages)), chain), today=TODAY, terms=TERMS)

    assert once == again


@settings(max_examples=15)
@given(st.lists(happenings, max_size=8), st.lists(notes, max_size=3), brought)
def test_nothing_changes_before_the_day_on_which_it_slides(told: Any, pages: Any, chain: Any) -> None:
    person = Person(frozenset(one_each(told, "id")), frozenset(one_each(pages, "revision")), chain)
    judgement = tiers.judge(person, today=TODAY, terms=TERMS)
    horizon = judgement.slides_on or TODAY + timedelta(days=500)

    for ahead in range(1, (horizon - TODAY).days):
        assert tiers.tier_on(person, TODAY + timedelta(days=ahead), terms=TERMS) == judgement.tier


@given(st.lists(happenings, max_size=8), st.lists(notes, max_size=3), brought)
def test_a_tier_is_held_since_the_day_it_says(told: Any, pages: Any, chain: Any) -> None:
    person = Person(frozenset(one_each(told, "id")), frozenset(one_each(pages, "revision")), chain)
    judgement = tiers.judge(person, today=TODAY, terms=TERMS)

    if judgement.since is not None:
        held = {
            tiers.tier_on(person, judgement.since + timedelta(days=n), terms=TERMS)
            for n in range((TODAY - judgement.since).days + 1)
        }
        assert held == {judgement.tier}
    if judgement.since is not None and judgement.tier != Tier.UNREACHED:
        assert tiers.tier_on(person, judgement.since - timedelta(days=1), terms=TERMS) != judgement.tier


@given(
    st.lists(happenings), happenings.filter(lambda row: row.kind in (Kind.CAME, Kind.TOOK_PART) and not row.withdrawn)
)
def test_a_further_deed_never_lowers_a_standing(told: Any, further: Happening) -> None:
    order = [Tier.UNREACHED, Tier.PARTICIPANT, Tier.ENTHUSIAST, Tier.BACKBONE]
    told = [row for row in one_each(told, "id") if row.id != further.id]

    before = tiers.judge(Person(frozenset(told)), today=TODAY, terms=TERMS).tier
    after = tiers.judge(Person(frozenset([*told, further])), today=TODAY, terms=TERMS).tier

    assert order.index(after) >= order.index(before)


def test_the_explanation_rests_on_days() -> None:
    person = Person(
        frozenset([served(1, led=True), served(5, skill="haircut")]), frozenset([TALENT]), {"n": frozenset({ago(2)})}
    )

    why = tiers.judge(person, today=TODAY, terms=TERMS).why

    assert [reason.code for reason in why] == ["talent", "led", "mobilized"]
    assert (why[1].dates, why[1].params["count"]) == ((ago(1),), "1")


def test_since_is_the_day_the_threshold_was_reached() -> None:
    person = Person(frozenset([served(30), served(20), served(10)]))

    assert tiers.judge(person, today=TODAY, terms=TERMS).since == ago(10)


def test_a_standing_slides_when_its_oldest_deed_leaves_the_window() -> None:
    judgement = tiers.judge(Person(frozenset([served(30), served(20)])), today=TODAY, terms=TERMS)

    assert judgement.slides_on == ago(30) + timedelta(days=180)


@pytest.mark.parametrize(("base", "targets"), [(0, (0, 0, 0)), (520, (52, 104, 364)), (5, (1, 1, 4)), (14, (1, 3, 10))])
def test_targets_are_ten_twenty_seventy_of_the_base(base: int, targets: tuple[int, ...]) -> None:
    assert tuple(tiers.target(base, tier) for tier in ("backbone", "enthusiast", "participant")) == targets


@pytest.mark.parametrize(
    ("today", "latest"), [("2026-11-20", "2026-11-15"), ("2026-11-15", "2026-11-08"), ("2026-11-16", "2026-11-15")]
)
def test_weeks_end_on_the_sundays_before(today: str, latest: str) -> None:
    sundays = tiers.last_sundays(date.fromisoformat(today), weeks=3)

    assert sundays[-1] == date.fromisoformat(latest)
    assert len(sundays) == 3 and sundays == sorted(sundays) and all(day.isoweekday() == 7 for day in sundays)


def test_an_activity_fits_those_who_have_its_skill() -> None:
    talents = [("a", ["haircut"]), ("b", ["clinic"]), ("c", ["clinic", "haircut"])]

    assert tiers.fitting({"haircut"}, talents, most=1) == ["a"]
    assert tiers.fitting({"clinic"}, talents, most=5) == ["b", "c"]


@pytest.mark.parametrize(("base", "wanted"), [(0, 0), (1, 1), (100, 1), (101, 2), (520, 6)])
def test_one_in_each_hundred_that_is_begun(base: int, wanted: int) -> None:
    assert tiers.one_in_a_hundred(base) == wanted
