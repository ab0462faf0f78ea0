"""Who has a place, who is offered one, who waits; acting for those who ask at the desk or by phone, and who did not come."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from gateway.clients import checkin
from gateway.forms.organizer import AbsenceForm, PlaceForm
from gateway.pages.organizer import pages
from gateway.session import signed_in
from gateway.views import minutes
from shared.ids import is_id

SHOWN_MAX = 200


@pages.get("/activities/<activity_id>/places")
@signed_in("organizer", "steward")
def places(activity_id: str) -> Any:
    """Show the roster with what can be done for each; with ?q=, people to sign up."""
    return _page(activity_id, PlaceForm(), AbsenceForm())


@pages.post("/activities/<activity_id>/places/<resident_id>")
@signed_in("organizer", "steward")
def place(activity_id: str, resident_id: str) -> Any:
    """Sign somebody up, keep their word that they come, or give their place back."""
    form = PlaceForm()
    if form.validate_on_submit() and is_id(resident_id):
        with form.reported():
            flash(_ACTS[form.act.data](activity_id, resident_id))
            return redirect(url_for("organizer.places", activity_id=activity_id))
    return _page(activity_id, form, AbsenceForm())


@pages.post("/activities/<activity_id>/absences/<resident_id>")
@signed_in("organizer", "steward")
def absence(activity_id: str, resident_id: str) -> Any:
    """Say as a witness why somebody with a place did not come."""
    form = AbsenceForm()
    if form.validate_on_submit() and is_id(resident_id):
        with form.reported():
            checkin.judge_absence(activity_id, resident_id, form.judgement.data, form.reason.data)
            flash(gettext("It is noted."))
            return redirect(url_for("organizer.places", activity_id=activity_id))
    return _page(activity_id, PlaceForm(), form, about=resident_id)


def _page(activity_id: str, place_form: PlaceForm, form: AbsenceForm, *, about: str | None = None) -> Any:
    query = request.args.get("q", "").strip()
    shown = form if form.errors else place_form
    return shown.page(
        "organizer/places.html", activity=checkin.activity(activity_id), query=query, about=about, absence_form=form,
        sign_ups=checkin.sign_ups(activity_id, limit=SHOWN_MAX, cursor=request.args.get("cursor")),
        found=checkin.attendees(activity_id, query)["items"] if query else [],
    )  # fmt: skip


def _enter(activity_id: str, resident_id: str) -> str:
    signed_up = checkin.sign_up(activity_id, resident_id)
    if hours := signed_up["hours"]:
        told = {"day": minutes(hours["minutes_that_day"]), "row": minutes(hours["minutes_in_a_row"])}
        flash(gettext(
            "That day it comes to %(day)s, up to %(row)s without a break. Please tell this elder kindly to rest in between.", **told
        ))  # fmt: skip
    return gettext("Signed up, with a place.") if signed_up["status"] == "placed" else gettext("Signed up, in the waiting list.")


def _confirm(activity_id: str, resident_id: str) -> str:
    checkin.confirm_sign_up(activity_id, resident_id)
    return gettext("Noted: this person is coming.")


def _leave(activity_id: str, resident_id: str) -> str:
    checkin.cancel_sign_up(activity_id, resident_id)
    return gettext("The place is given back.")


_ACTS = {"enter": _enter, "confirm": _confirm, "leave": _leave}
