"""The registry: who can do what, and one person's page."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import identity, talent
from gateway.forms.registry import AvailabilityForm, LicenceForm, SightForm, skill_in
from gateway.forms.resident import ActForm
from gateway.forms.steward import ReasonForm
from gateway.forms.talents import SearchForm
from gateway.pages.certificates import awards_of
from gateway.pages.registry import about
from gateway.pages.steward import pages
from gateway.pages.steward.asking import number_for
from gateway.session import signed_in

SHOWN = 20


@pages.get("/talents")
@signed_in("steward", "organizer", "auditor")
def talents() -> Any:
    """Ask who can do this, there, then, and is allowed to; without a question show the registry by name."""
    form, found = SearchForm(), None
    question = form.question()
    if form.validate():
        with form.reported():
            found = talent.talents(**question, cursor=request.args.get("cursor"), limit=SHOWN)
    return form.page("steward/talents.html", talents=found, by_fit="allowed" in question, asked=bool(question and found))


@pages.post("/talents/<resident_id>/call")
@signed_in("steward", "organizer")
def call_talent(resident_id: str) -> Any:
    """Note that a talent is called, and show the number; nobody is called who has not agreed to it. Sent twice, it is one call."""
    if "contact" not in identity.resident(resident_id)["consents"]:
        flash(gettext("They have not agreed to be called. Please speak to them when you meet."), "stop")
        return redirect(url_for("steward.one_talent", resident_id=resident_id))
    talent.note_ask(resident_id, ask_id := ActForm().id.data)
    return _shown(ReasonForm(), resident_id, is_called=True, phone=number_for(ask_id, resident_id))


@pages.route("/talents/<resident_id>", methods=["GET", "POST"])
@signed_in("steward", "organizer", "auditor")
def one_talent(resident_id: str) -> Any:
    """Show an entry of the registry; a steward may take it off."""
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            talent.suspend(resident_id, form.reason.data)
            flash(gettext("The entry is taken off the registry."))
            return redirect(url_for("steward.talents"))
    return _shown(form, resident_id)


@pages.route("/talents/<resident_id>/availability", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def talent_availability(resident_id: str) -> Any:
    """Say for a talent, who called or came by, when they are free."""
    known = talent.talent(resident_id)
    form = AvailabilityForm.of(known).for_another()
    if form.validate_on_submit():
        with form.reported():
            talent.say_availability(resident_id, form.body())
            flash(gettext("It is kept, and noted that the office said it for them."))
            return redirect(url_for("steward.one_talent", resident_id=resident_id))
    back = (url_for("steward.one_talent", resident_id=resident_id), known["name"] or gettext("Capable residents"))
    return form.page("registry/availability.html", back=back, name=known["name"])


@pages.route("/talents/<resident_id>/licences/<skill>", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def talent_licence(resident_id: str, skill: str) -> Any:
    """Enter a licence of which one holds the document."""
    known = talent.talent(resident_id)
    held = skill_in(known, skill)
    form = LicenceForm.of(held)
    if form.validate_on_submit():
        with form.reported():
            talent.hand_in_licence(resident_id, form.id.data, form.body(skill, seen=True))
            flash(gettext("The licence is entered. It is noted that you have seen the document."))
            return redirect(url_for("steward.one_talent", resident_id=resident_id))
    back = (url_for("steward.one_talent", resident_id=resident_id), known["name"] or gettext("Capable residents"))
    return form.page("registry/licence.html", back=back, skill=held, name=known["name"])


@pages.get("/licences")
@signed_in("steward", "organizer", "auditor")
def licences() -> Any:
    """Show the licences that wait to be seen, have run out, or soon will."""
    return render_template("steward/licences.html", licences=talent.licences(cursor=request.args.get("cursor"), limit=SHOWN))


@pages.route("/talents/<resident_id>/papers/<licence_id>", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def paper(resident_id: str, licence_id: str) -> Any:
    """Look at a licence that was handed in: seen, or refused with a reason."""
    known = talent.talent(resident_id)
    handed_in = next((row for row in known["licences"] if row["id"] == licence_id), None)
    if handed_in is None:
        abort(404)
    form = SightForm()
    if form.validate_on_submit():
        with form.reported():
            talent.look_at_licence(resident_id, licence_id, form.decision.data, form.said())
            flash(gettext("It is kept."))
            return redirect(url_for("steward.licences"))
    return form.page("steward/paper.html", talent=known, paper=handed_in)


def _shown(form: ReasonForm, resident_id: str, *, is_called: bool = False, phone: str | None = None) -> Any:
    known = talent.talent(resident_id)
    told = {"is_called": is_called, "phone": phone, "awards": awards_of(resident_id)}
    return form.page("steward/talent.html", talent=known, **told, **about(resident_id))
