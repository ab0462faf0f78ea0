"""Announcing, changing and closing activities."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import presence
from gateway.clients import checkin
from gateway.forms.organizer import ActivityForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.kiosks import may_stand, standing_at
from gateway.pages.organizer.leaders import leader_of, possible_leaders
from gateway.pages.organizer.pairings import overdue
from gateway.pages.organizer.units import overdue_deeds
from gateway.session import known_reader, signed_in
from gateway.views import local, parsed
from shared.clock import utc_now

SAID = ("newcomers_first", "requires", "risks", "insurance")
PLAIN = ("title", "item", "kind", "place", "capacity", "leader_id", "stalls", "team_id", "team_name", "course_id", "course_title")
DRAFTS_SHOWN_MAX = 50
WEEK = timedelta(weeks=1)


@pages.get("/")
@signed_in("organizer", "steward")
def home() -> Any:
    """Show what is on, and what one can do."""
    return render_template("organizer/home.html", near=presence.of_the_hour(), overdue=overdue(), overdue_deeds=overdue_deeds())


@pages.get("/activities")
@signed_in("organizer", "steward")
def activities() -> Any:
    """Show drafts, and activities: those to come, or all."""
    cursor = request.args.get("cursor")
    is_all = request.args.get("which") == "all"
    found = checkin.activities(cursor=cursor) if is_all else presence.upcoming(cursor=cursor)
    drafts = [] if cursor else checkin.activities(status="draft", limit=DRAFTS_SHOWN_MAX)["items"]
    return render_template("organizer/activities.html", activities=found, drafts=drafts, is_all=is_all)


@pages.route("/activities/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def announce() -> Any:
    """Announce an activity or keep it as a draft; with ?like=, one like another that was, with ?course= a session of a course."""
    like = request.args.get("like")
    form = _form_like(checkin.activity(like)) if like else _empty_form(request.args.get("course"))
    if form.validate_on_submit():
        is_draft = "draft" in request.form
        with form.reported():
            checkin.announce(form.id.data, form.body() | ({"draft": True} if is_draft else {}))
            flash(gettext("It is kept, and not announced yet.") if is_draft else gettext("The activity is announced."))
            return redirect(url_for("organizer.activity", activity_id=form.id.data))
    return form.page("organizer/announce.html", activity=None)


@pages.get("/activities/<activity_id>")
@signed_in("organizer", "steward")
def activity(activity_id: str) -> Any:
    """Show one activity with everything that can be done for it."""
    known = checkin.activity(activity_id)
    return render_template(
        "organizer/activity.html", activity=known, is_to_come=parsed(known["starts_at"]) > utc_now(), is_open=presence.is_door_open(known),
        may_leave_kiosk=known["status"] == "open" and may_stand(known), kiosks=standing_at(known),
    )  # fmt: skip


@pages.route("/activities/<activity_id>/change", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def change(activity_id: str) -> Any:
    """Correct an activity; whoever else changed it meanwhile is not overwritten."""
    known = checkin.activity(activity_id)
    form = ActivityForm(leaders=possible_leaders(leader_of(known)), **_filled(known))
    if form.validate_on_submit():
        with form.reported():
            checkin.change(activity_id, form.changes() | {"revision": int(request.form.get("revision", known["revision"]))})
            flash(gettext("The activity is changed."))
            return redirect(url_for("organizer.activity", activity_id=activity_id))
    return form.page("organizer/announce.html", activity=known)


@pages.post("/activities/<activity_id>/announce")
@signed_in("organizer", "steward")
def announce_draft(activity_id: str) -> Any:
    """Announce what was a draft."""
    checkin.change(activity_id, {"revision": int(request.form.get("revision", 0)), "status": "open"})
    flash(gettext("The activity is announced."))
    return redirect(url_for("organizer.activity", activity_id=activity_id))


@pages.post("/activities/<activity_id>/call-off")
@signed_in("organizer", "steward")
def call_off(activity_id: str) -> Any:
    """Throw a draft away, or cancel an activity to which nobody has come."""
    checkin.change(activity_id, {"revision": int(request.form.get("revision", 0)), "status": "cancelled"})
    flash(gettext("It does not take place."))
    return redirect(url_for("organizer.activities"))


@pages.post("/activities/<activity_id>/close")
@signed_in("organizer", "steward")
def close(activity_id: str) -> Any:
    """Close an activity."""
    checkin.close(activity_id)
    flash(gettext("The activity is closed."))
    return redirect(url_for("organizer.places", activity_id=activity_id))


def _empty_form(course_id: str | None) -> ActivityForm:
    session = {"course_id": course_id, "kind": "participation"} if course_id else {}
    return ActivityForm(leaders=possible_leaders(), leader_id=known_reader().resident_id, **session)


def _form_like(known: dict[str, Any]) -> ActivityForm:
    """Return the form of an activity like `known`, at the same time of the next weeks that has not begun yet."""
    filled = _filled(known)
    weeks = -(-max(timedelta(), utc_now() - parsed(known["starts_at"])) // WEEK) or 1
    moved = {name: filled[name] + weeks * WEEK for name in ("starts_at", "ends_at")}
    filled["stalls"] = [{name: value for name, value in stall.items() if name != "id"} for stall in known["stalls"]]
    return ActivityForm(leaders=possible_leaders(leader_of(known)), **filled | moved)


def _filled(known: dict[str, Any]) -> dict[str, Any]:
    times = {name: local(known[name]) for name in ("starts_at", "ends_at")}
    return {name: known.get(name) for name in (*PLAIN, *SAID)} | times
