"""Calls that pages make about units: what they say of themselves (rewards), the deeds that they take on and their year (checkin)."""

from typing import Any

from gateway.clients.service import call


def units(**wanted: Any) -> Any:
    """Return a page of the community's partners by name (?kind, gives, cursor)."""
    return call("rewards").get("/partners", **wanted)


def unit(partner_id: str) -> Any:
    """Return one partner, to staff and itself with what it says of itself."""
    return call("rewards").get(f"/partners/{partner_id}")


def introduce(partner_id: str, body: dict[str, Any]) -> Any:
    """Keep what a unit says of itself."""
    return call("rewards").put(f"/partners/{partner_id}/introduction", body)


def statement(partner_id: str, year: int) -> Any:
    """Return a unit's year: deeds, stalls, visits, totals."""
    return call("checkin").get(f"/unit-statements/{partner_id}", year=year)


def deeds(**wanted: Any) -> Any:
    """Return a page of the list of deeds (?status, mine, overdue, partner_id, cursor)."""
    return call("checkin").get("/listed-deeds", **wanted)


def deed(deed_id: str) -> Any:
    """Return one deed of the list."""
    return call("checkin").get(f"/listed-deeds/{deed_id}")


def publish(deed_id: str, body: dict[str, Any]) -> Any:
    """Put a deed on the list."""
    return call("checkin").put(f"/listed-deeds/{deed_id}", body)


def put_off(deed_id: str, wanted_by: str) -> Any:
    """Give a deed another day."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/deadline", {"wanted_by": wanted_by})


def call_off(deed_id: str, reason: str) -> Any:
    """Take a deed off the list."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/calling-off", {"reason": reason})


def claim(deed_id: str) -> Any:
    """Take a deed on for the reader's unit."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/claim")


def give_back(deed_id: str) -> None:
    """Give a deed back."""
    call("checkin").delete(f"/listed-deeds/{deed_id}/claim")


def report(deed_id: str, body: dict[str, Any]) -> Any:
    """Say that a deed is done: text, people, served, activity_id."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/report", body)


def confirm(deed_id: str) -> Any:
    """Confirm that a deed is done."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/confirmation")


def send_back(deed_id: str, reason: str) -> Any:
    """Send a report back with a reason."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/return", {"reason": reason})


def rate_unit(deed_id: str, body: dict[str, Any]) -> Any:
    """Rate the unit: stars, words."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/rating-of-unit", body)


def rate_support(deed_id: str, body: dict[str, Any]) -> Any:
    """Rate how the community supported the unit: stars, words."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/rating-of-support", body)


def answer(deed_id: str, words: str) -> Any:
    """Answer as the unit how it was rated."""
    return call("checkin").put(f"/listed-deeds/{deed_id}/rating-answer", {"words": words})
