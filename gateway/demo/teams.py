"""The demo's pioneer team: founded once, joined by neighbours who said yes to the office, while one has not answered yet."""

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, RESIDENT, demo_id

TEAM = demo_id("team", "neighbours")
MA, ZHENG = NEIGHBOURS[:2]
RUN_BY_IT = frozenset({"dance"})
"""Which occasions the team runs; its leader leads them."""


def found_team(organizer: Visitor, steward: Visitor) -> None:
    """Found the team, and ask the resident in: once, whatever a visitor has changed since."""
    if organizer.get(path := f"/teams/{TEAM}") is not None:
        return
    members = [{"resident_id": person.id, "agreed": True} for person in (MA, ZHENG)]
    items = ["arts-sports", "haircut", "repair"]
    purpose = "教跳舞、理发、修小家电，谁会什么就带着大家做什么。"
    steward.put(path, {"name": "邻里先锋队", "purpose": purpose, "items": items, "leader_id": MA.id, "members": members})
    organizer.put(f"{path}/members/{RESIDENT.id}", {"agreed": False})
