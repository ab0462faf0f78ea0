"""Confirming hours: everything that is ready at once, exceptions with a reason, conflicts shown."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext

from gateway.clients import checkin
from gateway.forms.organizer import VerificationForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.arrivals import SHOWN_MAX, accepted
from gateway.session import known_reader, signed_in

MINUTES_A_DAY = 24 * 60


@pages.route("/activities/<activity_id>/verification", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def verification(activity_id: str) -> Any:
    """Confirm the hours of an activity that somebody else led."""
    form = VerificationForm()
    present = accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"])
    if form.validate_on_submit():
        exceptions = _exceptions(form, present)
        if not form.form_errors:
            with form.reported():
                _tell(checkin.verify(activity_id, exceptions))
                return redirect(url_for("organizer.verification", activity_id=activity_id))
    activity = checkin.activity(activity_id)
    return form.page(
        "organizer/verification.html", activity=activity, present=present, typed=request.form,
        records={row["record_id"]: row for row in checkin.records(activity_id=activity_id, limit=SHOWN_MAX)["items"]},
        is_own=activity["leader_id"] == known_reader().resident_id,
    )  # fmt: skip


def _exceptions(form: VerificationForm, present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the exceptions that were typed; what is wrong with one is written on top."""
    found = []
    for row in present:
        minutes = request.form.get(f"minutes-{row['id']}", "").strip()
        reason = request.form.get(f"reason-{row['id']}", "").strip()
        if not minutes:
            continue
        if not minutes.isascii() or not minutes.isdigit() or int(minutes) > MINUTES_A_DAY or not reason:
            name = row.get("name") or ""
            form.form_errors.append(gettext("%(name)s: other minutes need a whole number and a reason.", name=name))
            continue
        found.append({"check_in_id": row["id"], "minutes": int(minutes), "reason": reason})
    return found


def _tell(outcome: dict[str, Any]) -> None:
    verified, waiting, conflicts = (len(outcome[name]) for name in ("verified", "waiting", "in_conflict"))
    flash(ngettext("%(num)d record is confirmed.", "%(num)d records are confirmed.", verified))
    if waiting:
        flash(ngettext("%(num)d person has not left yet.", "%(num)d people have not left yet.", waiting))
    if conflicts:
        told = ngettext(
            "%(num)d record is too close to you; somebody else must confirm it.",
            "%(num)d records are too close to you; somebody else must confirm them.", conflicts,
        )  # fmt: skip
        flash(told, "stop")
