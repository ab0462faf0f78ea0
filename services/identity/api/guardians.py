"""A guardian's consent to a minor's taking part: asked, agreed to, recorded from paper and confirmed, withdrawn."""

from typing import Any

from services.identity import queries
from services.identity.commands import guardians, paper_guardians
from services.identity.schemas import (
    AgreementIn,
    GuardianAskIn,
    GuardianConsentOut,
    GuardianConsentsArgs,
    GuardianFormIn,
    WithdrawalIn,
)
from shared.web import Blueprint, answer, current_caller, page_schema, requires

blueprint = Blueprint("guardian-consents", __name__, description="Guardians who agree that a minor takes part")


@blueprint.put("/guardian-consents/<id:consent_id>")
@requires()
@blueprint.arguments(GuardianAskIn)
@blueprint.response(200, GuardianConsentOut)
@blueprint.alt_response(201, schema=GuardianConsentOut)
def ask(body: dict[str, Any], consent_id: str) -> Any:
    """Ask the adults of my household, as a minor; staff ask for a minor."""
    consent, created = guardians.ask(consent_id, body, by=current_caller())
    return answer(queries.guardian_consent(consent.id, current_caller()), created)


@blueprint.put("/paper-guardian-consents/<id:consent_id>")
@requires("organizer", "steward")
@blueprint.arguments(GuardianFormIn)
@blueprint.response(200, GuardianConsentOut)
@blueprint.alt_response(201, schema=GuardianConsentOut)
def record_form(body: dict[str, Any], consent_id: str) -> Any:
    """Record a form that a guardian signed; a second of the office has to confirm it."""
    consent, created = paper_guardians.record_form(consent_id, body, by=current_caller())
    return answer(queries.guardian_consent(consent.id, current_caller()), created)


@blueprint.put("/guardian-consents/<id:consent_id>/agreement")
@requires()
@blueprint.arguments(AgreementIn)
@blueprint.response(200, GuardianConsentOut)
def agree(body: dict[str, Any], consent_id: str) -> Any:
    """Agree, as somebody of age who lives with the minor."""
    return queries.guardian_consent(guardians.agree(consent_id, **body, by=current_caller()).id, current_caller())


@blueprint.put("/guardian-consents/<id:consent_id>/confirmation")
@requires("organizer", "steward")
@blueprint.response(200, GuardianConsentOut)
def confirm_form(consent_id: str) -> Any:
    """Confirm a form that a colleague recorded."""
    return queries.guardian_consent(paper_guardians.confirm_form(consent_id, by=current_caller()).id, current_caller())


@blueprint.put("/guardian-consents/<id:consent_id>/withdrawal")
@requires()
@blueprint.arguments(WithdrawalIn)
@blueprint.response(200, GuardianConsentOut)
def withdraw(body: dict[str, Any], consent_id: str) -> Any:
    """End a consent at once, as the guardian or as staff, who say why."""
    return queries.guardian_consent(guardians.withdraw(consent_id, **body, by=current_caller()).id, current_caller())


@blueprint.get("/guardian-consents/<id:consent_id>")
@requires()
@blueprint.response(200, GuardianConsentOut)
def one(consent_id: str) -> Any:
    """Look at a consent in which I have a part, or any as staff."""
    return queries.guardian_consent(consent_id, current_caller())


@blueprint.get("/guardian-consents")
@requires()
@blueprint.arguments(GuardianConsentsArgs, location="query")
@blueprint.response(200, page_schema(GuardianConsentOut))
def listing(args: dict[str, Any]) -> Any:
    """List consents, newest first: mine and those I am asked for, or as staff somebody's or all."""
    return queries.guardian_consents(args, current_caller())
