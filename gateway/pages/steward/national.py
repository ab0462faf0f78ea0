"""Records on their way to the national system: the list, the file, and that it was done."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext, ngettext

from gateway import exchange
from gateway.clients import checkin
from gateway.forms.national import BatchForm, NumberForm
from gateway.pages.steward import pages
from gateway.session import known_reader, signed_in
from gateway.spans import Span
from gateway.workbooks import download
from shared.clock import utc_now

READERS = ("steward", "auditor", "organizer")


@pages.route("/national", methods=["GET", "POST"])
@signed_in(*READERS)
def national() -> Any:
    """Show what of a span is to be entered, hand it out as a file, and note that it was entered under one number.

    List, files and form are all of one moment, so that nothing gets a number that was not in the file.
    """
    span, form = Span.asked(), BatchForm(as_of=request.args.get("as_of") or utc_now().isoformat())
    as_of = form.as_of.data
    if form.validate_on_submit() and known_reader().may("organizer", "steward"):
        with form.reported():
            done = checkin.enter_batch(form.id.data, form.body(*span.bounds))
            flash(ngettext("%(num)d record is noted as entered.", "%(num)d records are noted as entered.", done["records"]))
            return redirect(url_for("steward.national", **span.query))
    waiting = checkin.exchange_records(*span.bounds, as_of=as_of, open="true", cursor=request.args.get("cursor"))
    told = {"waiting": waiting, "entries": checkin.national_entries()["items"], "note": exchange.note()}
    return form.page("steward/national.html", span=span, as_of=as_of, **told)


@pages.get("/national.xlsx")
@signed_in(*READERS)
def national_as_workbook() -> Response:
    """Download the records of a span that may be shared."""
    span, as_of = Span.asked(), request.args.get("as_of") or utc_now().isoformat()
    return download(exchange.workbook(_asked(span, as_of)), f"records-{span.name}.xlsx")


@pages.get("/national.json")
@signed_in(*READERS)
def national_as_document() -> Response:
    """Download the same for programs."""
    span, as_of = Span.asked(), request.args.get("as_of") or utc_now().isoformat()
    headers = {"Content-Disposition": f"attachment; filename=records-{span.name}.json"}
    return Response(exchange.document(_asked(span, as_of), span, as_of), content_type="application/json", headers=headers)


@pages.route("/records/<record_id>/national", methods=["GET", "POST"])
@signed_in("steward", "organizer")
def national_number(record_id: str) -> Any:
    """Note the number of one record, or, as a steward, correct it."""
    form = NumberForm(number=request.args.get("number", ""))
    if form.validate_on_submit():
        with form.reported():
            checkin.enter_record(record_id, form.body())
            flash(gettext("The number is noted."))
            return redirect(url_for("steward.records"))
    return form.page("steward/national_number.html")


def _asked(span: Span, as_of: str) -> list[Any]:
    return list(exchange.records_of(span, as_of, is_open=bool(request.args.get("open"))))
