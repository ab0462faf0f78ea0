"""Fast failure: a service that timed out again and again is left alone for a moment instead of filling the door with waiters.

pybreaker was rejected: it holds one lock around every call, so that the calls to a service would queue up behind each other.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES_MAX = 5
REST_SECONDS = 1.0


@dataclass
class Breaker:
    """Opens after FAILURES_MAX failures in a row; after REST_SECONDS lets a single call try whether the service is back."""

    clock: Callable[[], float] = time.monotonic
    failures: int = field(default=0, init=False)
    _resting_until: float = field(default=0.0, init=False)

    @property
    def is_open(self) -> bool:
        """Whether calls should fail at once. Asking when the rest is over lets this one asker through."""
        if self.failures < FAILURES_MAX:
            return False
        now = self.clock()
        if now < self._resting_until:
            return True
        self._resting_until = now + REST_SECONDS
        return False

    @property
    def is_resting(self) -> bool:
        """Whether the service is left alone just now; asking changes nothing."""
        return self.failures >= FAILURES_MAX

    def succeeded(self) -> None:
        """Note that the service answered."""
        self.failures = 0

    def failed(self) -> None:
        """Note that the service did not answer."""
        self.failures += 1
        self._resting_until = self.clock() + REST_SECONDS
