"""Stalls as the office sees them: who runs each, what is needed there, who helps where, what it came to, and all of it on paper."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import stalls as on_paper
from gateway.clients import checkin
from gateway.forms.organizer import NeedOfForm, StandsForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.arrivals import SHOWN_MAX, accepted
from gateway.pages.stalls import stall_of
from gateway.session import signed_in
from gateway.views import parsed
from shared.clock import utc_now
from shared.ids import id_in, is_id


@pages.get("/activities/<activity_id>/stalls")
@signed_in("organizer", "steward")
def stalls(activity_id: str) -> Any:
    """Show every stall with who runs it, what is needed there and what it came to."""
    activity = checkin.activity(activity_id)
    return render_template("organizer/stalls.html", activity=activity, has_begun=_has_begun(activity))


@pages.post("/activities/<activity_id>/stalls/<stall_id>/release")
@signed_in("organizer", "steward")
def release_stall(activity_id: str, stall_id: str) -> Any:
    """Give a stall back for the unit that says so by phone."""
    checkin.give_stall_back(activity_id, stall_id)
    flash(gettext("The stall is open again."))
    return redirect(url_for("organizer.stalls", activity_id=activity_id))


@pages.route("/activities/<activity_id>/stalls/<stall_id>/needs", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def needs(activity_id: str, stall_id: str) -> Any:
    """Show who needs what at a stall; with ?q=, people for whom to enter it."""
    form, query = NeedOfForm(), request.args.get("q", "").strip()
    if form.validate_on_submit() and is_id(form.resident_id.data or ""):
        with form.reported():
            checkin.state_need(activity_id, stall_id, form.resident_id.data, form.text.data or "")
            flash(gettext("It is noted."))
            return redirect(url_for("organizer.needs", activity_id=activity_id, stall_id=stall_id))
    activity, stall = stall_of(activity_id, stall_id)
    return form.page(
        "organizer/needs.html", activity=activity, stall=stall, query=query, has_begun=_has_begun(activity),
        needs=checkin.needs(activity_id, stall_id=stall_id, limit=SHOWN_MAX, cursor=request.args.get("cursor")),
        found=checkin.attendees(activity_id, query)["items"] if query else [],
    )  # fmt: skip


@pages.post("/activities/<activity_id>/stalls/<stall_id>/needs/<resident_id>/withdrawal")
@signed_in("organizer", "steward")
def withdraw_need(activity_id: str, stall_id: str, resident_id: str) -> Any:
    """Withdraw what somebody needed who calls again."""
    checkin.withdraw_need(activity_id, stall_id, resident_id)
    flash(gettext("It is withdrawn and forgotten."))
    return redirect(url_for("organizer.needs", activity_id=activity_id, stall_id=stall_id))


@pages.route("/activities/<activity_id>/stands", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def stands(activity_id: str) -> Any:
    """Say who helps at which stall, of all who signed up or came."""
    form, people = StandsForm(), _helpers(activity_id)
    if form.validate_on_submit():
        with form.reported():
            moved = [row for row in people if not row["confirmed"] and _chosen(row) != row["stall_id"]]
            for row in moved:
                checkin.stand_at(activity_id, row["resident_id"], _chosen(row))
            flash(gettext("It is noted who helps where."))
            return redirect(url_for("organizer.stands", activity_id=activity_id))
    return form.page("organizer/stands.html", activity=checkin.activity(activity_id), people=people)


@pages.get("/activities/<activity_id>/stalls.pdf")
@signed_in("organizer", "steward")
def stalls_on_paper(activity_id: str) -> Response:
    """Print a notice of the stalls, and for each a list of what is needed there, to be taken along: without names."""
    activity = checkin.activity(activity_id)
    return on_paper.printed(activity, activity["stalls"], is_notice=True)


def _has_begun(activity: dict[str, Any]) -> bool:
    return parsed(activity["starts_at"]) <= utc_now()


def _chosen(row: dict[str, Any]) -> str | None:
    """Return the stall that was chosen for somebody on the page, the present one where nothing was."""
    sent = request.form.get(f"stall-{row['resident_id']}")
    return row["stall_id"] if sent is None else id_in(sent)


def _helpers(activity_id: str) -> list[dict[str, Any]]:
    """Return who signed up or came, once each: {resident_id, name, stall_id, came, confirmed}."""
    here = {row["resident_id"]: row for row in accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"])}
    signed_up = {row["resident_id"]: row for row in checkin.sign_ups(activity_id, limit=SHOWN_MAX)["items"]}
    return [
        {**{name: row[name] for name in ("resident_id", "name", "stall_id")}, "came": who in here,
         "confirmed": who in here and here[who]["record_status"] is not None}
        for who, row in {**signed_up, **here}.items()
    ]  # fmt: skip
