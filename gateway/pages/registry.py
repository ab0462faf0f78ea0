"""The registry as a talent sees it: their own page, and what they say of themselves."""

from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway import words
from gateway.clients import checkin, identity, talent
from gateway.clients.paging import all_items
from gateway.deeds import by_month
from gateway.errors import ServiceAway
from gateway.forms.registry import AvailabilityForm, LicenceForm, skill_in
from gateway.pages.courses import trainings_of
from gateway.pages.levels import of_talent
from gateway.session import known_reader, signed_in

pages = Blueprint("registry", __name__)

RECORDS_AT_ONCE, RECORDS_MAX = 200, 2_000


@pages.get("/my/talent")
@signed_in()
def mine() -> Any:
    """Show what the registry has of the reader; who is not in it is told how to get there."""
    own_id = known_reader().resident_id
    found = talent.own(own_id)
    return render_template("registry/mine.html", talent=found, **(about(own_id) if found else {}))


def about(resident_id: str) -> dict[str, Any]:
    """Return what others know of a talent: deeds by month, and consents with their days. A service that is away leaves its part out."""
    return {"deeds": _deeds(resident_id), "consents": _consents(resident_id), "trainings": trainings_of(resident_id),
            **of_talent(resident_id)}  # fmt: skip


def _deeds(resident_id: str) -> list[dict[str, Any]] | None:
    try:
        pages = all_items(lambda cursor: checkin.records(resident_id=resident_id, cursor=cursor, limit=RECORDS_AT_ONCE))
        return by_month(islice(pages, RECORDS_MAX))
    except ServiceAway:
        return None


def _consents(resident_id: str) -> list[tuple[str, str | None]] | None:
    try:
        person = identity.resident(resident_id)
    except ServiceAway:
        return None
    return [(purpose, person["consents_since"].get(purpose)) for purpose in words.CONSENTS if purpose in person["consents"]]


@pages.route("/my/talent/availability", methods=["GET", "POST"])
@signed_in()
def my_availability() -> Any:
    """Say when one is free, what one speaks, until when one rests."""
    own_id = known_reader().resident_id
    form = AvailabilityForm.of(talent.talent(own_id))
    if form.validate_on_submit():
        with form.reported():
            talent.say_availability(own_id, form.body())
            flash(gettext("Thank you. It is kept."))
            return redirect(url_for("registry.mine"))
    return form.page("registry/availability.html", back=(url_for("registry.mine"), gettext("My skills")), name="")


@pages.route("/my/talent/licences/<skill>", methods=["GET", "POST"])
@signed_in()
def my_licence(skill: str) -> Any:
    """Hand in a new licence; it is good once the office has seen the document."""
    own_id = known_reader().resident_id
    held = skill_in(talent.talent(own_id), skill)
    form = LicenceForm.of(held)
    if form.validate_on_submit():
        with form.reported():
            talent.hand_in_licence(own_id, form.id.data, form.body(skill, seen=False))
            flash(gettext("Thank you. Please bring the document along to the office: it is good once somebody has seen it."))
            return redirect(url_for("registry.mine"))
    return form.page("registry/licence.html", back=(url_for("registry.mine"), gettext("My skills")), skill=held, name="")
