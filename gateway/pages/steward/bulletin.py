"""A bulletin for the residents, drafted from what is recorded; every total opens to its rows."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask_babel import gettext

from gateway import bulletin, issues, paper
from gateway.clients import bulletins
from gateway.forms.bulletins import BulletinForm, BulletinWithdrawalForm
from gateway.pages.bulletins import issue_page
from gateway.pages.steward import pages
from gateway.register import part_name
from gateway.session import known_reader, signed_in
from gateway.spans import Span

READERS = ("steward", "auditor", "organizer")


@pages.route("/bulletin", methods=["GET", "POST"])
@signed_in(*READERS)
def draft_bulletin() -> Any:
    """Show what a span of days came to; a steward makes an issue of it with one button, and may leave lines out."""
    span, form = Span.asked(), BulletinForm()
    beside = issues.beside(span, known_reader().community_code) if known_reader().may("steward") else {}
    if form.validate_on_submit():
        if not known_reader().may("steward"):
            abort(403)
        with form.reported():
            bulletins.make(form.id.data, form.body(*span.bounds, _asked(beside)))
            flash(gettext("The issue is made. It is public under its link; now pass it on."))
            return redirect(url_for("bulletins.one", bulletin_id=form.id.data))
    told = bulletin.bulletin_of(span, known_reader().community_code)
    before = span.first - timedelta(days=1)
    return form.page(
        "steward/bulletin.html", bulletin=told, text=bulletin.text_of(told), beside=beside, last_month=Span(before.replace(day=1), before),
        **_words(),
    )  # fmt: skip


@pages.post("/bulletins/<uuid:bulletin_id>/withdrawal")
@signed_in("steward")
def withdraw_bulletin(bulletin_id: Any) -> Any:
    """Withdraw an issue."""
    form = BulletinWithdrawalForm()
    if form.validate_on_submit():
        with form.reported():
            bulletins.withdraw(str(bulletin_id), form.reason.data)
            flash(gettext("The issue is withdrawn. Please take down what was passed on."))
            return redirect(url_for("bulletins.one", bulletin_id=bulletin_id))
    return issue_page(form, str(bulletin_id))


@pages.post("/bulletins/<uuid:bulletin_id>/post")
@signed_in("steward")
def post_bulletin(bulletin_id: Any) -> Any:
    """Let the community's group be told of an issue."""
    bulletins.post(str(bulletin_id))
    flash(gettext("The group is told within a minute."))
    return redirect(url_for("bulletins.one", bulletin_id=bulletin_id))


@pages.get("/bulletin.pdf")
@signed_in(*READERS)
def print_bulletin() -> Response:
    """Print the draft."""
    told = bulletin.bulletin_of(Span.asked(), known_reader().community_code)
    return paper.printed("paper/bulletin.html", f"bulletin-{told.span.name}.pdf", bulletin=told, **_words())


def _asked(beside: issues.Beside) -> dict[str, Any]:
    """Return what other services know as the request has it: without names, which are asked for when it is shown."""
    asked: dict[str, Any] = {name: beside.get(name, []) for name in ("matters", "projects")}
    asked["awards"] = [{"id": row["id"], "title": row["title"]} for row in beside.get("awards", [])]
    asked["talents"] = [{name: row[name] for name in ("resident_id", "skills")} for row in beside.get("talents", [])]
    return asked


def _words() -> dict[str, Any]:
    told = {"summary": bulletin.summary, "came": bulletin.came, "line_of": bulletin.line_of, "joined": bulletin.joined}
    told |= {"talent_line": issues.talent_line, "matter_line": issues.matter_line, "project_line": issues.project_line}
    return {"part_name": part_name, "served": bulletin.served, "at_stalls": bulletin.at_stalls, **told}
