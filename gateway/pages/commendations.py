"""Commendations as residents and the public see them: proposing, answering, what stands in notice, the award and its check."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue, paper
from gateway.clients import commendations, identity
from gateway.community import shown_community
from gateway.forms.commendations import IN_FULL, MASKED, HonourAnswerForm, ProposalForm
from gateway.forms.objections import ObjectionForm
from gateway.session import door, known_reader, signed_in
from gateway.views import public_link

pages = Blueprint("commendations", __name__)

ROUNDS_SHOWN = 20
UNDECIDED = ("asked", "accepted", "in_notice", "decidable")


@pages.get("/commendations")
def honoured() -> Any:
    """Show which awards were granted, and for what people can be proposed."""
    code = shown_community()
    found = commendations.awards(community_code=code, cursor=request.args.get("cursor"))
    open_rounds = commendations.rounds(community_code=code, status="open", limit=ROUNDS_SHOWN)["items"]
    return render_template("commendations/all.html", awards=found, rounds=open_rounds, community=code)


@pages.get("/notices/commendations")
def notices() -> Any:
    """Show which commendations stand in public notice."""
    found = commendations.notices(community_code=shown_community(), cursor=request.args.get("cursor"))
    return render_template("commendations/notices.html", notices=found)


@pages.route("/notices/commendations/<uuid:commendation_id>/objection", methods=["GET", "POST"])
@signed_in("resident")
def object_to(commendation_id: Any) -> Any:
    """Object to a commendation in public notice."""
    form = ObjectionForm()
    if form.validate_on_submit():
        with form.reported():
            commendations.object_to(form.id.data, str(commendation_id), form.reason.data)
            flash(gettext("The office has your objection. Somebody who had no part in this decides."))
            return redirect(url_for("objections.mine"))
    return form.page("commendations/object.html", notice=commendations.notice(str(commendation_id)))


@pages.get("/my/commendations")
@signed_in()
def mine() -> Any:
    """Show what the reader is asked, what they were awarded, and whom they proposed."""
    about_me = commendations.commendations(mine="true", cursor=request.args.get("cursor"))
    proposed = commendations.proposals(limit=ROUNDS_SHOWN)["items"]
    return render_template("commendations/mine.html", about_me=about_me, proposed=proposed)


@pages.route("/my/commendations/new", methods=["GET", "POST"])
@signed_in("resident")
def propose() -> Any:
    """Propose a neighbour."""
    rounds = commendations.rounds(community_code=known_reader().community_code, status="open", limit=ROUNDS_SHOWN)["items"]
    wished = request.args.get("round") or (rounds[0]["id"] if rounds else "")
    form = ProposalForm(rounds=rounds, round_id=wished, person=request.args.get("person", ""))
    if form.validate_on_submit():
        with form.reported():
            commendations.propose(form.id.data, form.body())
            flash(gettext("Thank you. The office looks at it, and asks your neighbour before anything becomes public."))
            return redirect(url_for("commendations.mine"))
    return form.page("commendations/propose.html")


@pages.route("/my/commendations/<uuid:commendation_id>", methods=["GET", "POST"])
@signed_in()
def one(commendation_id: Any) -> Any:
    """Show a commendation to whom it is about; they accept it or not, and say how their name stands."""
    found = commendations.commendation(str(commendation_id))
    if found["resident_id"] != known_reader().resident_id:  # the office has a page of its own for this
        abort(404)
    form = HonourAnswerForm(may_decline=found["status"] in UNDECIDED, answer=_said(found))
    if form.validate_on_submit():
        with form.reported():
            if form.publish.data and form.named and not found["publishes"]:
                identity.consent([*_consents(), "publish"])
            commendations.answer(str(commendation_id), accepts=form.accepts, named=form.named)
            flash(gettext("Thank you. It is kept.") if form.accepts else gettext("Good. Nothing of it becomes public."))
            return redirect(url_for("commendations.mine"))
    return form.page("commendations/one.html", commendation=found, **_of(found))


@pages.get("/my/commendations/<uuid:commendation_id>.pdf")
@signed_in()
def print_award(commendation_id: Any) -> Any:
    """Print the certificate of an award, with the code to check it by."""
    found = commendations.commendation(str(commendation_id))
    return paper.printed("paper/award.html", "award.pdf", award=found, **_of(found))


@pages.get("/awards/<code>")
def check(code: str) -> Any:
    """Say to whoever was given the code what an award says, and whether it stands."""
    door().limiter.count(request.remote_addr or "unknown")
    found = commendations.check_award(code)
    return render_template("commendations/check.html", award=found, unit=catalogue.community_name(found["community_code"]))


def _said(found: dict[str, Any]) -> str | None:
    """Return what was answered so far, as the form says it."""
    return {True: IN_FULL, False: MASKED, None: None}[found["named"]] if found["accepts"] else None


def _consents() -> list[str]:
    return [row if isinstance(row, str) else row["purpose"] for row in identity.me().get("consents", [])]


def _of(found: dict[str, Any]) -> dict[str, Any]:
    """Return what a page or paper says beside the award: the community, and the address to check it at."""
    link = public_link("commendations.check", code=found["code"]) if found["code"] else None
    return {"unit": catalogue.community_name(found["community_code"]), "link": link}
