"""Calls that pages make of engagement: 10/20/70 and a person's standing."""

from typing import Any

from gateway.clients.service import call


def engagement(community_code: str) -> Any:
    """Return base, targets, actual, trend, next steps and grids."""
    return call("engagement").get(f"/communities/{community_code}/engagement")


def set_base(community_code: str, body: dict[str, int]) -> Any:
    """Set how many people or households the shares are taken of."""
    return call("engagement").put(f"/communities/{community_code}/base", body)


def standing(resident_id: str) -> Any:
    """Return tier, since, why and the rule's version."""
    return call("engagement").get(f"/standings/{resident_id}")
