"""Calls that pages make about teams: of talent, who is in them; of checkin, what they did."""

from typing import Any

from gateway.clients.service import call


def teams(**wanted: Any) -> Any:
    """Return a page of teams by name (?community_code, status, mine, cursor)."""
    return call("talent").get("/teams", **wanted)


def team(team_id: str) -> Any:
    """Return one team as the reader may see it."""
    return call("talent").get(f"/teams/{team_id}")


def found(team_id: str, body: dict[str, Any]) -> Any:
    """Found a team."""
    return call("talent").put(f"/teams/{team_id}", body)


def change(team_id: str, body: dict[str, Any]) -> Any:
    """Change a team."""
    return call("talent").patch(f"/teams/{team_id}", body)


def ask_in(team_id: str, resident_id: str, *, agreed: bool) -> Any:
    """Ask a talent into a team, or note that they said yes."""
    return call("talent").put(f"/teams/{team_id}/members/{resident_id}", {"agreed": agreed})


def answer(team_id: str, said: str) -> Any:
    """Say yes or no to a team that asks the reader."""
    return call("talent").put(f"/teams/{team_id}/answer", {"answer": said})


def part(team_id: str, resident_id: str, reason: str | None = None) -> Any:
    """Leave a team, or take somebody out with a reason."""
    return call("talent").put(f"/teams/{team_id}/members/{resident_id}/parting", {"reason": reason} if reason else {})


def end(team_id: str, reason: str) -> Any:
    """End a team."""
    return call("talent").put(f"/teams/{team_id}/ending", {"reason": reason})


def year(team_id: str, year: str | None) -> Any:
    """Return what a team did in a year."""
    return call("checkin").get(f"/team-years/{team_id}", year=year)


def records(team_id: str, **wanted: Any) -> Any:
    """Return a page of the records behind a team's year (?year, item, cursor)."""
    return call("checkin").get(f"/team-years/{team_id}/records", **wanted)


def people(team_id: str, **wanted: Any) -> Any:
    """Return a page of the people behind a team's year (?year, cursor)."""
    return call("checkin").get(f"/team-years/{team_id}/people", **wanted)
