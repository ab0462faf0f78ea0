"""How much one address and one session may ask: sliding windows in the memory of this process, two counters each.

So the rates hold per replica. Identity counts sign-ins and codes in its database, where all replicas see them.

A moving window, which keeps the moment of every request, was rejected: `limits` never forgets the name of one in memory, and
looks through all names a hundred times a second. With 1,500 sessions that was 60 % of what the gateway did.
"""

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from gateway.settings import GatewaySettings
from shared.problems import TooManyRequests


class Limiter:
    """Counts requests by address and by session."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._storage = MemoryStorage()
        self._windows = SlidingWindowCounterRateLimiter(self._storage)
        self._by_address: RateLimitItem = parse(settings.address_rate)
        self._by_session: RateLimitItem = parse(settings.session_rate)

    @property
    def remembered(self) -> int:
        """How many counters are kept at this moment."""
        return len(self._storage.storage)

    def count(self, address: str, session_token: str | None = None) -> None:
        """Count one request; TooManyRequests when it is one too many."""
        if not self._windows.hit(self._by_address, "address", address):
            raise TooManyRequests("Too many requests from this address.")
        if session_token and not self._windows.hit(self._by_session, "session", session_token):
            raise TooManyRequests("Too many requests in this session.")
