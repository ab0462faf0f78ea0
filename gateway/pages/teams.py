"""Teams as everybody, their members and those who are asked see them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import presence
from gateway.clients import teams as calls
from gateway.community import shown_community
from gateway.errors import ServiceAway, ServiceRefused
from gateway.session import known_reader, signed_in

pages = Blueprint("teams", __name__)

ANSWERS = ("accept", "decline")
COMING_SHOWN_MAX = 20
NOT_HEARD_YET = (403, 404)


@pages.get("/teams")
def all_teams() -> Any:
    """Show the teams of the community, by name."""
    found = calls.teams(community_code=shown_community(), status="active", cursor=request.args.get("cursor"))
    return render_template("teams/all.html", teams=found)


@pages.get("/teams/<uuid:team_id>")
def one_team(team_id: Any) -> Any:
    """Show a team to anybody; names are masked, save of those who agree to be named."""
    return render_template("teams/public.html", team=calls.team(str(team_id)))


@pages.get("/my/teams")
@signed_in()
def mine() -> Any:
    """Show the reader's teams, and those that ask them."""
    return render_template("teams/mine.html", teams=calls.teams(mine="true")["items"])


@pages.get("/my/teams/<uuid:team_id>")
@signed_in()
def my_team(team_id: Any) -> Any:
    """Show a team to its member; whoever is only asked is shown what strangers see, and answers."""
    team = calls.team(str(team_id))
    if team["my_status"] != "member":
        return render_template("teams/public.html", team=team)
    return render_template("teams/member.html", team=team, **inside(str(team_id)))


@pages.post("/my/teams/<uuid:team_id>/answer")
@signed_in()
def answer(team_id: Any) -> Any:
    """Say yes or no to a team that asks."""
    said = request.form.get("answer")
    calls.answer(str(team_id), said if said in ANSWERS else "")
    if said == "accept":
        flash(gettext("You are in the team. Thank you! You can leave it at any time."))
        return redirect(url_for("teams.my_team", team_id=team_id))
    flash(gettext("That is fine. You will not be asked again by this."))
    return redirect(url_for("teams.mine"))


@pages.post("/my/teams/<uuid:team_id>/leave")
@signed_in()
def leave(team_id: Any) -> Any:
    """Leave a team, without saying why."""
    calls.part(str(team_id), known_reader().resident_id)
    flash(gettext("You have left the team. Thank you for the time together."))
    return redirect(url_for("teams.mine"))


@pages.get("/my/teams/<uuid:team_id>/records")
@signed_in()
def records(team_id: Any) -> Any:
    """Show the records behind a team's year."""
    return year_rows(str(team_id), "records", back=url_for("teams.my_team", team_id=team_id))


@pages.get("/my/teams/<uuid:team_id>/people")
@signed_in()
def people(team_id: Any) -> Any:
    """Show the people behind a team's year."""
    return year_rows(str(team_id), "people", back=url_for("teams.my_team", team_id=team_id))


def inside(team_id: str) -> dict[str, Any]:
    """Return what members and staff see beside who is in a team: what is coming, and its year; nothing while checkin is away."""
    try:
        return {"coming": presence.upcoming(team_id=team_id, limit=COMING_SHOWN_MAX)["items"], "year": _year(team_id)}
    except ServiceAway:
        return {"coming": None, "year": None}


def _year(team_id: str) -> Any:
    """Return a team's year; nothing for the moment in which checkin has not heard of the team, or that the reader is in it."""
    try:
        return calls.year(team_id, request.args.get("year"))
    except ServiceRefused as refused:
        if refused.status not in NOT_HEARD_YET:
            raise
        return None


def year_rows(team_id: str, what: str, *, back: str) -> Any:
    """Show the rows behind a total of a team's year: `what` is records or people."""
    asked = {"year": request.args.get("year"), "cursor": request.args.get("cursor")}
    item = request.args.get("item")
    found = calls.people(team_id, **asked) if what == "people" else calls.records(team_id, item=item, **asked)
    return render_template(f"teams/{what}.html", team=calls.team(team_id), found=found, back_to=back)
