"""Matters as everybody meets them: the list, one matter on its way, raising one, standing behind a neighbour's."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway.clients import identity, matters
from gateway.community import shown_community
from gateway.forms.matters import CommentForm, MatterForm
from gateway.session import known_reader, reader, signed_in
from gateway.views import day

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
