"""A short life through the real house, lived twice: the same seed, the same weeks, and no law of the ledger broken."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHORT = ("--households", "240", "--weeks", "4", "--seed", "3")


def lived(folder: Path, *more: str) -> dict[str, object]:
    """Live a life; a broken law would end it with an error."""
    command = [sys.executable, "-m", "tests.simulation", "grow", *SHORT, "--folder", str(folder), *more]
    subprocess.run(command, check=True, timeout=280, stdout=subprocess.DEVNULL)
    told: dict[str, object] = json.loads((folder / "weeks.json").read_text())
    return told


@pytest.mark.timeout(900)  # three lives, each a house of its own
def test_a_seed_is_the_same_life_again_and_asking_changes_it(tmp_path: Path) -> None:
    first, again = lived(tmp_path / "first"), lived(tmp_path / "again")
    unasked = lived(tmp_path / "unasked", "--policy", "nobody")

    assert first == again
    last, last_unasked = first["weeks"][-1], unasked["weeks"][-1]  # type: ignore[index]
    assert last["asked"] > 0 == last_unasked["asked"]
    assert last["deeds"] >= last_unasked["deeds"] > 0
    assert last["registered"] > 20
    assert (last["issued_month_beans"], last["outstanding_beans"]) > (0, 0)
    assert (tmp_path / "first" / "tiers.svg").read_text().startswith("<svg")
    assert "coverage.svg" in (tmp_path / "first" / "index.html").read_text()
