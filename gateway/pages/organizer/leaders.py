"""Who may be named as a leader on a form: the reader, those who lead already, the talents."""

from typing import Any

from gateway.clients import talent
from gateway.session import known_reader

TALENTS_SHOWN_MAX = 200


def possible_leaders(*present: tuple[str, str]) -> list[tuple[str, str]]:
    """Return (resident id, name) of everybody who can be chosen, the reader first; `present` are named in any case."""
    who = known_reader()
    found = {who.resident_id: who.name} | dict(present)
    for entry in talent.talents(limit=TALENTS_SHOWN_MAX)["items"]:
        if entry.get("status", "active") != "suspended":
            found.setdefault(entry["resident_id"], entry.get("name") or entry["resident_id"])
    return list(found.items())


def leader_of(known: dict[str, Any]) -> tuple[str, str]:
    """Return (resident id, name) of whoever leads an activity or a series now."""
    return known["leader_id"], known.get("leader_name") or known["leader_id"]
