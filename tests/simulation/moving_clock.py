"""A clock that only the simulation moves. Everything in the house reads the time in `shared.clock`; that is where it is replaced."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo

import shared.clock

TICK = timedelta(milliseconds=1)


class MovingClock:
    """The present moment of a simulated life. Each look moves it on by a millisecond, so that nothing happens at one instant."""

    def __init__(self, begins: datetime) -> None:
        self.moment = begins

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment`, unless that has passed already."""
        self.moment = max(self.moment, moment)

    def look(self) -> datetime:
        """Return the present moment, in UTC."""
        self.moment += TICK
        return self.moment


@contextmanager
def lived_by(clock: MovingClock) -> Iterator[None]:
    """Let the house live by `clock` meanwhile."""

    class SimulatedDatetime(datetime):
        """The datetime of `shared.clock`, whose present moment is the clock's."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.look().astimezone(tz)

    real = shared.clock.datetime
    shared.clock.datetime = SimulatedDatetime  # type: ignore[misc]
    try:
        yield
    finally:
        shared.clock.datetime = real  # type: ignore[misc]
