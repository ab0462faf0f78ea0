"""Standing in for a partition's listener: facts must not lie unheard because a process was not started, or does not come back."""

import threading

from shared.messaging.consumer import Consumer
from shared.messaging.errors import BrokerAway
from shared.messaging.topology import listeners_of
from shared.settings import Settings
from shared.telemetry import log

LOOK_SECONDS = 10.0
OURSELVES = 1


class StandIn:
    """Listens to `queue` as long as nobody else does, and leaves it to whoever comes. (ADR 56)"""

    def __init__(self, settings: Settings, queue: str, consumer: Consumer) -> None:
        self._settings, self._queue, self._consumer = settings, queue, consumer

    def run(self, stopping: threading.Event) -> None:
        """Look, now and then, whether somebody listens; stand in where nobody does."""
        while not stopping.wait(LOOK_SECONDS):
            if self._listeners() == 0:
                log().warning("nobody listens to a partition: standing in", queue=self._queue)
                self._stand_in(stopping)

    def _stand_in(self, stopping: threading.Event) -> None:
        leaving = threading.Event()
        thread = threading.Thread(target=self._consumer.run, args=(leaving,), name=f"stand-in of {self._queue}", daemon=True)
        thread.start()
        while thread.is_alive() and not stopping.wait(LOOK_SECONDS) and self._listeners() <= OURSELVES:
            pass
        if not thread.is_alive():
            raise RuntimeError("the stand-in ended")  # nobody foresaw it: the process is to start afresh
        leaving.set()
        thread.join()

    def _listeners(self) -> int:
        """Return how many listen; while the broker is away, as many as leave everything as it is."""
        try:
            return listeners_of(self._settings, self._queue)
        except BrokerAway:
            return OURSELVES
