"""Activities that come again and again."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_date, gettext

from gateway.clients import checkin
from gateway.forms.organizer import SeriesForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.activities import PLAIN, SAID
from gateway.pages.organizer.leaders import leader_of, possible_leaders
from gateway.session import known_reader, signed_in
from shared.clock import utc_now

ANNOUNCED_SHOWN_MAX = 20
A_MONDAY = date(2024, 1, 1)


@pages.get("/series")
@signed_in("organizer", "steward")
def all_series() -> Any:
    """Show what comes again and again."""
    found = checkin.all_series(status="running", cursor=request.args.get("cursor"))
    return render_template("organizer/all_series.html", found=found, rhythm_of=rhythm_of)


@pages.route("/series/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def begin_series() -> Any:
    """Let an activity come again and again."""
    form = SeriesForm(leaders=possible_leaders(), leader_id=known_reader().resident_id)
    if form.validate_on_submit():
        with form.reported():
            checkin.begin_series(form.id.data, form.body())
            flash(gettext("It is announced each time by itself from now on."))
            return redirect(url_for("organizer.series", series_id=form.id.data))
    return form.page("organizer/series_form.html", series=None)


@pages.get("/series/<series_id>")
@signed_in("organizer", "steward")
def series(series_id: str) -> Any:
    """Show one with its next days and what is announced of it."""
    known = checkin.series(series_id)
    announced = checkin.activities(series_id=series_id, limit=ANNOUNCED_SHOWN_MAX, **{"from": utc_now().isoformat()})
    return render_template("organizer/series.html", series=known, announced=announced["items"], rhythm=rhythm_of(known))


@pages.route("/series/<series_id>/change", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def change_series(series_id: str) -> Any:
    """Change what is announced from now on."""
    known = checkin.series(series_id)
    filled = _filled(known)
    form = SeriesForm(leaders=possible_leaders(leader_of(known)), **filled)
    if form.validate_on_submit():
        changes = form.changes() | {"revision": int(request.form.get("revision", known["revision"]))}
        if (form.first_day.data, form.every.data) == (filled["first_day"], filled["every"]):  # the rhythm was left as it is
            changes |= {"on": known["on"], "first_day": known["first_day"]}
        with form.reported():
            checkin.change_series(series_id, changes)
            flash(gettext("Changed. What is announced already stays as it is."))
            return redirect(url_for("organizer.series", series_id=series_id))
    return form.page("organizer/series_form.html", series=known)


@pages.post("/series/<series_id>/end")
@signed_in("organizer", "steward")
def end_series(series_id: str) -> Any:
    """Announce no more of it."""
    checkin.end_series(series_id)
    flash(gettext("Nothing more is announced of it. What is announced already takes place."))
    return redirect(url_for("organizer.all_series"))


def rhythm_of(known: dict[str, Any]) -> str:
    """Return the rhythm of a series in the reader's words."""
    if known["every"] == "month":
        return gettext("every month on day %(day)d", day=known["on"])
    return gettext("every week on %(weekday)s", weekday=format_date(A_MONDAY + timedelta(days=known["on"] - 1), "EEEE"))


def _filled(known: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in the form; as first day the next one that comes."""
    begins = time.fromisoformat(known["begins"])
    ends = (datetime.combine(A_MONDAY, begins) + timedelta(minutes=known["minutes"])).time()
    next_day = (*known["next_days"], known["first_day"])[0]
    days = {"first_day": date.fromisoformat(next_day), "last_day": date.fromisoformat(known["last_day"]) if known["last_day"] else None}
    plain = {name: known[name] for name in (*PLAIN, "every", *SAID)}
    return plain | days | {"begins": begins, "ends": ends, "days_ahead": str(known["days_ahead"])}
