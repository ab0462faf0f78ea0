"""Announcing, changing and closing activities."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import presence
from gateway.clients import checkin
from gateway.forms.organizer import ActivityForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.leaders import possible_leaders
from gateway.session import known_reader, signed_in
from gateway.views import local


@pages.get("/")
@signed_in("organizer", "steward")
def home() -> Any:
    """Show what is on, and what one can do."""
    return render_template("organizer/home.html", near=presence.of_the_hour())


@pages.get("/activities")
@signed_in("organizer", "steward")
def activities() -> Any:
    """Show activities: those to come, or all."""
    cursor = request.args.get("cursor")
    is_all = request.args.get("which") == "all"
    found = checkin.activities(cursor=cursor) if is_all else presence.upcoming(cursor=cursor)
    return render_template("organizer/activities.html", activities=found, is_all=is_all)


@pages.route("/activities/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def announce() -> Any:
    """Announce an activity."""
    form = ActivityForm(leaders=possible_leaders(), leader_id=known_reader().resident_id)
    if form.validate_on_submit():
        with form.reported():
            checkin.announce(form.id.data, form.body())
            flash(gettext("The activity is announced."))
            return redirect(url_for("organizer.activity", activity_id=form.id.data))
    return form.page("organizer/announce.html", activity=None)


@pages.get("/activities/<activity_id>")
@signed_in("organizer", "steward")
def activity(activity_id: str) -> Any:
    """Show one activity with everything that can be done for it."""
    return render_template(
        "organizer/activity.html", activity=checkin.activity(activity_id), sign_ups=checkin.sign_ups(activity_id, limit=200)
    )


@pages.route("/activities/<activity_id>/change", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def change(activity_id: str) -> Any:
    """Correct an activity; whoever else changed it meanwhile is not overwritten."""
    known = checkin.activity(activity_id)
    present = (known["leader_id"], known.get("leader_name") or known["leader_id"])
    form = ActivityForm(leaders=possible_leaders(present), **_filled(known))
    if form.validate_on_submit():
        with form.reported():
            checkin.change(activity_id, form.changes() | {"revision": int(request.form.get("revision", known["revision"]))})
            flash(gettext("The activity is changed."))
            return redirect(url_for("organizer.activity", activity_id=activity_id))
    return form.page("organizer/announce.html", activity=known)


@pages.post("/activities/<activity_id>/close")
@signed_in("organizer", "steward")
def close(activity_id: str) -> Any:
    """Close an activity."""
    checkin.close(activity_id)
    flash(gettext("The activity is closed. Who had a place and did not come is noted without blame."))
    return redirect(url_for("organizer.activity", activity_id=activity_id))


def _filled(known: dict[str, Any]) -> dict[str, Any]:
    times = {name: local(known[name]) for name in ("starts_at", "ends_at")}
    return {name: known.get(name) for name in ("title", "item", "kind", "place", "capacity", "leader_id")} | times
