"""Confirming hours: the doubtful one by one, all else at once; exceptions with a reason, conflicts shown."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext

from gateway.clients import checkin
from gateway.forms.organizer import VerificationForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.arrivals import SHOWN_MAX
from gateway.session import known_reader, signed_in

MINUTES_A_DAY = 24 * 60


@pages.route("/activities/<activity_id>/verification", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def verification(activity_id: str) -> Any:
    """Confirm the hours of an activity that somebody else led."""
    form = VerificationForm()
    found = checkin.review(activity_id, limit=SHOWN_MAX)
    present = found["items"]
    if form.validate_on_submit():
        exceptions = _exceptions(form, present)
        if not form.form_errors:
            with form.reported():
                _tell(checkin.verify(activity_id, exceptions, _left_out(present, exceptions)))
                return redirect(url_for("organizer.verification", activity_id=activity_id))
    activity = checkin.activity(activity_id)
    return form.page(
        "organizer/verification.html", activity=activity, present=present, is_cut=found["next_cursor"], typed=request.form,
        records={row["record_id"]: row for row in checkin.records(activity_id=activity_id, limit=SHOWN_MAX)["items"]},
        is_own=activity["leader_id"] == known_reader().resident_id,
    )  # fmt: skip


def _left_out(present: list[dict[str, Any]], exceptions: list[dict[str, Any]]) -> list[str]:
    """Return what is doubtful and was neither ticked nor given other minutes."""
    looked_at = {*request.form.getlist("looked_at"), *(exception["check_in_id"] for exception in exceptions)}
    return [row["id"] for row in present if row["anomalies"] and row["id"] not in looked_at]


def _exceptions(form: VerificationForm, present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the exceptions that were typed or taken as somebody said them; what is wrong with one is written on top."""
    found, taken = [], set(request.form.getlist("take"))
    for row in present:
        minutes = request.form.get(f"minutes-{row['id']}", "").strip()
        reason = request.form.get(f"reason-{row['id']}", "").strip()
        if not minutes and row["id"] in taken and row["other_times"]:
            found.append({"check_in_id": row["id"], "minutes": row["minutes_said"], "reason": row["other_times"]["reason"]})
        if not minutes:
            continue
        if not minutes.isascii() or not minutes.isdigit() or int(minutes) > MINUTES_A_DAY or not reason:
            name = row.get("name") or ""
            form.form_errors.append(gettext("%(name)s: other minutes need a whole number and a reason.", name=name))
            continue
        found.append({"check_in_id": row["id"], "minutes": int(minutes), "reason": reason})
    return found


def _tell(outcome: dict[str, Any]) -> None:
    verified, waiting, conflicts, left = (len(outcome[name]) for name in ("verified", "waiting", "in_conflict", "left_out"))
    flash(ngettext("%(num)d record is confirmed.", "%(num)d records are confirmed.", verified))
    if waiting:
        flash(ngettext("%(num)d person has not left yet.", "%(num)d people have not left yet.", waiting))
    if left:
        flash(ngettext("%(num)d doubtful record is left for later.", "%(num)d doubtful records are left for later.", left))
    if conflicts:
        told = ngettext(
            "%(num)d record is too close to you; somebody else must confirm it.",
            "%(num)d records are too close to you; somebody else must confirm them.", conflicts,
        )  # fmt: skip
        flash(told, "stop")
