"""Matters: load, one call, dump. Lists and single matters are public, as the community's notice board is."""

from typing import Any

from services.engagement.commands import consultations, deciding, evaluating, selecting
from services.engagement.commands import matters as commands
from services.engagement.queries import matters as queries
from services.engagement.schemas import matters as schemas
from shared.web import Blueprint, PageArgs, answer, current_caller, known_caller, page_of, page_schema, requires

matters = Blueprint("matters", __name__, description="What residents raise, discuss, decide and evaluate.")

STAFF = ("organizer", "steward")
Args = dict[str, Any]


@matters.get("/matters/terms")
@matters.response(200, schemas.TermsOut)
def get_matter_terms() -> Any:
    """List the kinds of matters and the forms of consultation; it needs no sign-in."""
    return queries.terms()


@matters.get("/matters")
@matters.arguments(schemas.MattersArgs, location="query")
@matters.response(200, page_schema(schemas.MatterRowOut))
def list_matters(wanted: Args) -> Any:
    """List a community's matters, the newest first; it needs no sign-in, save for one's own (`mine`)."""
    caller = current_caller() if wanted.get("mine") or wanted.get("todo") else known_caller()
    code = wanted.pop("community_code") if caller is None else caller.community_code
    return page_of(*queries.matters(code or "", caller, wanted))


@matters.get("/matters/<id:matter_id>")
@matters.response(200, schemas.MatterOut)
def get_matter(matter_id: str) -> Any:
    """Show a matter with its stages and its history; it needs no sign-in."""
    return queries.matter(matter_id, known_caller())


