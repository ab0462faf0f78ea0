"""Matters as everybody meets them: the list, one matter on its way, raising one, standing behind a neighbour's."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway.clients import identity, matters
from gateway.community import shown_community
from gateway.forms.matters import CandidateForm, CommentForm, MatterForm, RatingForm, ReceiptForm, VoteForm
from gateway.session import door, known_reader, reader, signed_in
from gateway.views import day
from shared.clock import local_day, utc_now

pages = Blueprint("matters", __name__)


@pages.get("/matters")
def all_matters() -> Any:
    """Show what residents of a community have raised, the newest first."""
    stage = request.args.get("stage", "")
    found = matters.matters(community_code=shown_community(), stage=stage, cursor=request.args.get("cursor"))
    return render_template("matters/all.html", matters=found, stage=stage)


@pages.get("/matters/<uuid:matter_id>")
def one(matter_id: Any) -> Any:
    """Show a matter: what it is, how far it has come, what residents said to it."""
    return render_template("matters/one.html", matter=matters.matter(str(matter_id)))


@pages.route("/matters/new", methods=["GET", "POST"])
@signed_in()
def new() -> Any:
    """Raise a matter."""
    me = identity.me()
    form = MatterForm(quarters=catalogue.quarters(known_reader().community_code), home=me.get("grid_code"))
    if form.validate_on_submit():
        with form.reported():
            raised = matters.raise_matter(form.id.data, form.body())
            flash(gettext("The office has it and answers by %(day)s. Neighbours can stand behind it.", day=day(raised["answer_due_on"])))
            return redirect(url_for("matters.one", matter_id=form.id.data))
    return form.page("matters/new.html")


@pages.get("/my/matters")
@signed_in()
def mine() -> Any:
    """Show what the reader has raised, and what became of it."""
    return render_template("matters/mine.html", matters=matters.matters(mine="true", cursor=request.args.get("cursor")))


@pages.route("/matters/<uuid:matter_id>/comments", methods=["GET", "POST"])
def comments(matter_id: Any) -> Any:
    """Show what residents wrote to a matter, and take another word while it is discussed."""
    shown, form = matters.matter(str(matter_id)), CommentForm()
    if reader() and form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], f"comments/{form.id.data}", {"text": form.text.data})
            flash(gettext("Thank you. Everybody can read it, with the first character of your name only."))
            return redirect(url_for("matters.comments", matter_id=matter_id))
    found = matters.comments(shown["id"], cursor=request.args.get("cursor"))
    return form.page("matters/comments.html", matter=shown, comments=found)


@pages.route("/matters/<uuid:matter_id>/vote", methods=["GET", "POST"])
@signed_in()
def vote(matter_id: Any) -> Any:
    """Say one's voice, or one's household's, to the open vote, or say it anew."""
    shown = matters.matter(str(matter_id))
    ballot = open_ballot(shown)
    if ballot is None:
        flash(gettext("No vote is open on this, or not any more."), "stop")
        return redirect(url_for("matters.one", matter_id=matter_id))
    own = ballot["own_option"]
    form = VoteForm(ballot=ballot, option=None if own is None else str(own))
    if form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], form.way(), form.body())
            flash(gettext("Your voice is in. Until the vote ends you can change it."))
            return redirect(url_for("matters.one", matter_id=matter_id))
    return form.page("matters/vote.html", matter=shown, ballot=ballot)


@pages.route("/matters/<uuid:matter_id>/rating", methods=["GET", "POST"])
@signed_in()
def rate(matter_id: Any) -> Any:
    """Say whether it is solved, or say it anew."""
    shown = matters.matter(str(matter_id))
    if not shown["takes_ratings"]:
        flash(gettext("Nothing can be rated here at present."), "stop")
        return redirect(url_for("matters.one", matter_id=matter_id))
    done = shown["completions"][-1]
    form = RatingForm(verdict=done["own_verdict"], words=done["own_words"])
    if form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], form.way(), form.body())
            flash(gettext("Thank you. If more than half of those who rate it find it not solved, it is taken up again."))
            return redirect(url_for("matters.one", matter_id=matter_id))
    return form.page("matters/rate.html", matter=shown, done=done)


