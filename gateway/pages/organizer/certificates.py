"""A resident's volunteer file at the office, and certificates that it makes for whoever asked at the counter or by phone."""

from typing import Any

from gateway.clients import identity
from gateway.pages.certificates import listed, volunteer_file
from gateway.pages.organizer import pages
from gateway.session import signed_in


@pages.get("/residents/<resident_id>/volunteer-file")
@signed_in("organizer", "steward", "auditor")
def file_of_resident(resident_id: str) -> Any:
    """Show a resident's volunteer file."""
    return volunteer_file(resident_id)


@pages.route("/residents/<resident_id>/certificates", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def certificates(resident_id: str) -> Any:
    """Show a resident's certificates, and make one for them."""
    return listed(resident_id, person=identity.resident(resident_id))
