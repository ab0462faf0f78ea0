"""Putting candidates forward, deciding, and what stands in public notice: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Nominee, Ruling
from services.talent.schemas.nominations import (
    CandidaciesQuery,
    CandidacyInFullOut,
    CandidacyOut,
    DecisionIn,
    NominationIn,
    NominationOut,
    NominationsQuery,
    NoticeOut,
    NoticesQuery,
)
from shared.web import Blueprint, answer, current_caller, known_caller, page_of, page_schema, requires

nominations = Blueprint("nominations", __name__, description="Putting candidates forward, and deciding.")
candidacies = Blueprint("candidacies", __name__, description="Each candidate once, with all channels that speak for them.")
notices = Blueprint("notices", __name__, description="What stands in public notice.")


@nominations.put("/nominations/<id:nomination_id>")
@requires()
@nominations.arguments(NominationIn)
@nominations.response(200, NominationOut)
@nominations.alt_response(201, schema=NominationOut, description="Put forward now.")
def put_nomination(nominee: Nominee, nomination_id: str) -> Any:
    """Put a candidate forward by one of the three channels."""
    caller = current_caller()
    nomination, created = commands.nominate(nomination_id, nominee, by=caller)
    return answer(queries.show_nomination(nomination, viewer=caller), created)


@nominations.get("/nominations")
@requires()
@nominations.arguments(NominationsQuery, location="query")
@nominations.response(200, page_schema(NominationOut))
def get_nominations(query: dict[str, Any]) -> Any:
    """List nominations, newest first: the community's for staff, one's own for others."""
    return page_of(*queries.nominations(viewer=current_caller(), **query))


@nominations.get("/nominations/<id:nomination_id>")
@requires()
@nominations.response(200, NominationOut)
def get_nomination(nomination_id: str) -> Any:
    """Show a nomination to the staff, its nominator or its candidate."""
    return queries.nomination(nomination_id, viewer=current_caller())


@nominations.put("/nominations/<id:nomination_id>/decision")
@requires("steward")
@nominations.arguments(DecisionIn)
@nominations.response(200, NominationOut)
def put_decision(ruling: Ruling, nomination_id: str) -> Any:
    """Admit or refuse the candidate, with a reason."""
    caller = current_caller()
    return queries.show_nomination(commands.decide(nomination_id, ruling, by=caller), viewer=caller)


@candidacies.get("/candidacies")
@requires("organizer", "steward", "auditor")
@candidacies.arguments(CandidaciesQuery, location="query")
@candidacies.response(200, page_schema(CandidacyOut))
def get_candidacies(query: dict[str, Any]) -> Any:
    """List candidates, each once, in a status: the longest waiting first, of decided ones the newest."""
    return page_of(*queries.candidacies(viewer=current_caller(), **query))


@candidacies.get("/candidacies/<id:nomination_id>")
@requires("organizer", "steward", "auditor")
@candidacies.response(200, CandidacyInFullOut)
def get_candidacy(nomination_id: str) -> Any:
    """Show the candidacy that a nomination belongs to, with every voice and its evidence."""
    return queries.candidacy(nomination_id, viewer=current_caller())


@notices.get("/notices")
@notices.arguments(NoticesQuery, location="query")
@notices.response(200, page_schema(NoticeOut))
def get_notices(query: dict[str, Any]) -> Any:
    """List what stands in public notice, with masked names."""
    caller = known_caller()
    query["community_code"] = query["community_code"] or (caller.community_code if caller else None) or None
    return page_of(*queries.notices(**query))


@notices.get("/notices/<id:nomination_id>")
@notices.response(200, NoticeOut)
def get_notice(nomination_id: str) -> Any:
    """Show one candidate in public notice, with a masked name."""
    return queries.notice(nomination_id)
