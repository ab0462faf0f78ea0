"""Calls that pages make of talent about commendations: rounds, proposals, the case, notices, awards, objections."""

from typing import Any
from urllib.parse import quote

from gateway.clients.service import call


def open_round(round_id: str, body: dict[str, Any]) -> Any:
    """Open a round of commendations."""
    return call("talent").put(f"/commendation-rounds/{round_id}", body)


def rounds(**wanted: Any) -> Any:
    """Return a page of rounds (?community_code, status, cursor, limit)."""
    return call("talent").get("/commendation-rounds", **wanted)


def one_round(round_id: str) -> Any:
    """Return one round."""
    return call("talent").get(f"/commendation-rounds/{round_id}")


def close_round(round_id: str) -> Any:
    """Take no more proposals for a round."""
    return call("talent").put(f"/commendation-rounds/{round_id}/closing")


def propose(proposal_id: str, body: dict[str, Any]) -> Any:
    """Propose somebody for a commendation."""
    return call("talent").put(f"/commendation-proposals/{proposal_id}", body)


def proposals(**wanted: Any) -> Any:
    """Return a page of what the reader proposed (?cursor, limit)."""
    return call("talent").get("/commendation-proposals", **wanted)


def commendations(**wanted: Any) -> Any:
    """Return a page of commendations (?status, resident_id, mine, cursor, limit)."""
    return call("talent").get("/commendations", **wanted)


def commendation(commendation_id: str) -> Any:
    """Return one commendation."""
    return call("talent").get(f"/commendations/{commendation_id}")


def ask(commendation_id: str, body: dict[str, Any]) -> Any:
    """Say what the award is, and ask its person."""
    return call("talent").put(f"/commendations/{commendation_id}/asking", body)


def answer(commendation_id: str, *, accepts: bool, named: bool) -> Any:
    """Say whether the honour is accepted, and whether the name may stand in full."""
    return call("talent").put(f"/commendations/{commendation_id}/answer", {"accepts": accepts, "named": named})


def put_in_notice(commendation_id: str) -> Any:
    """Let a commendation stand in public notice."""
    return call("talent").put(f"/commendations/{commendation_id}/notice")


def decide(commendation_id: str, decision: str, reason: str) -> Any:
    """Grant or refuse."""
    return call("talent").put(f"/commendations/{commendation_id}/decision", {"decision": decision, "reason": reason})


def set_aside(commendation_id: str, reason: str) -> Any:
    """Close what becomes nothing."""
    return call("talent").put(f"/commendations/{commendation_id}/setting-aside", {"reason": reason})


def withdraw(commendation_id: str, reason: str) -> Any:
    """Withdraw an award."""
    return call("talent").put(f"/commendations/{commendation_id}/withdrawal", {"reason": reason})


def notices(**wanted: Any) -> Any:
    """Return a page of the commendations in public notice (?community_code, cursor)."""
    return call("talent").get("/commendation-notices", **wanted)


def notice(commendation_id: str) -> Any:
    """Return one commendation in public notice."""
    return call("talent").get(f"/commendation-notices/{commendation_id}")


def awards(**wanted: Any) -> Any:
    """Return a page of the awards that stand (?community_code, from, until, ids, cursor, limit)."""
    return call("talent").get("/awards", **wanted)


def check_award(code: str) -> Any:
    """Return what an award says to whoever has its code."""
    return call("talent").get(f"/award-checks/{quote(code, safe='')}")


def object_to(objection_id: str, commendation_id: str, reason: str) -> Any:
    """Object to a commendation in notice."""
    return call("talent").put(f"/commendation-objections/{objection_id}", {"commendation_id": commendation_id, "reason": reason})


def objections(**wanted: Any) -> Any:
    """Return a page of objections to commendations, those due first on top (?mine, status, cursor, limit)."""
    return call("talent").get("/commendation-objections", **wanted)


def objection(objection_id: str) -> Any:
    """Return one objection to a commendation."""
    return call("talent").get(f"/commendation-objections/{objection_id}")


def take_objection_back(objection_id: str) -> Any:
    """Take an open objection back."""
    return call("talent").delete(f"/commendation-objections/{objection_id}")


def decide_objection(objection_id: str, decision: str, reason: str) -> Any:
    """Uphold an objection to a commendation, or refuse it."""
    return call("talent").put(f"/commendation-objections/{objection_id}/decision", {"decision": decision, "reason": reason})
