"""Calls that pages make of identity: people, places, sign-in."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from gateway.clients.service import call, with_id
from gateway.errors import ServiceAway, ServiceRefused
from shared.telemetry import log

PEOPLE_AT_ONCE = 50


def sign_in(phone: str, password: str) -> Any:
    """Open a session → token, expires_at, resident_id, community_code, roles."""
    return call("identity").post("/sessions", {"phone": phone, "password": password})


def sign_out() -> None:
    """Close the reader's session."""
    call("identity").delete("/sessions/current")


def sign_out_here() -> None:
    """Close the reader's session where another takes its place in this browser; while identity is away it is left to its age."""
    try:
        sign_out()
    except (ServiceAway, ServiceRefused):
        log().warning("a session that was replaced stays open until its age ends it")


def open_kiosk(activity_id: str, until: str) -> Any:
    """Open a session for a device at an activity's door → token, expires_at, activity_id."""
    return call("identity").post("/kiosk-sessions", {"activity_id": activity_id, "until": until})


def kiosks(activity_id: str) -> Any:
    """Return the kiosks that are open at an activity → items: opened_by, opened_by_name, opened_at, expires_at."""
    return call("identity").get("/kiosk-sessions", activity_id=activity_id)


def end_kiosks(activity_id: str) -> None:
    """End every kiosk of an activity."""
    call("identity").delete(f"/kiosk-sessions/{activity_id}")


def register(resident_id: str, body: dict[str, Any]) -> Any:
    """Register a person."""
    return call("identity").put(f"/residents/{resident_id}", body)


def activate(body: dict[str, str]) -> Any:
    """Set a password with a code from the office."""
    return call("identity").post("/activations", body)


def places(community_code: str | None = None) -> Any:
    """Return the public tree of communities, quarters and grids."""
    return call("identity").get("/places", community_code=community_code)


def me() -> Any:
    """Return what identity knows of the reader."""
    return call("identity").get("/me")


def consent(purposes: list[str]) -> Any:
    """Set which consents hold."""
    return call("identity").put("/me/consents", {"consents": purposes})


def export() -> Any:
    """Return everything kept about the reader by identity."""
    return call("identity").get("/me/export")


def leave() -> None:
    """Take the reader out of the community."""
    call("identity").delete("/me")


def residents(**wanted: Any) -> Any:
    """Return a page of residents (?q, grid, cursor, limit)."""
    return call("identity").get("/residents", **wanted)


def people(ids: Iterable[str]) -> dict[str, Any]:
    """Return those of some residents who are still here, by id: for pages of lines that know ids alone."""
    wanted = sorted(set(ids))
    parts = [wanted[at : at + PEOPLE_AT_ONCE] for at in range(0, len(wanted), PEOPLE_AT_ONCE)]
    return {row["resident_id"]: row for part in parts for row in residents(ids=",".join(part), limit=PEOPLE_AT_ONCE)["items"]}


def resident(resident_id: str) -> Any:
    """Return one resident."""
    return call("identity").get(f"/residents/{resident_id}")


def change_resident(resident_id: str, body: dict[str, Any]) -> Any:
    """Correct grid, household, birth, phone or note."""
    return call("identity").patch(f"/residents/{resident_id}", body)


def give_roles(resident_id: str, roles: list[str], partner_id: str | None) -> Any:
    """Set a person's roles."""
    return call("identity").put(f"/residents/{resident_id}/roles", {"roles": roles, "partner_id": partner_id})


def activation_code(resident_id: str) -> Any:
    """Make a one-time code for somebody from the roster → code, expires_at."""
    return call("identity").put(f"/residents/{resident_id}/activation")


def view_phone(view_id: str, resident_id: str) -> Any:
    """Have a number shown in full, once and noted → phone (None when it was shown long enough)."""
    return call("identity").put(f"/phone-views/{view_id}", {"resident_id": resident_id})


def send_places(import_id: str, file: tuple[str, BinaryIO]) -> Any:
    """Import a place table."""
    return call("identity").send(f"/place-imports/{import_id}", file)


