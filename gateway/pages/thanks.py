"""Thank-you notes on the pages of those they are from and to, and the honour page, on which nobody stands without a yes."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import words
from gateway.clients import checkin, thanks
from gateway.community import shown_community
from gateway.forms.thanks import NoteReportForm, ThanksForm
from gateway.session import signed_in

pages = Blueprint("thanks", __name__)

WRITTEN_SHOWN, FOUND_MAX = 20, 200
YES = "yes"


@pages.get("/honours")
def honours() -> Any:
    """Show who said yes to stand here, by the sound of their names."""
    found = thanks.honours(community_code=shown_community(), cursor=request.args.get("cursor"))
    return render_template("thanks/honours.html", honours=found)


@pages.post("/my/honour")
@signed_in("resident")
def honour() -> Any:
    """Stand on the honour page, or not any more, at once."""
    shown = thanks.stand_on_honour_page(shown=request.form.get("shown") == YES)["shown"]
    flash(gettext("You stand on the honour page now.") if shown else gettext("You stand on the honour page no more."))
    return redirect(url_for("thanks.mine"))


@pages.get("/my/thanks")
@signed_in()
def mine() -> Any:
    """Show the notes that the reader got and wrote, and whether they stand on the honour page."""
    received = thanks.notes(cursor=request.args.get("cursor"))
    written = thanks.notes(side="written", limit=WRITTEN_SHOWN)["items"]
    return render_template("thanks/mine.html", received=received, written=written, own=thanks.own_honour())


@pages.route("/activities/<uuid:activity_id>/thanks", methods=["GET", "POST"])
@signed_in()
def thank(activity_id: Any) -> Any:
    """Thank somebody whom one met at an activity."""
    where = url_for("resident.activity", activity_id=activity_id)
    return _thank(thanks.companions(str(activity_id)), about=checkin.activity(str(activity_id))["title"], where=where)


@pages.route("/my/visits/<uuid:pairing_id>/thanks", methods=["GET", "POST"])
@signed_in()
def thank_for_visits(pairing_id: Any) -> Any:
    """Thank somebody who came to visit, or whom one visited."""
    where = url_for("pairings.one", pairing_id=pairing_id)
    return _thank(thanks.met_on_visits(str(pairing_id)), about=gettext("Visits"), where=where)


@pages.post("/my/thanks/<uuid:note_id>/showing")
@signed_in()
def show(note_id: Any) -> Any:
    """Let a note stand on the honour page, or not any more."""
    thanks.show(str(note_id), shown=request.form.get("shown") == YES)
    return redirect(url_for("thanks.mine"))


@pages.post("/my/thanks/<uuid:note_id>/hiding")
@signed_in()
def hide(note_id: Any) -> Any:
    """Hide a note, or see it again."""
    thanks.hide(str(note_id), hidden=request.form.get("hidden") == YES)
    return redirect(url_for("thanks.mine"))


@pages.post("/my/thanks/<uuid:note_id>/naming")
@signed_in()
def name_writer(note_id: Any) -> Any:
    """Let one's name stand with a note of one's own, or not any more."""
    thanks.name_writer(str(note_id), named=request.form.get("named") == YES)
    return redirect(url_for("thanks.mine"))


@pages.post("/my/thanks/<uuid:note_id>/take-back")
@signed_in()
def take_back(note_id: Any) -> Any:
    """Take a note of one's own back."""
    thanks.take_back(str(note_id))
    flash(gettext("The note is taken back."))
    return redirect(url_for("thanks.mine"))


@pages.route("/my/thanks/<uuid:note_id>/report", methods=["GET", "POST"])
@signed_in()
def report(note_id: Any) -> Any:
    """Let the office look at a note."""
    form = NoteReportForm()
    if form.validate_on_submit():
        with form.reported():
            thanks.report(str(note_id), form.reason.data)
            flash(gettext("The office looks at it. Nobody else sees the note meanwhile."))
            return redirect(url_for("thanks.mine"))
    found = next((row for row in thanks.notes(limit=FOUND_MAX)["items"] if row["id"] == str(note_id)), None)
    if found is None:
        abort(404)
    return form.page("thanks/report.html", note=found)


def _thank(met: Sequence[Mapping[str, Any]], *, about: str, where: str) -> Any:
    """Let the reader thank one of those they met, and lead back to the page of where they met."""
    form = ThanksForm(met=met, parts=words.COMPANION_PARTS)
    if form.validate_on_submit():
        with form.reported():
            thanks.thank(form.id.data, form.body(about))
            flash(gettext("Your thanks are on their page. Nobody else sees them."))
            return redirect(where)
    return form.page("thanks/thank.html", about=about, where=where)
