"""A sign-in sheet for the table at the door: print it, photograph it when it is filled in, check in whoever is ticked."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from gateway import paper
from gateway.clients import checkin
from gateway.errors import ServiceRefused
from gateway.forms.organizer import DecisionsForm, PrintForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.named import with_people_found
from gateway.pages.organizer.rows import Row
from gateway.session import signed_in
from shared.ids import id_in

CAME, ABSENT = "came", "absent"


@pages.route("/activities/<activity_id>/paper", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def print_sheet(activity_id: str) -> Any:
    """Show the sheets that were printed for an activity, and make another."""
    form = PrintForm()
    if form.validate_on_submit():
        with form.reported():
            checkin.print_sheet(activity_id, form.id.data, form.blank_rows.data)
            return redirect(url_for("organizer.printed_sheet", sheet_id=form.id.data))
    return form.page(
        "organizer/print_sheet.html", activity=checkin.activity(activity_id), sheets=checkin.printed_sheets(activity_id)["items"]
    )  # fmt: skip


@pages.get("/printed-sheets/<sheet_id>.pdf")
@signed_in("organizer", "steward")
def sheet_pdf(sheet_id: str) -> Any:
    """Show a sheet as the printer wants it."""
    found = checkin.printed_sheet(sheet_id)
    activity, sheets = checkin.activity(found["activity_id"]), checkin.paper_pages(sheet_id)["items"]
    return paper.printed("paper/sign_in.html", "sheet.pdf", activity=activity, pages=sheets)


@pages.route("/printed-sheets/<sheet_id>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def printed_sheet(sheet_id: str) -> Any:
    """Show what the photos say of each row, the doubtful ones first; check in everybody who came."""
    form = DecisionsForm()
    if form.validate_on_submit():
        with form.reported():
            made = with_people_found(decisions(request.form), form)
            if not form.form_errors:
                _apply(sheet_id, made, form)
            if not form.form_errors:
                return redirect(url_for("organizer.printed_sheet", sheet_id=sheet_id))
    found = checkin.printed_sheet(sheet_id)
    rows = found["rows"]
    came = {str(row["row"]) for row in rows if row["status"] == CAME}
    return form.page(
        "organizer/printed_sheet.html", sheet=found, activity=checkin.activity(found["activity_id"]), typed=request.form,
        doubtful=[row for row in rows if row["status"] == "needs_decision"],
        clear=[row for row in rows if row["status"] in (CAME, ABSENT) and row["resident_id"]],
        ticked=set(request.form.getlist("here")) if form.is_submitted() else came,
    )  # fmt: skip


def decisions(typed: MultiDict[str, str]) -> list[Row]:
    """Return what was decided: on doubtful rows (`row-<number>`: yes, no or other, then `who-<number>`), and where a tick of the
    list of the others (`here`) differs from what stood there (`stood-<number>`)."""
    chosen = [(int(number), value) for number, value in _numbered(typed, "row-") if value]
    here = set(typed.getlist("here"))
    changed = [(int(number), number in here) for number, stood in _numbered(typed, "stood-") if (number in here) != (stood == CAME)]
    return [_decision(number, value, typed) for number, value in chosen] + [{"row": number, "came": came} for number, came in changed]


def _numbered(typed: MultiDict[str, str], prefix: str) -> list[tuple[str, str]]:
    named = [(name.removeprefix(prefix), value) for name, value in typed.items() if name.startswith(prefix)]
    return [(number, value) for number, value in named if number.isdecimal()]


def _decision(number: int, value: str, typed: MultiDict[str, str]) -> Row:
    if value != "other":
        return {"row": number, "came": value == "yes"}
    words = typed.get(f"who-{number}", "").strip()
    return {"row": number, "came": True, "resident_id": id_in(words) or words}


def _apply(sheet_id: str, made: list[Row], form: DecisionsForm) -> None:
    try:
        _tell(checkin.apply_printed_sheet(sheet_id, made))
    except ServiceRefused as refused:
        faults = [pointer.split("/") for pointer in refused.errors if pointer.startswith("/decisions/")]
        if not faults:
            raise
        for _, _, at, *_ in faults:
            form.form_errors.append(gettext("Row %(row)d: please look at it again.", row=made[int(at)]["row"]))


def _tell(outcome: dict[str, Any]) -> None:
    flash(ngettext("%(num)d person is checked in.", "%(num)d people are checked in.", outcome["entered"]))
    if outcome["already"]:
        flash(ngettext("%(num)d row was entered before.", "%(num)d rows were entered before.", outcome["already"]))
    if outcome["clashing"]:
        flash(ngettext("%(num)d person was checked in already.", "%(num)d people were checked in already.", outcome["clashing"]))
    if outcome["open"]:
        flash(ngettext("%(num)d row still waits for you.", "%(num)d rows still wait for you.", outcome["open"]), "stop")
