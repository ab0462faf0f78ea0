"""Commending people: rounds, proposals of the office, and each commendation with the step that comes next."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway.clients import checkin, commendations, identity
from gateway.clients.paging import all_items
from gateway.errors import ServiceAway
from gateway.forms.commendations import (
    AskingForm,
    CommendationDecisionForm,
    CommendationReasonForm,
    HonourAnswerForm,
    OfficeProposalForm,
    RoundForm,
)
from gateway.pages.steward import pages
from gateway.session import door, known_reader, signed_in
from gateway.views import day, minutes
from shared.clock import local_day, utc_now

STATUSES = ("proposed", "asked", "accepted", "in_notice", "decidable", "granted", "refused", "declined", "set_aside", "withdrawn")
READERS, WRITERS = ("organizer", "steward", "auditor"), ("organizer", "steward")
RECORDS_AT_ONCE, RECORDS_LOOKED_AT, RECORDS_OFFERED = 200, 2_000, 20
EFFECTIVE = ("effective", "entered")
ROUNDS_SHOWN = 50


@pages.get("/commendations")
@signed_in(*READERS)
def commendations_of_office() -> Any:
    """Show commendations, those that changed last on top; all, or those that stand at one point."""
    wish = request.args.get("status")
    status = wish if wish in STATUSES else None
    found = commendations.commendations(status=status, cursor=request.args.get("cursor"))
    return render_template("commendations/of_office.html", commendations=found, status=status, statuses=STATUSES)


@pages.get("/commendations/rounds")
@signed_in(*READERS)
def commendation_rounds() -> Any:
    """Show the rounds, newest first."""
    found = commendations.rounds(community_code=known_reader().community_code, cursor=request.args.get("cursor"))
    return render_template("commendations/rounds.html", rounds=found)


@pages.route("/commendations/rounds/new", methods=["GET", "POST"])
@signed_in(*WRITERS)
def new_commendation_round() -> Any:
    """Open a round."""
    today = _today()
    form = RoundForm(grantor=catalogue.community_name(known_reader().community_code), since=today.replace(month=1, day=1), until=today)
    if form.validate_on_submit():
        with form.reported():
            commendations.open_round(form.id.data, form.body())
            flash(gettext("The round is open. Everybody in the community can propose people now."))
            return redirect(url_for("steward.commendation_rounds"))
    return form.page("commendations/new_round.html")


@pages.post("/commendations/rounds/<uuid:round_id>/closing")
@signed_in(*WRITERS)
def close_commendation_round(round_id: Any) -> Any:
    """Take no more proposals."""
    commendations.close_round(str(round_id))
    flash(gettext("The round takes no more proposals."))
    return redirect(url_for("steward.commendation_rounds"))


@pages.route("/residents/<resident_id>/commendation", methods=["GET", "POST"])
@signed_in(*WRITERS)
def propose_for_office(resident_id: str) -> Any:
    """Propose somebody for the office, with services that are on record."""
    person = identity.resident(resident_id)
    rounds = commendations.rounds(community_code=known_reader().community_code, status="open", limit=ROUNDS_SHOWN)["items"]
    offered = [(row["record_id"], _in_words(row)) for row in islice(_effective(resident_id), RECORDS_OFFERED)]
    form = OfficeProposalForm(rounds=rounds, records=offered, round_id=rounds[0]["id"] if rounds else "")
    if form.validate_on_submit():
        with form.reported():
            made = commendations.propose(form.id.data, form.body(resident_id))
            flash(gettext("The proposal is kept. Now say what the award is, and ask them."))
            return redirect(url_for("steward.one_commendation", commendation_id=made["commendation_id"]))
    return form.page("commendations/propose_for_office.html", person=person)


@pages.get("/commendations/<uuid:commendation_id>")
@signed_in(*READERS)
def one_commendation(commendation_id: Any) -> Any:
    """Show a commendation with who speaks for it, and the step that comes next."""
    return _page(str(commendation_id))


@pages.post("/commendations/<uuid:commendation_id>/asking")
@signed_in(*WRITERS)
def ask_commended(commendation_id: Any) -> Any:
    """Say what the award is, and ask its person."""
    form = AskingForm()
    if form.validate_on_submit():
        with form.reported():
            commendations.ask(str(commendation_id), form.body())
            return _done(commendation_id, gettext("They find the question on their own page. What they tell you can be entered here."))
    return _page(str(commendation_id), asking=form)


@pages.post("/commendations/<uuid:commendation_id>/answer")
@signed_in(*WRITERS)
def answer_for_commended(commendation_id: Any) -> Any:
    """Enter what the person told the office."""
    form = HonourAnswerForm(may_decline=True, is_own=False)
    if form.validate_on_submit():
        with form.reported():
            commendations.answer(str(commendation_id), accepts=form.accepts, named=form.named)
            return _done(commendation_id, gettext("It is kept, and noted that the office said it for them."))
    return _page(str(commendation_id), answering=form)


@pages.post("/commendations/<uuid:commendation_id>/notice")
@signed_in(*WRITERS)
def announce_commendation(commendation_id: Any) -> Any:
    """Put a commendation into public notice."""
    commendations.put_in_notice(str(commendation_id))
    return _done(commendation_id, gettext("It stands in public notice now."))


@pages.post("/commendations/<uuid:commendation_id>/decision")
@signed_in("steward")
def decide_commendation(commendation_id: Any) -> Any:
    """Grant the award or refuse it."""
    form = CommendationDecisionForm()
    if form.validate_on_submit():
        with form.reported():
            commendations.decide(str(commendation_id), form.decision.data, form.reason.data)
            return _done(commendation_id, gettext("The decision is kept."))
    return _page(str(commendation_id), deciding=form)


@pages.post("/commendations/<uuid:commendation_id>/setting-aside")
@signed_in(*WRITERS)
def set_commendation_aside(commendation_id: Any) -> Any:
    """Close what becomes nothing."""
    form = CommendationReasonForm()
    if form.validate_on_submit():
        with form.reported():
            commendations.set_aside(str(commendation_id), form.reason.data)
            return _done(commendation_id, gettext("It is set aside."))
    return _page(str(commendation_id), closing=form)


@pages.post("/commendations/<uuid:commendation_id>/withdrawal")
@signed_in("steward")
def withdraw_award(commendation_id: Any) -> Any:
    """Withdraw an award."""
    form = CommendationReasonForm()
    if form.validate_on_submit():
        with form.reported():
            commendations.withdraw(str(commendation_id), form.reason.data)
            return _done(commendation_id, gettext("The award is withdrawn. The record says so, with the reason."))
    return _page(str(commendation_id), closing=form)


def _done(commendation_id: Any, message: str) -> Any:
    flash(message)
    return redirect(url_for("steward.one_commendation", commendation_id=commendation_id))


def _page(commendation_id: str, **filled: Any) -> Any:
    """Show a commendation with the forms of its next step; `filled` is one that was sent and did not fit."""
    found = commendations.commendation(commendation_id)
    forms = {
        "asking": AskingForm.of(found, grantor=catalogue.community_name(found["community_code"]), today=_today()),
        "answering": HonourAnswerForm(may_decline=True, is_own=False), "deciding": CommendationDecisionForm(),
        "closing": CommendationReasonForm(),
    } | filled  # fmt: skip
    shown = next(iter(filled.values()), forms["closing"])
    return shown.page("commendations/of_office_one.html", commendation=found, records=_records(found), **forms)


def _records(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return the services that proposals name, by id, as they stand now; None while checkin is away."""
    named = {record for voice in found["voices"] for record in voice["records"]}
    if not named:
        return {}
    try:
        return {row["record_id"]: row for row in _effective(found["resident_id"]) if row["record_id"] in named}
    except ServiceAway:
        return None


def _effective(resident_id: str) -> Iterator[dict[str, Any]]:
    found = all_items(lambda cursor: checkin.records(resident_id=resident_id, cursor=cursor, limit=RECORDS_AT_ONCE))
    return (row for row in islice(found, RECORDS_LOOKED_AT) if row["stage"] in EFFECTIVE)


def _in_words(row: dict[str, Any]) -> str:
    return f"{row['title'] or catalogue.item_name(row['item'])} · {day(row['served_on'])} · {minutes(row['minutes'])}"


def _today() -> Any:
    return local_day(utc_now(), door().settings.zone)
