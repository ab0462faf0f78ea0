"""Certificates that the office makes for a resident who asked for one at the counter or by phone."""

from typing import Any

from gateway.clients import identity
from gateway.pages.certificates import listed
from gateway.pages.organizer import pages
from gateway.session import signed_in


@pages.route("/residents/<resident_id>/certificates", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def certificates(resident_id: str) -> Any:
    """Show a resident's certificates, and make one for them."""
    return listed(resident_id, person=identity.resident(resident_id))
