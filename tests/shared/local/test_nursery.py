"""What a nursery forks is a process in its own right: own environment and output, a true exit code, no life after its parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.local.nursery import THREADS, Nursery, Order

PROGRAM = """
import os, sys, time
print(os.environ["GREETING"], *sys.argv[1:], os.getpid() == os.getpgid(0), flush=True)
if sys.argv[1] == "stay":
    time.sleep(60)
sys.exit(int(sys.argv[2]))
"""

PARENT = """
import os, sys, time
from pathlib import Path
from shared.local.nursery import THREADS, Nursery, Order
log = Path(sys.argv[1])
child = Nursery(kind=THREADS, log=log, environment=os.environ).fork(Order("program", ["stay", "0"], {"GREETING": "hi"}, str(log)))
print(child.pid, flush=True)
time.sleep(60)
"""


# A child that takes its time before it leads a group of its own.
SLOW_NURSERY = """
import os, sys, time
from shared.local import nursery
leading = os.setsid
os.setsid = lambda: (time.sleep(60), leading())
nursery.serve(sys.argv[1])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nursery")
    (folder / "program.py").write_text(PROGRAM)
    (folder / "slow_nursery.py").write_text(SLOW_NURSERY)
    return folder


@pytest.fixture(scope="module")
def nursery(folder: Path) -> Iterator[Nursery]:
    opened = Nursery(kind=THREADS, log=folder / "nursery.log", environment=_environment(folder))
    yield opened
    opened.stop()


def test_a_program_gets_its_own_environment_and_log_and_its_exit_code_comes_back(nursery: Nursery, folder: Path) -> None:
    child = nursery.fork(Order("program", ["go", "7"], {"GREETING": "你好"}, str(folder / "program.log")))

    assert child.wait(10) == 7
    assert (folder / "program.log").read_text() == "你好 go 7 True\n"


def test_a_program_is_killed_alone(nursery: Nursery, folder: Path) -> None:
    first, second = (nursery.fork(_stay(folder, number)) for number in (1, 2))

    first.kill()

    assert first.exit_code == -signal.SIGKILL
    assert second.exit_code is None


def test_a_program_is_killed_that_leads_no_group_yet(folder: Path) -> None:
    nursery = Nursery(kind=THREADS, log=folder / "slow.log", environment=_environment(folder), module="slow_nursery")
    child = nursery.fork(_stay(folder, 1))

    child.kill()

    assert child.exit_code == -signal.SIGKILL
    nursery.stop()


def test_many_that_die_at_once_are_each_told_and_the_nursery_lives(nursery: Nursery, folder: Path) -> None:
    before = nursery.pid
    children = [nursery.fork(_stay(folder, number)) for number in range(30)]

    for child in children:
        os.kill(child.pid, signal.SIGKILL)

    assert [child.wait(10) for child in children] == [-signal.SIGKILL] * 30
    assert nursery.pid == before
    assert nursery.fork(Order("program", ["go", "3"], {"GREETING": "hi"}, str(folder / "after.log"))).wait(10) == 3


def test_a_program_is_asked_to_end_first(nursery: Nursery, folder: Path) -> None:
    child = nursery.fork(_stay(folder, 1))

    child.stop()

    assert child.exit_code == -signal.SIGTERM


def test_a_nursery_that_was_killed_takes_its_programs_along_and_is_opened_again(nursery: Nursery, folder: Path) -> None:
    child = nursery.fork(_stay(folder, 1))

    os.kill(nursery.pid, signal.SIGKILL)

    assert child.wait(10) == -signal.SIGKILL
    assert nursery.fork(Order("program", ["go", "0"], {"GREETING": "hi"}, str(folder / "second.log"))).wait(10) == 0


def test_programs_die_with_a_parent_that_is_killed(folder: Path, wait_until: Any) -> None:
    command = [sys.executable, "-c", PARENT, str(folder / "log")]
    with subprocess.Popen(command, env=_environment(folder), stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())

        parent.kill()

    wait_until(lambda: not Path(f"/proc/{child}").exists())


def _stay(folder: Path, number: int) -> Order:
    return Order("program", ["stay", "0"], {"GREETING": "hi"}, str(folder / f"{number}.log"))


def _environment(folder: Path) -> dict[str, str]:
    root = Path(__file__).parents[3]
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{folder}"}
