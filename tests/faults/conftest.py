"""A house of its own for the faults: its own database and broker, because they are to be killed."""

from collections.abc import Iterator

import pytest

from shared.local.platform import Platform
from tests.faults.town import Staff, found

OWN_SERVERS = dict.fromkeys(("GB_MONGODB_URI", "MONGODB_URI", "GB_AMQP_URL", "AMQP_URL"), "")
SETTINGS = {"GB_PREFIX": "gb", "GB_LOG_LEVEL": "WARNING", "GB_NOTICE_DAYS": "0"}


@pytest.fixture(scope="package", autouse=True)
def platform_settings() -> None:
    """Take the place of the servers that all other tests share: nothing here uses them."""


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Start the whole house, and end it."""
    house = Platform(tmp_path_factory.mktemp("faults"), environment=OWN_SERVERS | SETTINGS).start()
    yield house
    house.stop()


@pytest.fixture(scope="package")
def staff(platform: Platform) -> Staff:
    """Return the session tokens of the community's staff."""
    return found(platform)
