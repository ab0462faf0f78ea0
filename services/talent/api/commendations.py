"""Commending somebody, from the proposal to the award that anybody can check: load, one call, dump."""

from typing import Any

from services.talent import commands, queries
from services.talent.commands import Award, Proposal, RoundWanted
from services.talent.schemas.commendations import (
    AskingIn,
    AwardOut,
    AwardsQuery,
    CheckedAwardOut,
    CommendationDecisionIn,
    CommendationNoticeOut,
    CommendationOut,
    CommendationReasonIn,
    CommendationsQuery,
    HonourAnswerIn,
    ProposalIn,
    ProposalOut,
    PublicQuery,
    RoundIn,
    RoundOut,
    RoundsQuery,
)
from shared.web import Blueprint, PageArgs, answer, current_caller, known_caller, page_of, page_schema, requires

rounds = Blueprint("commendation-rounds", __name__, description="Rounds of commendations.")
proposals = Blueprint("commendation-proposals", __name__, description="Proposing somebody for a commendation.")
commendations = Blueprint("commendations", __name__, description="Commendations, from the proposal to the award record.")
awards = Blueprint("awards", __name__, description="Awards, and commendations in public notice, as anybody reads them.")


@rounds.put("/commendation-rounds/<id:round_id>")
@requires("organizer", "steward")
@rounds.arguments(RoundIn)
@rounds.response(200, RoundOut)
@rounds.alt_response(201, schema=RoundOut, description="Opened now.")
def put_round(wanted: RoundWanted, round_id: str) -> Any:
    """Open a round: people are proposed until the evening of a day."""
    found, created = commands.open_round(round_id, wanted, by=current_caller())
    return answer(queries.show_round(found), created)


@rounds.get("/commendation-rounds")
@rounds.arguments(RoundsQuery, location="query")
@rounds.response(200, page_schema(RoundOut))
def get_rounds(query: dict[str, Any]) -> Any:
    """List rounds, newest first."""
    return page_of(*queries.rounds(**_here(query)))


@rounds.get("/commendation-rounds/<id:round_id>")
@rounds.response(200, RoundOut)
def get_round(round_id: str) -> Any:
    """Show a round to anybody."""
    return queries.commendation_round(round_id)


@rounds.put("/commendation-rounds/<id:round_id>/closing")
@requires("organizer", "steward")
@rounds.response(200, RoundOut)
def put_round_closing(round_id: str) -> Any:
    """Take no more proposals; the same again changes nothing."""
    return queries.show_round(commands.close_round(round_id, by=current_caller()))


@proposals.put("/commendation-proposals/<id:proposal_id>")
@requires()
@proposals.arguments(ProposalIn)
@proposals.response(200, ProposalOut)
@proposals.alt_response(201, schema=ProposalOut, description="Proposed now.")
def put_proposal(said: Proposal, proposal_id: str) -> Any:
    """Propose somebody; one whom others have proposed already is the same case."""
    caller = current_caller()
    case, created = commands.propose(proposal_id, said, by=caller)
    return answer(queries.show_proposal(case, viewer=caller, proposal_id=proposal_id), created)


@proposals.get("/commendation-proposals")
@requires()
@proposals.arguments(PageArgs, location="query")
@proposals.response(200, page_schema(ProposalOut))
def get_proposals(query: dict[str, Any]) -> Any:
    """List what the caller proposed."""
    return page_of(*queries.proposals(viewer=current_caller(), **query))


@commendations.get("/commendations")
@requires()
@commendations.arguments(CommendationsQuery, location="query")
@commendations.response(200, page_schema(CommendationOut))
def get_commendations(query: dict[str, Any]) -> Any:
    """List commendations, those that changed last on top: the community's for staff, one's own for others."""
    return page_of(*queries.commendations(query, viewer=current_caller(), limit=query["limit"], cursor=query["cursor"]))


@commendations.get("/commendations/<id:commendation_id>")
@requires()
@commendations.response(200, CommendationOut)
def get_commendation(commendation_id: str) -> Any:
    """Show a commendation to the staff, or to its person once they were asked."""
    return queries.commendation(commendation_id, viewer=current_caller())


