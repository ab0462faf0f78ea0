"""Standing in for a partition's listener: facts must not lie unheard because a process was not started, or does not come back."""

import threading
import time
from collections.abc import Callable

from shared.messaging.consumer import Consumer
from shared.messaging.errors import BrokerAway
from shared.messaging.topology import listeners_of
from shared.settings import Settings
from shared.telemetry import log

LOOK_SECONDS = 10.0
STAND_SECONDS = 30.0
POLL_SECONDS = 0.5


class StandIn:
    """Listens to `queue` while nobody else does, and leaves it now and then to whoever has come meanwhile. (ADR 56)"""

    def __init__(self, settings: Settings, queue: str, make_consumer: Callable[[], Consumer]) -> None:
        """`make_consumer` makes one that hears `queue`: a fresh one each time, since one that has run is over."""
        self._settings, self._queue, self._make_consumer = settings, queue, make_consumer

    def run(self, stopping: threading.Event) -> None:
        """Look, now and then, whether somebody listens; stand in where nobody does."""
        while not stopping.wait(LOOK_SECONDS):
            if self._is_unheard():
                log().warning("nobody listens to a partition: standing in", queue=self._queue)
                self._stand_in(stopping)

    def _stand_in(self, stopping: threading.Event) -> None:
        leaving = threading.Event()
        run = self._make_consumer().run
        thread = threading.Thread(target=run, args=(leaving,), name=f"stand-in of {self._queue}", daemon=True)
        thread.start()
        deadline = time.monotonic() + STAND_SECONDS
        while thread.is_alive() and time.monotonic() < deadline and not stopping.wait(POLL_SECONDS):
            pass
        if not thread.is_alive():
            raise RuntimeError("the stand-in ended")  # nobody foresaw it: the process is to start afresh
        leaving.set()
        thread.join()

    def _is_unheard(self) -> bool:
        """Tell whether nobody listens; while the broker is away nothing is unheard."""
        try:
            return listeners_of(self._settings, self._queue) == 0
        except BrokerAway:
            return False
