"""How much one address and one session may ask."""

from collections.abc import Callable

import pytest

from gateway.limiter import Limiter
from gateway.settings import GatewaySettings
from shared.problems import TooManyRequests


def test_an_address_is_counted_whatever_its_sessions() -> None:
    limiter = Limiter(GatewaySettings(address_rate="2/minute"))
    limiter.count("10.0.0.1", "one")
    limiter.count("10.0.0.1", "two")
    with pytest.raises(TooManyRequests):
        limiter.count("10.0.0.1", "three")


def test_a_session_is_counted_whatever_its_addresses() -> None:
    limiter = Limiter(GatewaySettings(session_rate="2/minute"))
    limiter.count("10.0.0.1", "one")
    limiter.count("10.0.0.2", "one")
    with pytest.raises(TooManyRequests):
        limiter.count("10.0.0.3", "one")


def test_others_are_not_slowed_down() -> None:
    limiter = Limiter(GatewaySettings(address_rate="1/minute", session_rate="1/minute"))
    limiter.count("10.0.0.1", "one")
    limiter.count("10.0.0.2", "two")


def test_what_has_been_quiet_for_two_windows_is_forgotten(wait_until: Callable[..., None]) -> None:
    limiter = Limiter(GatewaySettings(address_rate="100000/second", session_rate="1000/second"))
    for number in range(1_000):
        limiter.count("10.0.0.1", f"session {number}")
    assert limiter.remembered > 1_000

    def is_forgotten() -> bool:
        limiter.count("10.0.0.1", "the only one that goes on")
        return limiter.remembered <= 4

    wait_until(is_forgotten)
