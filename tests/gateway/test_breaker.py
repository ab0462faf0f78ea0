"""Fast failure, by the clock."""

from gateway.breaker import FAILURES_MAX, REST_SECONDS, Breaker


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def fallen(clock: Clock | None = None) -> Breaker:
    """Return a breaker that has just opened."""
    breaker = Breaker(clock or Clock())
    for _ in range(FAILURES_MAX):
        breaker.failed()
    return breaker


def test_a_few_failures_do_not_open_it() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_MAX - 1):
        breaker.failed()
    assert not breaker.is_open


def test_many_failures_in_a_row_open_it() -> None:
    assert fallen().is_open


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_MAX - 1):
        breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert not breaker.is_open


def test_after_its_rest_one_caller_is_let_through_and_the_others_wait_for_the_outcome() -> None:
    clock = Clock()
    breaker = fallen(clock)
    clock.now += REST_SECONDS
    assert [breaker.is_open for _ in range(3)] == [False, True, True]


def test_it_closes_when_the_caller_that_was_let_through_succeeds() -> None:
    breaker = fallen()
    breaker.succeeded()
    assert not breaker.is_open
