"""Pairings as the office follows them: who is overdue and whom to call, a new pairing, and the hours that come of visits."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from gateway.clients import identity, pairings, rewards
from gateway.clients.paging import all_items
from gateway.errors import ServiceAway, ServiceRefused
from gateway.forms.pairings import MINUTES, CallForm, EndingForm, PairingForm, PauseForm, VisitForm
from gateway.forms.resident import ActForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.named import person_meant
from gateway.refusals import in_words
from gateway.session import signed_in
from gateway.views import local
from shared.clock import utc_now

SHOWN_MAX, UNITS_AT_ONCE = 100, 200
VISITS_SHOWN = 20
STATUSES = ("running", "proposed", "ended")


@pages.get("/pairings", endpoint="pairings")
@signed_in("organizer", "steward", "auditor")
def pairing_list() -> Any:
    """Show who looks in on whom, what is overdue on top."""
    status = request.args.get("status")
    wanted = status if status in STATUSES else None
    found = pairings.pairings(status=wanted, cursor=request.args.get("cursor"), limit=SHOWN_MAX)
    return render_template("organizer/pairings.html", pairings=found, status=wanted, waiting=len(pairings.to_verify()["items"]))


def overdue() -> int:
    """Return how many visits are overdue; none while checkin is away, since the page has more to show."""
    try:
        return len(pairings.pairings(overdue="true", limit=SHOWN_MAX)["items"])
    except ServiceAway:
        return 0


@pages.route("/residents/<resident_id>/pairing", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def pair(resident_id: str) -> Any:
    """Propose that somebody be looked in on."""
    person = identity.resident(resident_id)
    form = PairingForm(units=_units(), begins_on=local(utc_now()).date())
    if form.validate_on_submit() and (helpers := _helpers(form)) is not None:
        with form.reported():
            made = pairings.propose(form.id.data, form.body(resident_id, helpers))
            flash(gettext("It is proposed. Each of them answers with one tap on their own page."))
            return redirect(url_for("organizer.pairing", pairing_id=made["id"]))
    return form.page("organizer/pair.html", person=person)


@pages.get("/pairings/<pairing_id>")
@signed_in("organizer", "steward", "auditor")
def pairing(pairing_id: str) -> Any:
    """Show one pairing with its visits and what came of calls."""
    visits = pairings.visits(pairing_id=pairing_id, limit=VISITS_SHOWN, cursor=request.args.get("cursor"))
    return render_template("organizer/pairing.html", pairing=pairings.pairing(pairing_id), visits=visits, form=None)


@pages.route("/pairings/<pairing_id>/call", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def pairing_call(pairing_id: str) -> Any:
    """Show whom to call about a visit, and note what came of it."""
    form = CallForm()
    if form.validate_on_submit():
        with form.reported():
            pairings.note_call(pairing_id, form.id.data, form.body())
            flash(gettext("The call is noted."))
            return redirect(url_for("organizer.pairing", pairing_id=pairing_id))
    return _call_page(pairing_id, form)


@pages.post("/pairings/<pairing_id>/numbers/<resident_id>")
@signed_in("organizer", "steward")
def show_number(pairing_id: str, resident_id: str) -> Any:
    """Show the number of somebody of a pairing in full, to be called now: noted, and read by whose number it is."""
    numbers: dict[str, str | None] = {}
    try:
        numbers[resident_id] = identity.view_phone(request.form.get("view_id", ""), resident_id)["phone"]
    except ServiceRefused as refused:
        flash(in_words(refused), "stop")
    return _call_page(pairing_id, CallForm(formdata=None), numbers=numbers)


@pages.route("/pairings/<pairing_id>/pause", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def pause_pairing(pairing_id: str) -> Any:
    """Let no visit be due for a while."""
    form = PauseForm()
    if form.validate_on_submit():
        with form.reported():
            pairings.pause(pairing_id, form.until.data.isoformat())
            flash(gettext("No visit is due until then."))
            return redirect(url_for("organizer.pairing", pairing_id=pairing_id))
    return form.page("organizer/pairing_pause.html", pairing=pairings.pairing(pairing_id))


@pages.post("/pairings/<pairing_id>/going-on")
@signed_in("organizer", "steward")
def go_on_with_pairing(pairing_id: str) -> Any:
    """Let visits go on."""
    pairings.pause(pairing_id, None)
    flash(gettext("The visits go on from today."))
    return redirect(url_for("organizer.pairing", pairing_id=pairing_id))


@pages.route("/pairings/<pairing_id>/end", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def end_pairing(pairing_id: str) -> Any:
    """End a pairing."""
    form = EndingForm()
    if form.validate_on_submit():
        with form.reported():
            pairings.end(pairing_id, form.ending.data)
            flash(gettext("The pairing has ended. Its visits are kept."))
            return redirect(url_for("organizer.pairing", pairing_id=pairing_id))
    return form.page("organizer/pairing_end.html", pairing=pairings.pairing(pairing_id))


@pages.post("/pairings/<pairing_id>/paper")
@signed_in("organizer", "steward")
def note_pairing_paper(pairing_id: str) -> Any:
    """Note that the person agreed on paper."""
    pairings.note_paper(pairing_id)
    flash(gettext("It is noted that they agreed on paper."))
    return redirect(url_for("organizer.pairing", pairing_id=pairing_id))


@pages.route("/pairings/<pairing_id>/helpers/<helper_id>/visit", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def visit_for(pairing_id: str, helper_id: str) -> Any:
    """Note a visit for a helper who calls."""
    form = VisitForm()
    if form.validate_on_submit():
        with form.reported():
            pairings.log_visit(form.id.data, form.body(pairing_id, helper_id))
            flash(gettext("The visit is noted."))
            return redirect(url_for("organizer.pairing", pairing_id=pairing_id))
    found = pairings.pairing(pairing_id)
    return form.page("organizer/visit_for.html", pairing=found, choices=MINUTES,
                     helper=next((row for row in found["helpers"] if row["resident_id"] == helper_id), None))  # fmt: skip


@pages.post("/pairings/<pairing_id>/visits/<visit_id>/telling")
@signed_in("organizer", "steward")
def tell_visit(pairing_id: str, visit_id: str) -> Any:
    """Note what the person said on the phone of a visit."""
    pairings.tell(visit_id, came=request.form.get("came") == "yes")
    flash(gettext("It is noted what they said."))
    return redirect(url_for("organizer.pairing", pairing_id=pairing_id))


@pages.route("/visits", methods=["GET", "POST"])
@signed_in("organizer", "steward", "auditor")
def visits_to_verify() -> Any:
    """Confirm the hours of visits: the doubtful one by one, all else at once."""
    form, waiting = ActForm(), pairings.to_verify()["items"]
    if form.validate_on_submit():
        with form.reported():
            outcome = pairings.verify([row["id"] for row in waiting if not row["conflict"]], request.form.getlist("looked_at"))
            done = len(outcome["verified"])
            flash(ngettext("%(num)d visit is confirmed.", "%(num)d visits are confirmed.", done))
            return redirect(url_for("organizer.visits_to_verify"))
    return form.page("organizer/visits.html", waiting=waiting)


def _call_page(pairing_id: str, form: CallForm, *, numbers: Mapping[str, str | None] | None = None) -> Any:
    found = pairings.pairing(pairing_id)
    ids = [found["resident_id"], *(row["resident_id"] for row in found["helpers"] if row["resident_id"] and row["status"] == "agreed")]
    people = [identity.resident(one) for one in ids]
    return form.page("organizer/pairing_call.html", pairing=found, people=people, numbers=numbers or {})


def _helpers(form: PairingForm) -> list[str] | None:
    """Return the ids of the helpers who are named; None, with words at the field, where one is not found or nobody is named."""
    named = [field for field in (form.first, form.second) if field.data]
    if not named and not form.unit.data:
        form.first.errors = [gettext("Please name somebody, or a unit.")]
        return None
    meant = [person_meant(field) for field in named]
    return [one for one in meant if one] if all(meant) else None


def _units() -> list[tuple[str, str]]:
    found = all_items(lambda cursor: rewards.partners(limit=UNITS_AT_ONCE, cursor=cursor))
    return [(row["id"], row["name"]) for row in found]
