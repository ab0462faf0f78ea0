"""A child lives as long as its parent and no longer, however the parent ends."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.local import child as ports
from shared.local.child import GIVEN_OUT, Child, free_port, is_free

PARENT = """
import sys
from pathlib import Path
from shared.local.child import Child
print(Child(["sleep", "60"], log=Path(sys.argv[1])).pid, flush=True)
sys.stdin.read()
"""


def test_a_child_is_stopped_in_good_order(tmp_path: Path) -> None:
    child = Child(["sleep", "60"], log=tmp_path / "log")

    child.stop()

    assert child.exit_code == -signal.SIGTERM


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path, wait_until: Any) -> None:
    child = Child(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"], log=tmp_path / "log")
    wait_until(lambda: "deaf" in (tmp_path / "log").read_text())

    child.stop(seconds=0.2)

    assert child.exit_code == -signal.SIGKILL


def test_a_killed_child_takes_its_own_children_along(tmp_path: Path, wait_until: Any) -> None:
    child = Child(["sh", "-c", "sleep 60 & echo $!; wait"], log=tmp_path / "log")
    grandchild = int(wait_until(lambda: (tmp_path / "log").read_text()))

    child.kill()

    wait_until(lambda: not _lives(grandchild))


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path, wait_until: Any) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert _lives(child)

        parent.kill()

    wait_until(lambda: not _lives(child))


def test_killing_twice_harms_nobody_else(tmp_path: Path) -> None:
    child = Child(["true"], log=tmp_path / "log")
    child.kill()

    child.kill()

    assert child.exit_code is not None


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


def test_a_port_is_given_once_though_nobody_listens_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    first = free_port()
    wanted = iter([first, first, first + 1])
    monkeypatch.setattr(ports.secrets, "choice", lambda _: next(wanted))
    monkeypatch.setattr(ports, "is_free", lambda _: True)
    assert free_port() == first + 1


@pytest.mark.skipif(not GIVEN_OUT.exists(), reason="this system does not say which ports it gives out")
def test_a_free_port_is_none_that_a_client_could_be_given() -> None:
    first_given_out = int(GIVEN_OUT.read_text().split()[0])

    assert all(free_port() < first_given_out for _ in range(50))


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", port := free_port())):
        assert not is_free(port)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z" and os.kill(pid, 0) is None
    except (FileNotFoundError, ProcessLookupError):
        return False
