"""Pages about what is shared: giving to a neighbour or the fund, projects in the open, statements and their proofs."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import ledger, rewards
from gateway.clients.paging import all_items
from gateway.community import shown_community
from gateway.forms.giving import BeansForm, GiveForm, PeriodForm, ProjectForm, ReportForm, SpendingForm, StatementForm
from gateway.session import door, known_reader, signed_in
from shared import merkle
from shared.clock import local_day, utc_now

pages = Blueprint("giving", __name__)

STATEMENT_DAYS = 90


@pages.route("/my/give", methods=["GET", "POST"])
@signed_in()
def give() -> Any:
    """Give beans to a neighbour."""
    form = GiveForm(neighbour=request.args.get("to", ""))
    if form.validate_on_submit():
        with form.reported():
            ledger.give(form.id.data, {"beans": form.beans.data, "resident_id": form.neighbour_id()})
            flash(gettext("%(beans)d beans are with your neighbour.", beans=form.beans.data))
            return redirect(url_for("resident.beans"))
    return form.page("giving/give.html", wallet=ledger.wallet(known_reader().resident_id), most=_most_a_month())


@pages.route("/my/give/fund", methods=["GET", "POST"])
@signed_in()
def give_to_fund() -> Any:
    """Give beans to the community's fund."""
    form = BeansForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.give(form.id.data, {"beans": form.beans.data, "to_fund": True})
            flash(gettext("%(beans)d beans are in the community's fund. Thank you.", beans=form.beans.data))
            return redirect(url_for("giving.projects"))
    return form.page("giving/give_to_fund.html", wallet=ledger.wallet(known_reader().resident_id))


@pages.get("/projects")
def projects() -> Any:
    """Show the community's fund and what neighbours pay for together."""
    code = shown_community()
    return render_template("giving/projects.html", projects=ledger.projects(code), fund=ledger.fund(code))


@pages.get("/projects/<project_id>")
def project(project_id: str) -> Any:
    """Show one project: what it takes, what was pledged, every spending."""
    return render_template("giving/project.html", project=ledger.project(project_id))


@pages.route("/projects/<project_id>/pledge", methods=["GET", "POST"])
@signed_in()
def pledge(project_id: str) -> Any:
    """Pledge beans to a project."""
    form = BeansForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.give(form.id.data, {"beans": form.beans.data, "project_id": project_id})
            flash(gettext("%(beans)d beans are pledged. They come back if the project does not come about.", beans=form.beans.data))
            return redirect(url_for("giving.project", project_id=project_id))
    wallet = ledger.wallet(known_reader().resident_id)
    return form.page("giving/pledge.html", project=ledger.project(project_id), wallet=wallet)


@pages.route("/projects/new", methods=["GET", "POST"])
@signed_in("steward")
def open_project() -> Any:
    """Open a project for pledges."""
    form = ProjectForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.open_project(form.id.data, form.body())
            flash(gettext("The project takes pledges now."))
            return redirect(url_for("giving.project", project_id=form.id.data))
    return form.page("giving/open_project.html")


@pages.route("/projects/<project_id>/from-fund", methods=["GET", "POST"])
@signed_in("steward")
def pledge_from_fund(project_id: str) -> Any:
    """Give a project beans of the community's fund."""
    form = BeansForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.give(form.id.data, {"beans": form.beans.data, "project_id": project_id, "from_fund": True})
            flash(gettext("The fund has given %(beans)d beans.", beans=form.beans.data))
            return redirect(url_for("giving.project", project_id=project_id))
    fund = ledger.fund(known_reader().community_code)
    return form.page("giving/pledge_from_fund.html", project=ledger.project(project_id), fund=fund)


@pages.route("/projects/<project_id>/spend", methods=["GET", "POST"])
@signed_in("steward")
def spend(project_id: str) -> Any:
    """Note what beans of a project were spent on, with the receipt."""
    partners = [(row["id"], row["name"]) for row in rewards.partners()["items"]]
    form = SpendingForm(partners=partners, spent_on=_today())
    if form.validate_on_submit():
        with form.reported():
            ledger.spend(project_id, form.id.data, form.body())
            flash(gettext("It is noted, and everybody can see it."))
            return redirect(url_for("giving.project", project_id=project_id))
    return form.page("giving/spend.html", project=ledger.project(project_id))


@pages.route("/projects/<project_id>/end", methods=["GET", "POST"])
@signed_in("steward")
def end(project_id: str) -> Any:
    """End a project with a report."""
    form = ReportForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.end_project(project_id, form.report.data)
            flash(gettext("The project is ended. What was left is in the community's fund."))
            return redirect(url_for("giving.project", project_id=project_id))
    return form.page("giving/end.html", project=ledger.project(project_id))


@pages.route("/projects/<project_id>/call-off", methods=["GET", "POST"])
@signed_in("steward")
def call_off(project_id: str) -> Any:
    """Call a project off; every pledge goes back."""
    form = ReportForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.call_off(project_id, form.report.data)
            flash(gettext("The project is called off. Every pledge is back where it came from."))
            return redirect(url_for("giving.project", project_id=project_id))
    return form.page("giving/call_off.html", project=ledger.project(project_id))


@pages.route("/my/statement", methods=["GET", "POST"])
@signed_in()
def statement() -> Any:
    """Hand out every line of a period with the proofs that it was sealed as it stands."""
    today = _today()
    form = PeriodForm(since=today - timedelta(days=STATEMENT_DAYS), until=today)
    if form.validate_on_submit():
        with form.reported():
            since, until = form.since.data.isoformat(), form.until.data.isoformat()
            told = ledger.statement(known_reader().resident_id, since=since, until=until)
            file = json.dumps(told, ensure_ascii=False, indent=1)
            headers = {"Content-Disposition": f"attachment; filename=statement-{since}-{until}.json"}
            return Response(file, content_type="application/json", headers=headers)
    return form.page("giving/statement.html")


@pages.route("/check", methods=["GET", "POST"])
def check() -> Any:
    """Check a statement against the published seals, for anybody."""
    form, code = StatementForm(), shown_community()
    verdict = None
    if form.validate_on_submit() and (told := form.statement()) is not None:
        with form.reported():
            verdict = _verdict(told)
    newest = ledger.seals(code, limit=7)["items"]
    return form.page("giving/check.html", verdict=verdict, seals=newest, community_code=code)


@pages.get("/check/merkle.py")
def merkle_file() -> Any:
    """Hand out the program that checks a statement on anybody's own machine."""
    headers = {"Content-Disposition": "attachment; filename=merkle.py"}
    return Response(Path(merkle.__file__).read_text(), content_type="text/x-python; charset=utf-8", headers=headers)


def _verdict(told: dict[str, Any]) -> dict[str, Any]:
    """Return how many lines were checked and what is wrong, measured by the seals as they are published now."""
    try:
        codes = {str(seal["community_code"]) for seal in told["seals"]}
        published = [seal for code in codes for seal in _published(code)]
        flaws = merkle.flaws_of(told, published)
    except (KeyError, TypeError, ValueError, AttributeError):
        return {"lines": len(told["lines"]), "flaws": [gettext("This file is not a statement that was handed out here.")]}
    return {"lines": len(told["lines"]), "flaws": flaws}


def _published(community_code: str) -> list[dict[str, Any]]:
    return [*all_items(lambda cursor: ledger.seals(community_code, limit=200, cursor=cursor))]


def _most_a_month() -> int:
    versions = ledger.rules()["items"]
    return int(next(row["cap_gift_pair_month_beans"] for row in versions if row["in_force"]))


def _today() -> Any:
    return local_day(utc_now(), door().settings.zone)