@matters.put("/matters/<id:matter_id>")
@requires()
@matters.arguments(schemas.MatterIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_matter(wanted: Args, matter_id: str) -> Any:
    """Raise a matter; staff may enter one for a resident."""
    return _shown(commands.raise_matter(current_caller(), matter_id, wanted))


@matters.delete("/matters/<id:matter_id>")
@requires()
@matters.response(200, schemas.MatterOut)
def delete_matter(matter_id: str) -> Any:
    """Withdraw one's own matter while it is not discussed yet; it stays on record."""
    return _shown(commands.withdraw_matter(current_caller(), matter_id))[0]


@matters.put("/matters/<id:matter_id>/reading")
@requires()
@matters.response(200, schemas.MatterOut)
def put_reading(matter_id: str) -> Any:
    """Say that one has read what became of one's own matter."""
    return queries.described(commands.read_news(current_caller(), matter_id), current_caller())


@matters.put("/matters/<id:matter_id>/support")
@requires()
@matters.arguments(schemas.ForIn)
@matters.response(200, schemas.MatterOut)
def put_support(wanted: Args, matter_id: str) -> Any:
    """Stand behind a neighbour's matter, once; staff may enter it for a resident."""
    return queries.described(commands.support(current_caller(), matter_id, **wanted), current_caller())


@matters.delete("/matters/<id:matter_id>/support")
@requires()
@matters.response(200, schemas.MatterOut)
def delete_support(matter_id: str) -> Any:
    """Stand behind a matter no more."""
    return queries.described(commands.take_support_back(current_caller(), matter_id), current_caller())


@matters.put("/matters/<id:matter_id>/answers/<id:answer_id>")
@requires(*STAFF)
@matters.arguments(schemas.TextIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_answer(wanted: Args, matter_id: str, answer_id: str) -> Any:
    """Answer a matter in words that everybody reads."""
    return _shown(commands.answer_matter(current_caller(), matter_id, answer_id, **wanted))


@matters.put("/matters/<id:matter_id>/kinds/<id:change_id>")
@requires(*STAFF)
@matters.arguments(schemas.KindIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_kind(wanted: Args, matter_id: str, change_id: str) -> Any:
    """Put a matter under another kind."""
    return _shown(commands.correct_kind(current_caller(), matter_id, change_id, **wanted))


@matters.put("/matters/<id:matter_id>/joining")
@requires(*STAFF)
@matters.arguments(schemas.JoiningIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_joining(wanted: Args, matter_id: str) -> Any:
    """Join a matter into another one; both authors read it."""
    return _shown(commands.join_matter(current_caller(), matter_id, **wanted))


@matters.put("/matters/<id:matter_id>/sending-on")
@requires(*STAFF)
@matters.arguments(schemas.SendingOnIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_sending_on(wanted: Args, matter_id: str) -> Any:
    """Send a matter on to the body that it belongs to, with a reason."""
    return _shown(commands.send_on(current_caller(), matter_id, **wanted))


@matters.put("/matters/<id:matter_id>/hiding")
@requires(*STAFF)
@matters.arguments(schemas.ReasonIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_hiding(wanted: Args, matter_id: str) -> Any:
    """Take from sight what must not stand in public, with a reason that its author reads."""
    return _shown(commands.hide_matter(current_caller(), matter_id, **wanted))


@matters.get("/matters/<id:matter_id>/voices")
@requires("organizer", "steward", "auditor")
@matters.arguments(schemas.VoicesArgs, location="query")
@matters.response(200, page_schema(schemas.WhoOut))
def list_voices(wanted: Args, matter_id: str) -> Any:
    """List who said something to a question of a matter, for staff; never what they said."""
    return page_of(*queries.voices(matter_id, current_caller(), wanted))


@matters.put("/matters/<id:matter_id>/consultations/<id:consultation_id>")
@requires(*STAFF)
@matters.arguments(schemas.ConsultationIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_consultation(wanted: Args, matter_id: str, consultation_id: str) -> Any:
    """Plan a consultation; the first one begins the discussion."""
    return _shown(consultations.plan_consultation(current_caller(), matter_id, consultation_id, wanted))


@matters.put("/matters/<id:matter_id>/consultations/<id:consultation_id>/cancellation")
@requires(*STAFF)
@matters.arguments(schemas.ReasonIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_cancellation(wanted: Args, matter_id: str, consultation_id: str) -> Any:
    """Call a consultation off that has not been held."""
    return _shown(consultations.call_off_consultation(current_caller(), matter_id, consultation_id, **wanted))


@matters.put("/matters/<id:matter_id>/consultations/<id:consultation_id>/minutes/<id:minutes_id>")
@requires(*STAFF)
@matters.arguments(schemas.MinutesIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_minutes(wanted: Args, matter_id: str, consultation_id: str, minutes_id: str) -> Any:
    """Publish the minutes of a consultation; later ones take the place of earlier ones."""
    return _shown(consultations.publish_minutes(current_caller(), matter_id, consultation_id, minutes_id, wanted))


@matters.get("/matters/<id:matter_id>/comments")
@matters.arguments(PageArgs, location="query")
@matters.response(200, page_schema(schemas.CommentOut))
def list_comments(wanted: Args, matter_id: str) -> Any:
    """List the comments on a matter, the newest first; it needs no sign-in."""
    return page_of(*queries.comments(matter_id, known_caller(), wanted))


@matters.put("/matters/<id:matter_id>/comments/<id:comment_id>")
@requires()
@matters.arguments(schemas.CommentIn)
@matters.response(200, schemas.CommentOut)
@matters.alt_response(201, schema=schemas.CommentOut)
def put_comment(wanted: Args, matter_id: str, comment_id: str) -> Any:
    """Write a comment on a matter that is discussed."""
    made, is_new = consultations.comment(current_caller(), matter_id, comment_id, **wanted)
    return answer(queries.described_comment(made, current_caller()), is_new)


@matters.delete("/matters/<id:matter_id>/comments/<id:comment_id>")
@requires()
@matters.response(200, schemas.CommentOut)
def delete_comment(matter_id: str, comment_id: str) -> Any:
    """Withdraw one's own comment; its words are forgotten."""
    return queries.described_comment(consultations.withdraw_comment(current_caller(), matter_id, comment_id), current_caller())


@matters.put("/matters/<id:matter_id>/comments/<id:comment_id>/hiding")
@requires(*STAFF)
@matters.arguments(schemas.ReasonIn)
@matters.response(200, schemas.CommentOut)
def put_comment_hiding(wanted: Args, matter_id: str, comment_id: str) -> Any:
    """Hide a comment with a reason that its author reads."""
    return queries.described_comment(consultations.hide_comment(current_caller(), matter_id, comment_id, **wanted), current_caller())


@matters.delete("/matters/<id:matter_id>/comments/<id:comment_id>/hiding")
@requires(*STAFF)
@matters.response(200, schemas.CommentOut)
def delete_comment_hiding(matter_id: str, comment_id: str) -> Any:
    """Show a hidden comment again."""
    return queries.described_comment(consultations.show_comment(current_caller(), matter_id, comment_id), current_caller())


@matters.put("/matters/<id:matter_id>/ballots/<id:ballot_id>")
@requires(*STAFF)
@matters.arguments(schemas.BallotIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_ballot(wanted: Args, matter_id: str, ballot_id: str) -> Any:
    """Put a proposal to those concerned until the end of a day."""
    return _shown(deciding.open_vote(current_caller(), matter_id, ballot_id, wanted))


@matters.put("/matters/<id:matter_id>/voice")
@requires()
@matters.arguments(schemas.VoiceIn)
@matters.response(200, schemas.MatterOut)
def put_voice(wanted: Args, matter_id: str) -> Any:
    """Say one's voice, or one's household's, to the open vote, or say it anew; staff may enter it for a resident."""
    return queries.described(deciding.vote(current_caller(), matter_id, **wanted), current_caller())


@matters.put("/matters/<id:matter_id>/decision")
@requires("steward")
@matters.arguments(schemas.DecisionIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_matter_decision(wanted: Args, matter_id: str) -> Any:
    """Write down what was decided, by the vote that ended or by a meeting with minutes."""
    return _shown(deciding.decide_matter(current_caller(), matter_id, wanted))


@matters.put("/matters/<id:matter_id>/follow-ups/<id:follow_up_id>")
@requires(*STAFF)
@matters.arguments(schemas.FollowUpIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_follow_up(wanted: Args, matter_id: str, follow_up_id: str) -> Any:
    """Say what a decision led to: an activity, a project of the fund, or in words."""
    return _shown(evaluating.follow_up(current_caller(), matter_id, follow_up_id, wanted))


@matters.put("/matters/<id:matter_id>/completions/<id:completion_id>")
@requires(*STAFF)
@matters.arguments(schemas.CompletionIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_completion(wanted: Args, matter_id: str, completion_id: str) -> Any:
    """Say that it is done; those concerned rate it from now on."""
    return _shown(evaluating.complete(current_caller(), matter_id, completion_id, wanted))


@matters.put("/matters/<id:matter_id>/rating")
@requires()
@matters.arguments(schemas.RatingIn)
@matters.response(200, schemas.MatterOut)
def put_rating(wanted: Args, matter_id: str) -> Any:
    """Say whether it is solved, or say it anew; staff may enter it for a resident."""
    return queries.described(evaluating.rate(current_caller(), matter_id, wanted), current_caller())


@matters.put("/matters/<id:matter_id>/selections/<id:selection_id>")
@requires("steward")
@matters.arguments(schemas.SelectionIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_selection(wanted: Args, matter_id: str, selection_id: str) -> Any:
    """Look for somebody who leads what was decided."""
    return _shown(selecting.open_selection(current_caller(), matter_id, selection_id, wanted))


@matters.put("/matters/<id:matter_id>/candidates/<id:candidate_id>")
@requires()
@matters.arguments(schemas.CandidateIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_candidate(wanted: Args, matter_id: str, candidate_id: str) -> Any:
    """Stand for leading, with a plan and what it costs."""
    return _shown(selecting.stand(current_caller(), matter_id, candidate_id, **wanted))


@matters.delete("/matters/<id:matter_id>/candidates/<id:candidate_id>")
@requires()
@matters.response(200, schemas.MatterOut)
def delete_candidate(matter_id: str, candidate_id: str) -> Any:
    """Stand for it no more; the plan stays on record."""
    return _shown(selecting.stand_no_more(current_caller(), matter_id, candidate_id))[0]


@matters.put("/matters/<id:matter_id>/choice")
@requires()
@matters.arguments(schemas.ChosenIn)
@matters.response(200, schemas.MatterOut)
def put_choice(wanted: Args, matter_id: str) -> Any:
    """Choose who shall lead, or choose anew."""
    return queries.described(selecting.choose(current_caller(), matter_id, **wanted), current_caller())


@matters.put("/matters/<id:matter_id>/candidates/<id:candidate_id>/terms")
@requires()
@matters.arguments(schemas.TermsIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_terms(wanted: Args, matter_id: str, candidate_id: str) -> Any:
    """Agree to the terms, or decline."""
    return _shown(selecting.answer_terms(current_caller(), matter_id, candidate_id, **wanted))


@matters.put("/matters/<id:matter_id>/leader")
@requires("steward")
@matters.arguments(schemas.LeaderIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_leader(wanted: Args, matter_id: str) -> Any:
    """Confirm who leads."""
    return _shown(selecting.confirm_leader(current_caller(), matter_id, **wanted))


@matters.put("/matters/<id:matter_id>/receipts/<id:receipt_id>")
@requires()
@matters.arguments(schemas.ReceiptIn)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_receipt(wanted: Args, matter_id: str, receipt_id: str) -> Any:
    """Write down what was spent, as the leader."""
    return _shown(selecting.add_receipt(current_caller(), matter_id, receipt_id, wanted))


@matters.put("/matters/<id:matter_id>/receipts/<id:receipt_id>/confirmation")
@requires(*STAFF)
@matters.response(200, schemas.MatterOut)
@matters.alt_response(201, schema=schemas.MatterOut)
def put_receipt_confirmation(matter_id: str, receipt_id: str) -> Any:
    """Confirm a receipt that one has seen."""
    return _shown(selecting.confirm_receipt(current_caller(), matter_id, receipt_id))


def _shown(done: tuple[Any, bool]) -> Any:
    matter, is_new = done
    return answer(queries.described(matter, current_caller()), is_new)
