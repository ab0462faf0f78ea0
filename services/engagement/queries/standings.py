"""One resident's standing, for themselves and the staff of their community; nobody else, and never a list in order of merit."""

from typing import Any

from services.engagement.commands.judging import judged, load_people
from services.engagement.errors import StandingIsPrivate
from services.engagement.models import Neighbour, Standing, rulebook_of
from services.engagement.queries.words import STEPS, WHY, explained
from shared.problems import NotFound
from shared.web import Caller


def standing(resident_id: str, *, viewer: Caller) -> dict[str, Any]:
    """Return where a resident stands, since when, why, and what the next step would be.

    Raises StandingIsPrivate for neighbours, NotFound outside the viewer's community. What happened a moment ago counts
    already: whoever is touched and not yet judged is judged on the spot, without writing.
    """
    if not viewer.may_see(resident_id):
        raise StandingIsPrivate()
    neighbour = Neighbour.objects(id=resident_id, community_code=viewer.community_code, left_on=None).first()
    if neighbour is None and resident_id != viewer.resident_id:
        raise NotFound()
    return _show(resident_id, _fields(neighbour or _just_registered(viewer)))


def _just_registered(viewer: Caller) -> Neighbour:
    """Stand in for somebody whose registration is still on its way here."""
    return Neighbour(id=viewer.resident_id, community_code=viewer.community_code, touches=1)


def _fields(neighbour: Neighbour) -> dict[str, Any]:
    stored = Standing.objects(id=neighbour.id).first() if neighbour.touches == 0 else None
    if stored is None:
        return judged(neighbour, load_people({neighbour.id: neighbour})[neighbour.id], rulebook_of(neighbour.community_code))
    return {name: getattr(stored, name) for name in _SHOWN}


def _show(resident_id: str, found: dict[str, Any]) -> dict[str, Any]:
    why = [{**explained(row["code"], WHY, row["params"]), "dates": row["dates"]} for row in found["why"]]
    return {
        **{name: found[name] for name in _SHOWN},
        "resident_id": resident_id,
        "why": why,
        "next_step": explained(found["step"], STEPS) if found["step"] else None,
        "window_days": _window_days(found),
    }


def _window_days(found: dict[str, Any]) -> int:
    """Return the window of the version that made a standing."""
    rulebook = rulebook_of(found["community_code"])
    versions = {terms.version: terms for terms in (rulebook.first, *(terms for _, terms in rulebook.later))}
    return versions[found["rule_version"]].window_days


_SHOWN = ("community_code", "grid_code", "tier", "since", "why", "rule_version", "step", "deeds", "reach", "is_talent")
