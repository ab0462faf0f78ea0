"""Teams for the office: founding them, asking people in, and seeing what they did."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway.clients import talent
from gateway.clients import teams as calls
from gateway.clients.paging import all_items
from gateway.forms.steward import ReasonForm
from gateway.forms.teams import AskInForm, ChangeTeamForm, FoundTeamForm
from gateway.pages.steward import pages
from gateway.pages.teams import inside, year_rows
from gateway.session import known_reader, signed_in

AT_ONCE = 200
STAFF = ("steward", "organizer", "auditor")


@pages.get("/teams")
@signed_in(*STAFF)
def teams() -> Any:
    """Show the community's teams by name, those that stand or those that ended."""
    status = "ended" if request.args.get("which") == "ended" else "active"
    found = calls.teams(community_code=known_reader().community_code, status=status, cursor=request.args.get("cursor"))
    return render_template("steward/teams.html", teams=found, status=status)


@pages.route("/teams/new", methods=["GET", "POST"])
@signed_in("steward")
def found_team() -> Any:
    """Found a team; who is named is asked."""
    form = FoundTeamForm(people=_talents())
    if form.validate_on_submit():
        with form.reported():
            calls.found(form.id.data, form.body())
            flash(gettext("The team is founded. Who was named is asked, and is in it once they agree."))
            return redirect(url_for("steward.one_team", team_id=form.id.data))
    return form.page("steward/team_form.html", team=None)


@pages.get("/teams/<uuid:team_id>")
@signed_in(*STAFF)
def one_team(team_id: Any) -> Any:
    """Show a team, what is coming, and its year."""
    return _shown(str(team_id))


@pages.route("/teams/<uuid:team_id>/change", methods=["GET", "POST"])
@signed_in("steward")
def change_team(team_id: Any) -> Any:
    """Change a team; whoever else changed it meanwhile is not overwritten."""
    team = calls.team(str(team_id))
    in_it = [(row["resident_id"], row["name"] or "") for row in team["members"] if row["status"] == "member"]
    agreed = {id_ for id_, _ in in_it}
    filled = {name: team[name] for name in ("name", "purpose", "items")}
    form = ChangeTeamForm(people=in_it, leader_id=team["leader_id"] if team["leader_id"] in agreed else "", **filled)
    if form.validate_on_submit():
        with form.reported():
            calls.change(str(team_id), form.changes() | {"revision": int(request.form.get("revision", team["revision"]))})
            flash(gettext("The team is changed."))
            return redirect(url_for("steward.one_team", team_id=team_id))
    return form.page("steward/team_form.html", team=team)


@pages.post("/teams/<uuid:team_id>/ask")
@signed_in("steward", "organizer")
def ask_into_team(team_id: Any) -> Any:
    """Ask somebody in, or note that they said yes to the office."""
    form = AskInForm(people=_talents())
    if form.validate_on_submit():
        with form.reported():
            calls.ask_in(str(team_id), form.resident_id.data, agreed="agreed" in request.form)
            is_in = gettext("It is noted that they said yes: they are in the team.")
            flash(is_in if "agreed" in request.form else gettext("They are asked, and answer on their own page."))
            return redirect(url_for("steward.one_team", team_id=team_id))
    return _shown(str(team_id), ask=form)


@pages.route("/teams/<uuid:team_id>/members/<uuid:resident_id>/take-out", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def take_out_of_team(team_id: Any, resident_id: Any) -> Any:
    """Take somebody out of a team, with a reason."""
    team = calls.team(str(team_id))
    member = next((row for row in team["members"] if row["resident_id"] == str(resident_id)), None)
    if member is None:
        return redirect(url_for("steward.one_team", team_id=team_id))
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            calls.part(str(team_id), str(resident_id), form.reason.data)
            flash(gettext("They are no longer in the team."))
            return redirect(url_for("steward.one_team", team_id=team_id))
    return form.page("steward/team_reason.html", team=team, member=member)


@pages.route("/teams/<uuid:team_id>/end", methods=["GET", "POST"])
@signed_in("steward")
def end_team(team_id: Any) -> Any:
    """End a team, with a reason; what it did stays."""
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            calls.end(str(team_id), form.reason.data)
            flash(gettext("The team has ended. What it did stays."))
            return redirect(url_for("steward.one_team", team_id=team_id))
    return form.page("steward/team_reason.html", team=calls.team(str(team_id)), member=None)


@pages.get("/teams/<uuid:team_id>/records")
@signed_in(*STAFF)
def team_records(team_id: Any) -> Any:
    """Show the records behind a team's year."""
    return year_rows(str(team_id), "records", back=url_for("steward.one_team", team_id=team_id))


@pages.get("/teams/<uuid:team_id>/people")
@signed_in(*STAFF)
def team_people(team_id: Any) -> Any:
    """Show the people behind a team's year."""
    return year_rows(str(team_id), "people", back=url_for("steward.one_team", team_id=team_id))


def _shown(team_id: str, ask: AskInForm | None = None) -> Any:
    team = calls.team(team_id)
    named = {row["resident_id"] for row in team["members"]}
    form = ask or AskInForm(people=[person for person in _talents() if person[0] not in named])
    return form.page("steward/team.html", team=team, **inside(team_id))


def _talents() -> list[tuple[str, str]]:
    """Return (resident id, name) of everybody in the registry, by name."""
    found = all_items(lambda cursor: talent.talents(limit=AT_ONCE, cursor=cursor))
    return [(row["resident_id"], row["name"] or row["resident_id"]) for row in found]
