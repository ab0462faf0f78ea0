"""Pairings, and the visits that are made in them."""

from typing import Any

from services.checkin.api.activities import SIGN_UP
from services.checkin.commands import pairings, visits
from services.checkin.queries import companions
from services.checkin.queries import pairings as queries
from services.checkin.schemas import pairings as schemas
from services.checkin.schemas.activities import CompanionOut
from shared.web import Blueprint, answer, current_caller, open_to_proxies, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

pairings_blueprint = Blueprint("pairings", __name__, description="Who looks in on whom, and when a visit is due")
visits_blueprint = Blueprint("visits", __name__, description="Visits of pairings, and what becomes of them")

BLUEPRINTS = [pairings_blueprint, visits_blueprint]


@pairings_blueprint.get("/pairings")
@requires()
@open_to_proxies(SIGN_UP)
@pairings_blueprint.arguments(schemas.PairingListArgs, location="query")
@pairings_blueprint.response(200, page_schema(schemas.PairingOut))
def list_pairings(wanted: Args) -> Any:
    """List pairings: the office's with what is overdue on top, or one's own."""
    return page_of(*queries.pairings(current_caller(), wanted))


@pairings_blueprint.put("/pairings/<id:pairing_id>")
@requires("organizer", "steward")
@pairings_blueprint.arguments(schemas.PairingIn)
@pairings_blueprint.response(200, schemas.PairingOut)
@pairings_blueprint.alt_response(201, schema=schemas.PairingOut)
def put_pairing(wanted: Args, pairing_id: str) -> Answer:
    """Propose that somebody be looked in on by one or two helpers."""
    made, created = pairings.propose(current_caller(), pairing_id, wanted)
    return answer(queries.described(current_caller(), [made])[0], created)


@pairings_blueprint.get("/pairings/<id:pairing_id>")
@requires()
@open_to_proxies(SIGN_UP)
@pairings_blueprint.response(200, schemas.PairingOut)
def get_pairing(pairing_id: str) -> Any:
    """Show a pairing to the office and to those who have a part in it."""
    return queries.pairing(current_caller(), pairing_id)


@pairings_blueprint.get("/pairings/<id:pairing_id>/companions")
@requires()
@open_to_proxies(SIGN_UP)
@pairings_blueprint.response(200, page_schema(CompanionOut))
def list_met(pairing_id: str) -> Any:
    """List whom the caller met on a pairing's visits, so that they can be thanked."""
    return page_of(companions.met_on_visits(current_caller(), pairing_id))


@pairings_blueprint.put("/pairings/<id:pairing_id>/answer")
@requires()
@open_to_proxies(SIGN_UP)
@pairings_blueprint.arguments(schemas.AnswerIn)
@pairings_blueprint.response(200, schemas.PairingOut)
def put_answer(wanted: Args, pairing_id: str) -> Any:
    """Agree to a pairing, decline it, or withdraw from it: as who is visited, or as a helper."""
    changed = pairings.answer(current_caller(), pairing_id, **wanted)
    return queries.described(current_caller(), [changed])[0]


@pairings_blueprint.put("/pairings/<id:pairing_id>/paper-agreement")
@requires("organizer", "steward")
@pairings_blueprint.response(200, schemas.PairingOut)
def put_paper_agreement(pairing_id: str) -> Any:
    """Note that the person agreed on paper."""
    return queries.described(current_caller(), [pairings.note_paper(current_caller(), pairing_id)])[0]


@pairings_blueprint.put("/pairings/<id:pairing_id>/pause")
@requires("organizer", "steward")
@pairings_blueprint.arguments(schemas.PauseIn)
@pairings_blueprint.response(200, schemas.PairingOut)
def put_pause(wanted: Args, pairing_id: str) -> Any:
    """Let no visit be due until a day, or let visits go on."""
    return queries.described(current_caller(), [pairings.pause(current_caller(), pairing_id, wanted["until"])])[0]


