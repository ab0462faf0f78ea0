"""Calls that pages make about thank-you notes and the honour page: of talent, and of checkin, which knows who met."""

from typing import Any

from gateway.clients.service import call


def companions(activity_id: str) -> Any:
    """Return whom the reader met at an activity, each with a proof that is good for minutes."""
    return call("checkin").get(f"/activities/{activity_id}/companions")["items"]


def met_on_visits(pairing_id: str) -> Any:
    """Return whom the reader met on a pairing's visits, each with a proof that is good for minutes."""
    return call("checkin").get(f"/pairings/{pairing_id}/companions")["items"]


def thank(note_id: str, body: dict[str, Any]) -> Any:
    """Give a note."""
    return call("talent").put(f"/thanks/{note_id}", body)


def notes(**wanted: Any) -> Any:
    """Return a page of notes (?side: received, written, reported; cursor, limit)."""
    return call("talent").get("/thanks", **wanted)


def take_back(note_id: str) -> Any:
    """Take a note back."""
    return call("talent").delete(f"/thanks/{note_id}")


def name_writer(note_id: str, *, named: bool) -> Any:
    """Let the reader be named where their note is shown, or not."""
    return call("talent").put(f"/thanks/{note_id}/naming", {"named": named})


def show(note_id: str, *, shown: bool) -> Any:
    """Show a note on the honour page, or not."""
    return call("talent").put(f"/thanks/{note_id}/showing", {"shown": shown})


def hide(note_id: str, *, hidden: bool) -> Any:
    """Hide a note, or see it again."""
    return call("talent").put(f"/thanks/{note_id}/hiding", {"hidden": hidden})


def report(note_id: str, reason: str) -> Any:
    """Let the office look at a note."""
    return call("talent").put(f"/thanks/{note_id}/report", {"reason": reason})


def review(note_id: str, outcome: str, reason: str) -> Any:
    """Remove a reported note or keep it."""
    return call("talent").put(f"/thanks/{note_id}/review", {"outcome": outcome, "reason": reason})


def honours(**wanted: Any) -> Any:
    """Return a page of the honour page (?community_code, cursor, limit)."""
    return call("talent").get("/honours", **wanted)


def own_honour() -> Any:
    """Return whether the reader stands on the honour page, and what it says."""
    return call("talent").get("/honours/mine")


def stand_on_honour_page(*, shown: bool) -> Any:
    """Stand on the honour page, or not any more."""
    return call("talent").put("/honours/mine", {"shown": shown})
