"""How much one address and one session may ask: moving windows in the memory of this process.

So the rates hold per replica. Identity counts sign-ins and codes in its database, where all replicas see them.
"""

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from gateway.settings import GatewaySettings
from shared.problems import TooManyRequests


class Limiter:
    """Counts requests by address and by session."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())
        self._by_address: RateLimitItem = parse(settings.address_rate)
        self._by_session: RateLimitItem = parse(settings.session_rate)

    def count(self, address: str, session_token: str | None = None) -> None:
        """Count one request; TooManyRequests when it is one too many."""
        if not self._windows.hit(self._by_address, "address", address):
            raise TooManyRequests("Too many requests from this address.")
        if session_token and not self._windows.hit(self._by_session, "session", session_token):
            raise TooManyRequests("Too many requests in this session.")
