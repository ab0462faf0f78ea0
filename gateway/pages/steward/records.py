"""Confirmed hours of the whole community, with their cause; a steward takes back what proved wrong."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import checkin, identity, ledger
from gateway.forms.steward import ReasonForm
from gateway.pages.steward import pages
from gateway.session import known_reader, signed_in
from gateway.views import NOTICE_DAYS


@pages.get("/records")
@signed_in("steward", "auditor", "organizer")
def records() -> Any:
    """Show records, newest first; `later` shows those that were entered later."""
    later = "true" if request.args.get("later") else None
    resident_id = request.args.get("resident_id")
    found = checkin.records(cursor=request.args.get("cursor"), back_entered=later, resident_id=resident_id)
    return render_template("steward/records.html", records=found, later=bool(later), resident_id=resident_id)


@pages.route("/records/<record_id>/withdraw", methods=["GET", "POST"])
@signed_in("steward")
def withdraw(record_id: str) -> Any:
    """Take back a record; what followed from it is reversed."""
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            checkin.withdraw(record_id, form.reason.data)
            flash(gettext("The record is withdrawn; its beans are reversed."))
            return redirect(url_for("steward.records"))
    return form.page("steward/withdraw.html")


@pages.get("/due-records")
@signed_in("steward", "auditor", "organizer")
def due_records() -> Any:
    """Show what is to be verified, or entered in the national system, before its ten working days are over."""
    todo = "enter" if request.args.get("todo") == "enter" else "verify"
    found = checkin.due_records(todo, cursor=request.args.get("cursor"))
    return render_template("steward/due_records.html", due=found, todo=todo)


@pages.get("/expiring")
@signed_in("steward", "auditor", "organizer")
def expiring() -> Any:
    """Show whose beans run out soon, so that they can be told in time."""
    found = ledger.expiring_beans(known_reader().community_code, within_days=NOTICE_DAYS, cursor=request.args.get("cursor"))
    people = identity.people(row["resident_id"] for row in found["items"])
    return render_template("steward/expiring.html", expiring=found, people=people)


@pages.get("/wallets/<resident_id>")
@signed_in("steward", "auditor", "organizer")
def wallet(resident_id: str) -> Any:
    """Show somebody's beans with the cause of each."""
    unit = request.args.get("unit", "bean")
    return render_template(
        "steward/wallet.html", person=identity.resident(resident_id), wallet=ledger.wallet(resident_id), unit=unit,
        transfers=ledger.transfers(resident_id, unit=unit, cursor=request.args.get("cursor")),
    )  # fmt: skip
