"""A house of its own for the faults: its own database and broker, because they are to be killed."""

from collections.abc import Iterator

import pytest

from tests.faults.house import House
from tests.faults.outages import SEEDS
from tests.faults.summary import Summary, total
from tests.faults.town import Staff, found

SUMMARIES = pytest.StashKey[list[Summary]]()


@pytest.fixture(scope="package", autouse=True)
def platform_settings() -> None:
    """Take the place of the servers that all other tests share: nothing here uses them."""


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the whole house, and end it."""
    started = House(tmp_path_factory.mktemp("faults"), runs=len(SEEDS)).start()
    yield started
    started.stop()


@pytest.fixture(scope="package")
def staff(house: House) -> Staff:
    """Return the session tokens of the community's staff."""
    return found(house)


@pytest.fixture(scope="package")
def summaries(request: pytest.FixtureRequest) -> list[Summary]:
    """Return the list of what the runs came to; what is in it is told at the end, whatever else is."""
    return request.config.stash.setdefault(SUMMARIES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what all runs came to together, also where nobody asked to see what each came to."""
    if told := terminalreporter.config.stash.get(SUMMARIES, []):
        terminalreporter.write_line(total(told))
