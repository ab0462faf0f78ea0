"""Seconds per deed: time is counted where it is known, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest

from services.checkin.rules.effort import CONFIRMED, KIOSK, SELF, Act, Effort, efforts_of

NINE = datetime(2026, 11, 27, 9, tzinfo=UTC)


def act(at: float, *, way: str = "roll", deeds: int = 1, by: str = "wang", began: float | None = None) -> Act:
    opened = None if began is None else NINE + timedelta(seconds=began)
    return Act(by_id=by, way=way, at=NINE + timedelta(seconds=at), deeds=deeds, began=opened)


def test_an_act_takes_the_time_since_its_page_was_opened() -> None:
    assert efforts_of([act(90, way="typed", deeds=40, began=0)]) == {"typed": Effort(deeds=40, measured=40, seconds=90.0)}


def test_or_since_the_same_persons_act_before_it_if_that_was_later() -> None:
    acts = [act(30, began=0), act(50, began=10), act(80), act(85, by="li", began=60)]

    assert efforts_of(acts) == {"roll": Effort(deeds=4, measured=4, seconds=30.0 + 20 + 30 + 25)}


@pytest.mark.parametrize("lonely", [[act(0)], [act(0, by="li"), act(60)], [act(901, began=0)], [act(60, began=120)]])
def test_an_act_of_which_nothing_near_is_known_is_not_measured(lonely: list[Act]) -> None:
    assert efforts_of(lonely)["roll"] == Effort(deeds=len(lonely))


def test_a_pause_is_no_work() -> None:
    acts = [act(0), act(120), act(241)]

    assert efforts_of(acts)["roll"] == Effort(deeds=3, measured=1, seconds=120.0)


def test_what_was_sent_at_once_is_one_act_of_many_deeds_and_none_of_them_took_no_time() -> None:
    sheet = [act(60 + number / 100, way="typed") for number in range(40)]

    assert efforts_of(sheet)["typed"] == Effort(deeds=40)
    assert efforts_of([act(0, way=CONFIRMED), *sheet])["typed"].seconds_each == pytest.approx(60.39 / 40)


def test_ways_are_told_apart_and_what_residents_do_takes_no_time_of_the_staff() -> None:
    efforts = efforts_of([act(0, way=SELF, by="zhao"), act(500, way=SELF, by="qian"), act(20, began=0), act(50, way=CONFIRMED, deeds=3),
                          act(7, way=KIOSK, by="sun")])  # fmt: skip

    assert efforts[SELF] == Effort(deeds=2, measured=2)
    assert efforts[KIOSK] == Effort(deeds=1, measured=1)
    assert efforts["roll"].seconds_each == 20.0
    assert efforts[CONFIRMED].seconds_each == 10.0
    assert Effort().seconds_each is None
    assert sum(efforts.values(), Effort()) == Effort(deeds=7, measured=7, seconds=50.0)
