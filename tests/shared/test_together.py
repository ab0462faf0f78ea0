"""One queue instead of a brawl: whoever's turn it is works for all; everybody gets their own outcome or hears of the accident."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from shared.together import GROUP_MAX, Together


class Work:
    """Doubles numbers, remembers the groups that came, and can be made to dawdle over the first."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_go_on = Event()
        self.may_go_on.set()

    def double(self, numbers: Sequence[int]) -> list[int]:
        """Return the doubles; a number below zero is an accident of the whole group."""
        self.groups.append(list(numbers))
        self.may_go_on.wait(5)
        if min(numbers) < 0:
            raise ValueError("below zero")
        return [2 * number for number in numbers]


def _dawdling() -> Work:
    work = Work()
    work.may_go_on.clear()
    return work


def test_everybody_gets_their_own_outcome() -> None:
    together = Together(Work().double)
    with ThreadPoolExecutor(32) as people:
        assert list(people.map(together.do, range(500))) == [2 * number for number in range(500)]


def test_those_who_wait_are_served_in_one_group() -> None:
    work = _dawdling()
    together = Together(work.double)
    with ThreadPoolExecutor(41) as people:
        first = people.submit(together.do, 0)
        _until_groups(work, 1)
        others = [people.submit(together.do, number) for number in range(1, 41)]
        time.sleep(0.2)
        work.may_go_on.set()
        assert first.result() == 0
        assert [other.result() for other in others] == [2 * number for number in range(1, 41)]
    assert [len(group) for group in work.groups] == [1, 40]


def test_an_accident_is_heard_of_by_its_group_and_by_no_other() -> None:
    work = _dawdling()
    together = Together(work.double)
    with ThreadPoolExecutor(4) as people:
        fine = people.submit(together.do, 1)
        _until_groups(work, 1)
        unlucky = [people.submit(together.do, number) for number in (-1, 2, 3)]
        time.sleep(0.1)
        work.may_go_on.set()
        assert fine.result() == 2
        for each in unlucky:
            with pytest.raises(ValueError, match="below zero"):
                each.result()
    assert together.do(5) == 10


def test_a_group_has_a_limit_and_nobody_is_left_behind() -> None:
    work = _dawdling()
    together = Together(work.double)
    many = GROUP_MAX + 50
    with ThreadPoolExecutor(many + 1) as people:
        people.submit(together.do, 0)
        _until_groups(work, 1)
        others = [people.submit(together.do, number) for number in range(many)]
        time.sleep(1)
        work.may_go_on.set()
        assert [other.result() for other in others] == [2 * number for number in range(many)]
    assert max(len(group) for group in work.groups) <= GROUP_MAX


def _until_groups(work: Work, count: int) -> None:
    deadline = time.monotonic() + 5
    while len(work.groups) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)
