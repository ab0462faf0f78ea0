"""Calls that pages make of talent: calls and offers, nominations, decisions, the registry."""

from typing import Any
from urllib.parse import quote

from gateway.clients.service import call as service
from gateway.clients.service import with_id
from gateway.errors import ServiceRefused

NOT_FOUND = 404


def nominate(nomination_id: str, body: dict[str, Any]) -> Any:
    """Put a candidate forward."""
    return service("talent").put(f"/nominations/{nomination_id}", body)


def nominations(**wanted: Any) -> Any:
    """Return a page of nominations (?status, cursor)."""
    return with_id("nomination", service("talent").get("/nominations", **wanted))


def candidacies(**wanted: Any) -> Any:
    """Return a page of candidates, each once (?status, cursor)."""
    return service("talent").get("/candidacies", **wanted)


def candidacy(nomination_id: str) -> Any:
    """Return the candidacy that a nomination belongs to."""
    return service("talent").get(f"/candidacies/{nomination_id}")


def nomination(nomination_id: str) -> Any:
    """Return one nomination."""
    return with_id("nomination", service("talent").get(f"/nominations/{nomination_id}"))


def decide(nomination_id: str, decision: str, reason: str) -> Any:
    """Admit or refuse."""
    return service("talent").put(f"/nominations/{nomination_id}/decision", {"decision": decision, "reason": reason})


def talents(**wanted: Any) -> Any:
    """Return a page of talents (?skill, item, grid, q, near, at, language, allowed, cursor, limit)."""
    return service("talent").get("/talents", **wanted)


def talent(resident_id: str) -> Any:
    """Return one talent."""
    return service("talent").get(f"/talents/{resident_id}")


def own(resident_id: str) -> Any:
    """Return the reader's own entry, None where they are not in the registry."""
    try:
        return talent(resident_id)
    except ServiceRefused as refused:
        if refused.status != NOT_FOUND:
            raise
        return None


def suspend(resident_id: str, reason: str) -> Any:
    """Take a talent off the registry."""
    return service("talent").put(f"/talents/{resident_id}/suspension", {"reason": reason})


def say_availability(resident_id: str, body: dict[str, Any]) -> Any:
    """Say when a talent is free, what they speak, until when they rest."""
    return service("talent").put(f"/talents/{resident_id}/availability", body)


def licences(**wanted: Any) -> Any:
    """Return a page of licences that need a word, or with `mine` one's own (?mine, cursor, limit)."""
    return service("talent").get("/licences", **wanted)


def hand_in_licence(resident_id: str, licence_id: str, body: dict[str, Any]) -> Any:
    """Hand in a licence for a skill."""
    return service("talent").put(f"/talents/{resident_id}/licences/{licence_id}", body)


def look_at_licence(resident_id: str, licence_id: str, decision: str, reason: str | None = None) -> Any:
    """Say that a licence was seen, or refuse it."""
    return service("talent").put(f"/talents/{resident_id}/licences/{licence_id}/decision", {"decision": decision, "reason": reason})


def note_ask(resident_id: str, ask_id: str) -> Any:
    """Note that the office called a talent."""
    return service("talent").put(f"/talents/{resident_id}/asks/{ask_id}")


def skills() -> Any:
    """Return every skill that has a code, under its item."""
    return service("talent").get("/skills")


def languages() -> Any:
    """Return the languages and dialects that can be said."""
    return service("talent").get("/languages")


def notices(**wanted: Any) -> Any:
    """Return who stands in public notice, names masked."""
    return service("talent").get("/notices", **wanted)


def call(call_id: str, body: dict[str, Any]) -> Any:
    """Call for capable residents."""
    return service("talent").put(f"/calls/{call_id}", body)


def calls(**wanted: Any) -> Any:
    """Return a page of calls for capable residents (?community_code, status, cursor)."""
    return service("talent").get("/calls", **wanted)


def call_for(call_id: str) -> Any:
    """Return one call for capable residents."""
    return service("talent").get(f"/calls/{call_id}")


def close_call(call_id: str) -> Any:
    """End a call for capable residents."""
    return service("talent").put(f"/calls/{call_id}/closing")


def offer(offer_id: str, body: dict[str, Any]) -> Any:
    """Offer a skill without an account → id, reference, status."""
    return service("talent").put(f"/offers/{offer_id}", body)


def offers(**wanted: Any) -> Any:
    """Return a page of offers to the office (?status, cursor)."""
    return service("talent").get("/offers", **wanted)


def office_offer(offer_id: str) -> Any:
    """Return one offer to the office."""
    return service("talent").get(f"/offers/{offer_id}")


def take_offer(offer_id: str, resident_id: str) -> Any:
    """Say whose offer it is."""
    return service("talent").put(f"/offers/{offer_id}/person", {"resident_id": resident_id})


def set_offer_aside(offer_id: str, reason: str) -> Any:
    """Say why an offer becomes nothing."""
    return service("talent").put(f"/offers/{offer_id}/setting-aside", {"reason": reason})


def offer_state(reference: str) -> Any:
    """Return how the offer of a reference stands."""
    return service("talent").get(f"/offer-states/{quote(reference, safe='')}")


def withdraw_offer(reference: str) -> Any:
    """Take back the offer of a reference."""
    return service("talent").put(f"/offer-states/{quote(reference, safe='')}/withdrawal")


def notice(nomination_id: str) -> Any:
    """Return one candidate in public notice, the name masked."""
    return service("talent").get(f"/notices/{nomination_id}")


def object_to(objection_id: str, nomination_id: str, reason: str) -> Any:
    """Object to a candidacy in notice, or as its candidate to its refusal."""
    return service("talent").put(f"/nomination-objections/{objection_id}", {"nomination_id": nomination_id, "reason": reason})


def objections(**wanted: Any) -> Any:
    """Return a page of objections to candidacies, those due first on top (?mine, status, cursor)."""
    return service("talent").get("/nomination-objections", **wanted)


def objection(objection_id: str) -> Any:
    """Return one objection to a candidacy."""
    return service("talent").get(f"/nomination-objections/{objection_id}")


def take_objection_back(objection_id: str) -> Any:
    """Take an open objection back."""
    return service("talent").delete(f"/nomination-objections/{objection_id}")


def decide_objection(objection_id: str, decision: str, reason: str) -> Any:
    """Uphold an objection to a candidacy, or refuse it."""
    return service("talent").put(f"/nomination-objections/{objection_id}/decision", {"decision": decision, "reason": reason})
