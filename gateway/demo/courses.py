"""The demo's course: one session was held, one is coming, and whoever completes it may serve by explaining policies."""

from gateway.demo.door import Visitor
from gateway.demo.people import demo_id

COURSE = demo_id("course", "speakers")
SESSIONS = frozenset({"lecture", "coming-lecture"})
"""Which occasions are sessions of the course."""


def open_course(steward: Visitor) -> None:
    """Open the course: once, whatever a visitor has changed since."""
    if steward.get(path := f"/courses/{COURSE}") is None:
        steward.put(path, {
            "title": "社区宣讲员培训", "given_by": "党群服务中心", "about": "怎样把政策和防骗知识讲给老人听。", "sessions_needed": 2,
            "teaches": ["policy-talk"], "required_for": ["policy-talk"], "level": "fledgling",
        })  # fmt: skip
