"""What to do next, a list at a time with one act a row; and whether asking worked."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import refusals, words
from gateway.clients import engagement, identity
from gateway.errors import ServiceRefused
from gateway.forms.resident import ActForm
from gateway.pages.steward import pages
from gateway.session import known_reader, signed_in

CALL = "call"


@pages.get("/next")
@signed_in("steward", "auditor", "organizer")
def next_steps() -> Any:
    """Show one list of what to do next."""
    which = _which()
    rows = engagement.next_steps(known_reader().community_code, which)
    return render_template("steward/next.html", rows=rows, which=which, lists=words.LISTS)


@pages.post("/asks")
@signed_in("steward", "organizer")
def ask() -> Any:
    """Ask somebody; for a call show the number this once, with what may be answered."""
    form, wanted = ActForm(), {name: request.form.get(name) or None for name in ("resident_id", "act", "step", "activity_id")}
    try:
        made = engagement.ask(form.id.data, wanted)
        if wanted["act"] == CALL:
            return render_template("steward/call.html", ask=made, phone=number_for(made["id"], made["resident_id"]))
        flash(gettext("%(name)s reads it on their page, and may say no.", name=made["name"]))
    except ServiceRefused as refused:
        flash(refusals.in_words(refused), "stop")
    return redirect(url_for("steward.next_steps", list=_which()))


@pages.post("/asks/<ask_id>/answer")
@signed_in("steward", "organizer")
def note_answer(ask_id: str) -> Any:
    """Note what somebody said on the phone, or at the door."""
    noted = engagement.answer_ask(ask_id, request.form.get("answer", ""))
    flash(gettext("It is noted."))
    return redirect(url_for("steward.next_steps", list=noted["step"]))


@pages.get("/asks")
@signed_in("steward", "auditor", "organizer")
def asks() -> Any:
    """Show by list how many asks worked, and each ask."""
    step = request.args.get("list", "")
    found = engagement.asks(step=step if step in words.LISTS else None, cursor=request.args.get("cursor"))
    outcomes = engagement.ask_outcomes(known_reader().community_code)
    return render_template("steward/asks.html", asks=found, outcomes=outcomes, which=step)


def number_for(view_id: str, resident_id: str) -> str | None:
    """Return the number to call, shown in full for the ask `view_id` and noted; None where there is none, and the page says why."""
    try:
        number: str | None = identity.view_phone(view_id, resident_id)["phone"]
        return number
    except ServiceRefused as refused:
        flash(refusals.in_words(refused), "stop")
        return None


def _which() -> str:
    wish = request.form.get("step") or request.args.get("list") or ""
    return wish if wish in words.LISTS else next(iter(words.LISTS))
