"""Reading a paper sheet back in: upload, decide what is doubtful, apply."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext

from gateway import catalogue
from gateway.clients import checkin
from gateway.errors import ServiceRefused
from gateway.forms.organizer import LeaderForm, SheetForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.leaders import possible_leaders
from gateway.pages.organizer.named import with_people_found
from gateway.pages.organizer.photos import is_photo, read_photos
from gateway.pages.organizer.rows import Row, sheet_decisions, sorted_out
from gateway.session import known_reader, signed_in

ROW_FIELDS = {
    "row": lazy_gettext("the decision"),
    "resident_id": lazy_gettext("the person"),
    "item": lazy_gettext("the service item"),
    "arrived_at": lazy_gettext("the arrival"),
    "left_at": lazy_gettext("the departure"),
}


@pages.route("/sheets/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def send_sheet() -> Any:
    """Send a sign-in sheet that was filled in: a table, or photos of one that we printed."""
    form = SheetForm()
    if form.validate_on_submit():
        with form.reported():
            if photos := [file for file in form.file.data if is_photo(file)]:
                if sheet_id := read_photos(form.id.data, photos, form):
                    return redirect(url_for("organizer.printed_sheet", sheet_id=sheet_id))
            else:
                table = form.file.data[0]
                checkin.send_sheet(form.id.data, (table.filename, table.stream))
                return redirect(url_for("organizer.sheet", sheet_id=form.id.data))
    return form.page("organizer/send_sheet.html")


@pages.route("/sheets/<sheet_id>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def sheet(sheet_id: str) -> Any:
    """Show the rows, the doubtful ones first; keep decisions, or apply."""
    form = LeaderForm(leaders=possible_leaders(), leader_id=known_reader().resident_id)
    if form.validate_on_submit():
        with form.reported():
            made = with_people_found(sheet_decisions(request.form), form)
            if made:
                _decide(sheet_id, made, form)
            if not form.form_errors:
                _go_on(sheet_id, form)
                return redirect(url_for("organizer.sheet", sheet_id=sheet_id))
    found = checkin.sheet(sheet_id)
    return form.page(
        "organizer/sheet.html", sheet=found, **sorted_out(found["rows"]), typed=request.form, items=catalogue.items(),
        kinds={reading["worksheet"]: _likely_kind(reading) for reading in found["worksheets"]},
    )  # fmt: skip


def _decide(sheet_id: str, rows: list[Row], form: LeaderForm) -> None:
    """Keep the decisions; what a row still lacks is said with the row's number."""
    try:
        checkin.decide_sheet(sheet_id, rows)
    except ServiceRefused as refused:
        faults = [pointer.split("/") for pointer in refused.errors if pointer.startswith("/rows/")]
        if not faults:
            raise
        for _, _, at, *field in faults:
            what = str(ROW_FIELDS.get(field[0] if field else "", ROW_FIELDS["row"]))
            form.form_errors.append(gettext("Row %(row)d: please look at %(what)s.", row=rows[int(at)]["row"], what=what))


def _go_on(sheet_id: str, form: LeaderForm) -> None:
    if request.form.get("then") == "apply":
        _tell(checkin.apply_sheet(sheet_id, {"leader_id": form.leader_id.data, "kinds": _kinds(sheet_id)}))
    else:
        flash(gettext("Your decisions are kept."))


def _kinds(sheet_id: str) -> dict[str, str]:
    """Return the kind that was chosen for each worksheet, in the order of the page."""
    readings = checkin.sheet(sheet_id)["worksheets"]
    chosen = {reading["worksheet"]: request.form.get(f"kind-{at}", "volunteer") for at, reading in enumerate(readings)}
    return {worksheet: kind for worksheet, kind in chosen.items() if kind != "volunteer"}


def _likely_kind(reading: dict[str, Any]) -> str:
    is_doubtful = any(note["code"] == "kind_to_check" for note in reading["notes"])
    return "participation" if is_doubtful else "volunteer"


def _tell(outcome: dict[str, Any]) -> None:
    flash(ngettext("%(num)d row is entered. Another organizer confirms the hours.",
                   "%(num)d rows are entered. Another organizer confirms the hours.", outcome["entered"]))  # fmt: skip
    if outcome["already"]:
        flash(ngettext("%(num)d row was entered before.", "%(num)d rows were entered before.", outcome["already"]))
    if outcome["clashing"]:
        flash(ngettext("%(num)d row met another check-in.", "%(num)d rows met another check-in.", outcome["clashing"]), "stop")
    if outcome["open"]:
        flash(ngettext("%(num)d row still waits for you.", "%(num)d rows still wait for you.", outcome["open"]))
