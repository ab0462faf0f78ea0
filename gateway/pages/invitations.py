"""What the office asks a resident, in kind words, that one may say no for good; and one's own link by which neighbours join."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import refusals
from gateway.clients import checkin, engagement
from gateway.errors import ServiceRefused
from gateway.session import known_reader, signed_in
from gateway.views import public_link

pages = Blueprint("invitations", __name__)

COMING, NEVER = "coming", "never"


@pages.get("/my/invite")
@signed_in()
def invite() -> Any:
    """Show the link, and its picture, by which neighbours join; and how many came by it."""
    own_id = known_reader().resident_id
    link = public_link("public.register", by=own_id)
    return render_template("invitations/invite.html", link=link, brought=engagement.newcomers(own_id))


@pages.post("/my/asks/<ask_id>/answer")
@signed_in()
def answer(ask_id: str) -> Any:
    """Answer; who comes to an activity is signed up for it as well."""
    said = request.form.get("answer", "")
    asked = engagement.one_ask(ask_id)
    if said == COMING and asked["activity_id"]:
        try:
            checkin.sign_up(asked["activity_id"], known_reader().resident_id)
        except ServiceRefused as refused:
            flash(refusals.in_words(refused), "stop")
            return redirect(url_for("resident.activity", activity_id=asked["activity_id"]))
    engagement.answer_ask(ask_id, said)
    flash(_thanks(said))
    return redirect(url_for("resident.reminders"))


@pages.post("/my/asking")
@signed_in()
def asking() -> Any:
    """Say that one may be asked again, or not any more."""
    is_open = request.form.get("open") == "yes"
    engagement.set_asking(known_reader().resident_id, is_open=is_open)
    flash(gettext("Thank you. The office may ask you again.") if is_open else gettext("Good. Nobody will ask you."))
    return redirect(url_for("resident.reminders"))


def _thanks(said: str) -> str:
    if said == COMING:
        return gettext("Wonderful. You are expected.")
    return gettext("Good. Nobody will ask you again.") if said == NEVER else gettext("Thank you for telling. Another time, perhaps.")
