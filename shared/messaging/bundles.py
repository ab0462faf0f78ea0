"""Which facts travel in one message: those of one type and share that are told at the same moment. (ADR 60)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.events import fact_class
from shared.messaging.wire import Message, bundle_of, share_of

FACTS_MAX = 25

Event = Mapping[str, Any]


@dataclass(slots=True)
class Bundle:
    """Events that go together, and at which positions of all that were told they stood. `again`: they may be known."""

    again: bool
    events: list[Event] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    @property
    def type(self) -> str:
        """The type of each of them."""
        return str(self.events[0]["type"])

    def message(self, exchange: str) -> Message:
        """Return the message that tells all of them. One that somebody here listens to must find a queue."""
        has_listeners = fact_class(self.type).CONSUMED
        return bundle_of(self.events, exchange=exchange, mandatory=has_listeners, again=self.again)


def bundled(told: Sequence[tuple[Sequence[Event], bool]]) -> list[Bundle]:
    """Return the bundles of what documents tell, each its events and whether it has spoken before.

    Sent in order, they keep the order of each share and of each document; those of different residents may pass each other.
    """
    bundles: list[Bundle] = []
    latest: dict[str, int] = {}  # by share, the last bundle that has anything of it
    position = 0
    for events, again in told:
        earliest = 0  # no event may go before one of the same document
        for event in events:
            place = latest.get(share := share_of(event), -1)
            if place < earliest or not _may_join(bundles[place], event, again=again):
                place = latest[share] = len(bundles)
                bundles.append(Bundle(again))
            bundles[place].events.append(event)
            bundles[place].positions.append(position)
            position, earliest = position + 1, place
    return bundles


def _may_join(bundle: Bundle, event: Event, *, again: bool) -> bool:
    return bundle.type == event["type"] and bundle.again == again and len(bundle.events) < FACTS_MAX