@commendations.put("/commendations/<id:commendation_id>/asking")
@requires("organizer", "steward")
@commendations.arguments(AskingIn)
@commendations.response(200, CommendationOut)
def put_asking(award: Award, commendation_id: str) -> Any:
    """Say what the award is, and ask its person whether they accept it."""
    caller = current_caller()
    return queries.show_commendation(commands.ask(commendation_id, award, by=caller), viewer=caller)


@commendations.put("/commendations/<id:commendation_id>/answer")
@requires()
@commendations.arguments(HonourAnswerIn)
@commendations.response(200, CommendationOut)
def put_answer(body: dict[str, bool], commendation_id: str) -> Any:
    """Accept the honour or not, and say whether one may be named in full; the office says it for who told them."""
    caller = current_caller()
    return queries.show_commendation(commands.answer(commendation_id, **body, by=caller), viewer=caller)


@commendations.put("/commendations/<id:commendation_id>/notice")
@requires("organizer", "steward")
@commendations.response(200, CommendationOut)
def put_notice(commendation_id: str) -> Any:
    """Let an accepted commendation stand in public notice."""
    caller = current_caller()
    return queries.show_commendation(commands.put_in_notice(commendation_id, by=caller), viewer=caller)


@commendations.put("/commendations/<id:commendation_id>/decision")
@requires("steward")
@commendations.arguments(CommendationDecisionIn)
@commendations.response(200, CommendationOut)
def put_decision(body: dict[str, str], commendation_id: str) -> Any:
    """Grant the award or refuse it, with a reason."""
    caller = current_caller()
    return queries.show_commendation(commands.decide_commendation(commendation_id, **body, by=caller), viewer=caller)


@commendations.put("/commendations/<id:commendation_id>/setting-aside")
@requires("organizer", "steward")
@commendations.arguments(CommendationReasonIn)
@commendations.response(200, CommendationOut)
def put_commendation_aside(body: dict[str, str], commendation_id: str) -> Any:
    """Close what becomes nothing before it stands in notice."""
    caller = current_caller()
    changed = commands.set_commendation_aside(commendation_id, reason=body["reason"], by=caller)
    return queries.show_commendation(changed, viewer=caller)


@commendations.put("/commendations/<id:commendation_id>/withdrawal")
@requires("steward")
@commendations.arguments(CommendationReasonIn)
@commendations.response(200, CommendationOut)
def put_award_withdrawal(body: dict[str, str], commendation_id: str) -> Any:
    """Withdraw an award that was granted; the record keeps it with the reason."""
    caller = current_caller()
    return queries.show_commendation(commands.withdraw_award(commendation_id, reason=body["reason"], by=caller), viewer=caller)


@awards.get("/commendation-notices")
@awards.arguments(PublicQuery, location="query")
@awards.response(200, page_schema(CommendationNoticeOut))
def get_commendation_notices(query: dict[str, Any]) -> Any:
    """List the commendations in public notice; names are masked unless their owners allow them."""
    return page_of(*queries.commendation_notices(**_here(query)))


@awards.get("/commendation-notices/<id:commendation_id>")
@awards.response(200, CommendationNoticeOut)
def get_commendation_notice(commendation_id: str) -> Any:
    """Show one commendation in public notice."""
    return queries.commendation_notice(commendation_id)


@awards.get("/awards")
@awards.arguments(AwardsQuery, location="query")
@awards.response(200, page_schema(AwardOut))
def get_awards(query: dict[str, Any]) -> Any:
    """List the awards that stand, newest first."""
    wanted = _here(query)
    where = {name: wanted[name] for name in ("community_code", "limit", "cursor")}
    return page_of(*queries.awards(wanted, **where))


@awards.get("/award-checks/<code>")
@awards.response(200, CheckedAwardOut)
def get_checked_award(code: str) -> Any:
    """Say to whoever was given the code what the award says, and whether it stands."""
    return queries.checked_award(code)


def _here(query: dict[str, Any]) -> dict[str, Any]:
    caller = known_caller()
    return {**query, "community_code": query["community_code"] or (caller.community_code if caller else None) or None}