def send_roster(import_id: str, file: tuple[str, BinaryIO]) -> Any:
    """Propose the rows of a roster file."""
    return call("identity").send(f"/roster-imports/{import_id}", file)


def roster(import_id: str) -> Any:
    """Return a roster import with its rows."""
    return call("identity").get(f"/roster-imports/{import_id}")


def decide_roster(import_id: str, rows: list[dict[str, Any]]) -> Any:
    """Keep decisions on doubtful rows."""
    return call("identity").put(f"/roster-imports/{import_id}/decisions", {"rows": rows})


def apply_roster(import_id: str) -> Any:
    """Take the decided rows in → counts."""
    return call("identity").put(f"/roster-imports/{import_id}/application")


def note_departure(resident_id: str, reason: str, heir_id: str | None) -> Any:
    """Note that somebody moved away or died."""
    return call("identity").put(f"/residents/{resident_id}/departure", {"reason": reason, "heir_id": heir_id})


def mandates(**wanted: Any) -> Any:
    """Return a page of mandates, newest first (?resident_id, status, cursor, limit)."""
    return with_id("mandate", call("identity").get("/mandates", **wanted))


def mandate(mandate_id: str) -> Any:
    """Return one mandate."""
    return with_id("mandate", call("identity").get(f"/mandates/{mandate_id}"))


def offer_mandate(mandate_id: str, body: dict[str, Any]) -> Any:
    """Make a code by which somebody becomes a proxy."""
    return call("identity").put(f"/mandates/{mandate_id}", body)


def take_mandate(code: str) -> Any:
    """Become the proxy whom a code was handed to."""
    return with_id("mandate", call("identity").put("/mandate-codes/current", {"code": code}))


def record_paper_mandate(mandate_id: str, body: dict[str, Any]) -> Any:
    """Record a form that a person signed."""
    return call("identity").put(f"/paper-mandates/{mandate_id}", body)


def agree_by_card(mandate_id: str, body: dict[str, Any]) -> Any:
    """Become the proxy of a person who shows their card and types their PIN."""
    return call("identity").put(f"/card-mandates/{mandate_id}", body)


def set_pin(resident_id: str, pin: str) -> None:
    """Set a person's PIN."""
    call("identity").put(f"/residents/{resident_id}/pin", {"pin": pin})


def confirm_mandate(mandate_id: str) -> Any:
    """Confirm a form that a colleague recorded."""
    return call("identity").put(f"/mandates/{mandate_id}/confirmation")


def revoke_mandate(mandate_id: str, reason: str | None) -> Any:
    """End a mandate at once."""
    return call("identity").put(f"/mandates/{mandate_id}/revocation", {"reason": reason})


def guardian_consents(**wanted: Any) -> Any:
    """Return a page of guardians' consents, newest first (?resident_id, status, cursor, limit)."""
    return with_id("consent", call("identity").get("/guardian-consents", **wanted))


def guardian_consent(consent_id: str) -> Any:
    """Return one guardian's consent."""
    return with_id("consent", call("identity").get(f"/guardian-consents/{consent_id}"))


def ask_guardian(consent_id: str, minor_id: str | None = None) -> Any:
    """Ask the adults of a minor's household; the reader's own without `minor_id`."""
    return call("identity").put(f"/guardian-consents/{consent_id}", {"minor_id": minor_id} if minor_id else {})


def agree_as_guardian(consent_id: str, kinship: str) -> Any:
    """Agree that a minor of one's household takes part."""
    return call("identity").put(f"/guardian-consents/{consent_id}/agreement", {"kinship": kinship})


def record_guardian_form(consent_id: str, body: dict[str, Any]) -> Any:
    """Record a form that a guardian signed."""
    return call("identity").put(f"/paper-guardian-consents/{consent_id}", body)


def confirm_guardian_form(consent_id: str) -> Any:
    """Confirm a form that a colleague recorded."""
    return call("identity").put(f"/guardian-consents/{consent_id}/confirmation")


def withdraw_guardian_consent(consent_id: str, reason: str | None) -> Any:
    """End a guardian's consent at once."""
    return call("identity").put(f"/guardian-consents/{consent_id}/withdrawal", {"reason": reason})