@pairings_blueprint.put("/pairings/<id:pairing_id>/ending")
@requires("organizer", "steward")
@pairings_blueprint.arguments(schemas.EndingIn)
@pairings_blueprint.response(200, schemas.PairingOut)
def put_ending(wanted: Args, pairing_id: str) -> Any:
    """End a pairing for the office."""
    return queries.described(current_caller(), [pairings.end(current_caller(), pairing_id, wanted["ending"])])[0]


@pairings_blueprint.put("/pairings/<id:pairing_id>/calls/<id:call_id>")
@requires("organizer", "steward")
@pairings_blueprint.arguments(schemas.CallIn)
@pairings_blueprint.response(200, schemas.PairingOut)
@pairings_blueprint.alt_response(201, schema=schemas.PairingOut)
def put_call(wanted: Args, pairing_id: str, call_id: str) -> Answer:
    """Note what came of calling about a visit that is due."""
    changed, created = pairings.note_call(current_caller(), pairing_id, call_id, wanted)
    return answer(queries.described(current_caller(), [changed])[0], created)


@visits_blueprint.get("/visits")
@requires()
@open_to_proxies(SIGN_UP)
@visits_blueprint.arguments(schemas.VisitListArgs, location="query")
@visits_blueprint.response(200, page_schema(schemas.VisitOut))
def list_visits(wanted: Args) -> Any:
    """List visits, newest first."""
    return page_of(*queries.visits(current_caller(), wanted))


@visits_blueprint.get("/visits/to-verify")
@requires("organizer", "steward", "auditor")
@visits_blueprint.response(200, page_schema(schemas.VisitToVerifyOut))
def list_visits_to_verify() -> Any:
    """List the visits whose hours wait to be verified."""
    return page_of(queries.to_verify(current_caller()))


@visits_blueprint.put("/visits/verification")
@requires("organizer", "steward")
@visits_blueprint.arguments(schemas.VisitVerificationIn)
@visits_blueprint.response(200, schemas.VisitVerificationOut)
def put_visit_verification(wanted: Args) -> Any:
    """Verify the hours of visits; may be repeated."""
    return visits.verify_visits(current_caller(), wanted["visit_ids"], looked_at=wanted["looked_at"])


@visits_blueprint.put("/visits/<id:visit_id>")
@requires()
@visits_blueprint.arguments(schemas.VisitIn)
@visits_blueprint.response(200, schemas.VisitOut)
@visits_blueprint.alt_response(201, schema=schemas.VisitOut)
def put_visit(wanted: Args, visit_id: str) -> Answer:
    """Note a visit as a helper, or for a helper who called."""
    noted, created = visits.log_visit(current_caller(), visit_id, wanted)
    return answer(queries.describe_visits(current_caller(), [noted])[0], created)


@visits_blueprint.get("/visits/<id:visit_id>")
@requires()
@open_to_proxies(SIGN_UP)
@visits_blueprint.response(200, schemas.VisitOut)
def get_visit(visit_id: str) -> Any:
    """Show a visit to the office and to both sides."""
    return queries.visit(current_caller(), visit_id)


@visits_blueprint.delete("/visits/<id:visit_id>")
@requires()
@visits_blueprint.response(204)
def delete_visit(visit_id: str) -> None:
    """Take a visit back that was noted by mistake."""
    visits.take_back(current_caller(), visit_id)


@visits_blueprint.put("/visits/<id:visit_id>/telling")
@requires()
@open_to_proxies(SIGN_UP)
@visits_blueprint.arguments(schemas.TellingIn)
@visits_blueprint.response(200, schemas.VisitOut)
def put_telling(wanted: Args, visit_id: str) -> Any:
    """Say whether a visit took place: as who was visited, for them, or as the office that called them."""
    return queries.describe_visits(current_caller(), [visits.tell(current_caller(), visit_id, **wanted)])[0]
