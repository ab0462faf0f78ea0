"""The demo's mentor: one neighbour is placed on the second level, and is to accompany the resident, who has not answered yet."""

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, RESIDENT, demo_id

MENTORSHIP = demo_id("mentorship", "resident")
MA = NEIGHBOURS[0]


def find_mentor(organizer: Visitor, steward: Visitor) -> None:
    """Place the neighbour, ask both, and note her yes: once, whatever a visitor has changed since."""
    if organizer.get(path := f"/mentorships/{MENTORSHIP}") is not None:
        return
    steward.put(f"/levels/{MA.id}", {"level": "flock", "reason": "带队教舞多年，街坊都服她。"})
    organizer.put(path, {"mentee_id": RESIDENT.id, "mentor_id": MA.id})
    organizer.put(f"{path}/answer", {"answer": "accept", "resident_id": MA.id})
