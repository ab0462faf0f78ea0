"""Who is put forward, and who is admitted."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import commendations, talent
from gateway.explanations import coverage_notes
from gateway.forms.steward import DecisionForm
from gateway.pages.public import coverage_of
from gateway.pages.steward import pages
from gateway.session import known_reader, signed_in

STATUSES = ("decidable", "in_notice", "gathering", "admitted", "refused")


@pages.get("/")
@signed_in("steward", "auditor")
def home() -> Any:
    """Show what waits, and what one can do."""
    covered = coverage_of(known_reader().community_code)
    waiting = [row for row in talent.candidacies(status="decidable", limit=20)["items"] if not row["conflict"]]
    to_decide = {"waiting": waiting, "objections": talent.objections(status="open", limit=1)["items"]}
    to_decide["honours"] = commendations.commendations(status="decidable", limit=1)["items"]
    to_decide["honour_objections"] = commendations.objections(status="open", limit=1)["items"]
    return render_template(
        "steward/home.html", **to_decide, offers=talent.offers(status="waiting", limit=1)["items"],
        notes=coverage_notes(covered) if covered else [],
    )  # fmt: skip


@pages.get("/nominations")
@signed_in("steward", "auditor", "organizer")
def nominations() -> Any:
    """Show candidates by their state, each once, those to be decided first."""
    wish = request.args.get("status", STATUSES[0])
    status = wish if wish in STATUSES else STATUSES[0]
    found = talent.candidacies(status=status, cursor=request.args.get("cursor"))
    return render_template("steward/nominations.html", candidacies=found, status=status, statuses=STATUSES)


@pages.route("/nominations/<nomination_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor", "organizer")
def nomination(nomination_id: str) -> Any:
    """Show a candidate with all who speak for them; a steward decides."""
    form = DecisionForm()
    if form.validate_on_submit():
        with form.reported():
            talent.decide(nomination_id, form.decision.data, form.reason.data)
            flash(gettext("The decision is kept."))
            return redirect(url_for("steward.nominations"))
    return form.page("steward/nomination.html", candidacy=talent.candidacy(nomination_id))
