"""Heavy work is done beside a crowd: in a real thread where greenlets share one, and its errors reach who waits for it."""

import subprocess
import sys

import pytest

from shared.aside import aside

CROWD = """
from gevent import monkey; monkey.patch_all()
import gevent, threading, time
from shared.aside import aside
original_sleep = monkey.get_original("time", "sleep")
ticks = []
def tick():
    while True:
        ticks.append(1); gevent.sleep(0.01)
gevent.spawn(tick)
assert aside(lambda seconds: original_sleep(seconds) or "done", 0.5) == "done"
assert len(ticks) > 10, ticks
try:
    aside(int, "no number")
except ValueError as error:
    print("raised", error)
"""


def test_a_plain_process_does_the_work_itself() -> None:
    assert aside(int, "12", base=3) == 5
    with pytest.raises(ValueError, match="no number"):
        aside(int, "no number")


def test_where_greenlets_share_a_thread_the_others_go_on_and_an_error_is_raised_where_it_is_waited_for() -> None:
    done = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("raised invalid literal")
    assert done.stderr == ""
