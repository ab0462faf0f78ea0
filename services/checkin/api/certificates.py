"""Certificates of service records, checkable by anybody."""

from typing import Any

from services.checkin.commands import certificates
from services.checkin.queries import certificates as certificate_queries
from services.checkin.schemas import certificates as schemas
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

certificates_blueprint = Blueprint("certificates", __name__, description="Certificates of service records, checkable by anybody")

BLUEPRINTS = [certificates_blueprint]


@certificates_blueprint.get("/certificates")
@requires()
@certificates_blueprint.arguments(schemas.CertificateListArgs, location="query")
@certificates_blueprint.response(200, page_schema(schemas.CertificateOut))
def list_certificates(wanted: Args) -> Any:
    """List one's own certificates, or, for staff, a resident's, newest first."""
    return page_of(*certificate_queries.certificates(current_caller(), wanted))


@certificates_blueprint.put("/certificates/<id:certificate_id>")
@requires()
@certificates_blueprint.arguments(schemas.CertificateIn)
@certificates_blueprint.response(200, schemas.CertificateOut)
@certificates_blueprint.alt_response(201, schema=schemas.CertificateOut)
def put_certificate(wanted: Args, certificate_id: str) -> Answer:
    """Make a certificate of effective service records, for oneself or, as staff, for a resident."""
    made, created = certificates.make_certificate(current_caller(), certificate_id, wanted)
    return answer(certificate_queries.describe(made), created)


@certificates_blueprint.get("/certificates/<id:certificate_id>")
@requires()
@certificates_blueprint.response(200, schemas.CertificateOut)
def get_certificate(certificate_id: str) -> Any:
    """Show a certificate with its records to its owner and to staff."""
    return certificate_queries.certificate(current_caller(), certificate_id)


@certificates_blueprint.put("/certificates/<id:certificate_id>/disclosure")
@requires()
@certificates_blueprint.arguments(schemas.DisclosureIn)
@certificates_blueprint.response(200, schemas.CertificateOut)
def put_disclosure(wanted: Args, certificate_id: str) -> Any:
    """Choose what the certificate shows to whoever has its code."""
    return certificate_queries.describe(certificates.disclose(current_caller(), certificate_id, **wanted))


@certificates_blueprint.delete("/certificates/<id:certificate_id>")
@requires()
@certificates_blueprint.response(204)
def delete_certificate(certificate_id: str) -> None:
    """Withdraw a certificate."""
    certificates.withdraw_certificate(current_caller(), certificate_id)


@certificates_blueprint.get("/certificate-checks/<string:code>")
@certificates_blueprint.response(200, schemas.CertificateCheckOut)
def get_certificate_check(code: str) -> Any:
    """Say what a certificate says, to whoever was given its code; it needs no sign-in."""
    return certificate_queries.check(code)