@pages.get("/matters/<uuid:matter_id>/leader")
def leader(matter_id: Any) -> Any:
    """Show who stands for leading what was decided, or who leads it and what was spent."""
    shown = matters.matter(str(matter_id))
    if not shown["selections"]:
        return redirect(url_for("matters.one", matter_id=matter_id))
    return render_template("matters/leader.html", matter=shown, selection=shown["selections"][-1])


@pages.route("/matters/<uuid:matter_id>/leader/standing", methods=["GET", "POST"])
@signed_in()
def stand(matter_id: Any) -> Any:
    """Stand for leading it."""
    shown, form = matters.matter(str(matter_id)), CandidateForm()
    if not shown["selections"]:
        return redirect(url_for("matters.one", matter_id=matter_id))
    if form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], f"candidates/{form.id.data}", form.body())
            flash(gettext("You stand for it. Everybody reads your plan, with the first character of your name only."))
            return redirect(url_for("matters.leader", matter_id=matter_id))
    return form.page("matters/stand.html", matter=shown, selection=shown["selections"][-1])


@pages.post("/matters/<uuid:matter_id>/leader/<uuid:candidate_id>/<any(choice, agreement, refusal, end):act>")
@signed_in()
def act_on_candidate(matter_id: Any, candidate_id: Any, act: str) -> Any:
    """Choose somebody; or, standing oneself, agree to the terms, decline, or stand no more."""
    id_, one_of = str(matter_id), f"candidates/{candidate_id}"
    if act == "choice":
        matters.act(id_, "choice", {"candidate_id": str(candidate_id)})
        flash(gettext("Your choice is in. Until the last day you can change it."))
    elif act == "end":
        matters.undo(id_, one_of)
        flash(gettext("You stand for it no more."))
    else:
        matters.act(id_, f"{one_of}/terms", {"agrees": act == "agreement"})
        flash(gettext("Thank you. A steward sees your answer now."))
    return redirect(url_for("matters.leader", matter_id=matter_id))


@pages.route("/matters/<uuid:matter_id>/receipts/new", methods=["GET", "POST"])
@signed_in()
def add_receipt(matter_id: Any) -> Any:
    """Write down what was spent, as the leader."""
    form = ReceiptForm(spent_on=local_day(utc_now(), door().settings.zone))
    shown = matters.matter(str(matter_id))
    if form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], f"receipts/{form.id.data}", form.body())
            flash(gettext("It is written down. Somebody of the office confirms it with the receipt."))
            return redirect(url_for("matters.leader", matter_id=matter_id))
    return form.page("matters/receipt.html", matter=shown)


@pages.post("/matters/<uuid:matter_id>/comments/<uuid:comment_id>/withdrawal")
@signed_in()
def withdraw_comment(matter_id: Any, comment_id: Any) -> Any:
    """Withdraw what one wrote."""
    matters.undo(str(matter_id), f"comments/{comment_id}")
    flash(gettext("It is withdrawn and forgotten."))
    return redirect(url_for("matters.comments", matter_id=matter_id))


@pages.post("/matters/<uuid:matter_id>/support")
@signed_in()
def support(matter_id: Any) -> Any:
    """Stand behind a neighbour's matter."""
    matters.act(str(matter_id), "support")
    flash(gettext("You stand behind it. Nobody but the office sees your name."))
    return redirect(url_for("matters.one", matter_id=matter_id))


@pages.post("/matters/<uuid:matter_id>/support/back")
@signed_in()
def take_support_back(matter_id: Any) -> Any:
    """Stand behind a matter no more."""
    matters.undo(str(matter_id), "support")
    flash(gettext("You stand behind it no more."))
    return redirect(url_for("matters.one", matter_id=matter_id))


@pages.post("/matters/<uuid:matter_id>/reading")
@signed_in()
def read(matter_id: Any) -> Any:
    """Note that one has read what became of one's matter."""
    matters.act(str(matter_id), "reading")
    return redirect(url_for("matters.one", matter_id=matter_id))


@pages.post("/matters/<uuid:matter_id>/withdrawal")
@signed_in()
def withdraw(matter_id: Any) -> Any:
    """Withdraw one's own matter."""
    matters.withdraw(str(matter_id))
    flash(gettext("It is withdrawn."))
    return redirect(url_for("matters.mine"))


def open_ballot(matter: dict[str, Any]) -> dict[str, Any] | None:
    """Return the vote that is open on a matter, or None."""
    return next((row for row in matter["ballots"] if row["is_open"]), None)
