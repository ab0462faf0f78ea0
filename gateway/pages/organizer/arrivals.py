"""Who comes and who leaves: the screen with the code, the roll, the card, departures."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from gateway import arriving, presence, words
from gateway.clients import checkin
from gateway.forms.base import zoned
from gateway.forms.organizer import CardForm, DepartureForm, RollForm
from gateway.pages.organizer import pages
from gateway.session import signed_in
from gateway.views import local, parsed
from shared.clock import utc_now
from shared.ids import derive_beside, is_id

SCREEN_SECONDS_MAX = 8
SHOWN_MAX = 200
TICKS_MAX = 200


@pages.get("/activities/<activity_id>/screen")
@signed_in("organizer", "steward")
def screen(activity_id: str) -> Any:
    """Show the code that is good now, big, and how many came; with `part` only what changes."""
    shown = checkin.activity(activity_id)
    code = arriving.door_code(activity_id)
    again = min(SCREEN_SECONDS_MAX, code.seconds_left)
    template = "organizer/_screen.html" if request.args.get("part") else "organizer/screen.html"
    came = len(accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"]))
    page = render_template(template, activity=shown, code=code.code, link=code.link, again_seconds=again, came=came)
    return page, {"X-Again-Seconds": str(again)}


@pages.route("/activities/<activity_id>/roll", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def roll(activity_id: str) -> Any:
    """Tick off who came: those on the roster first, anybody else by name or pinyin."""
    form = RollForm()
    if form.validate_on_submit():
        with form.reported():
            arrived = {"arrived_at": zoned(form.arrived_at.data)} if form.arrived_at.data else {}
            check_in_all(activity_id, form.id.data, request.form.getlist("came"), {"method": "roll", **arrived})
            return redirect(url_for("organizer.roll", activity_id=activity_id, q=request.args.get("q")))
    here = accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"])
    resting = {row["resident_id"]: row for row in here if row["rest_due"]}
    people, activity = _people_for(activity_id), checkin.activity(activity_id)
    return form.page(
        "organizer/roll.html", activity=activity, is_open=presence.is_door_open(activity), people=people, resting=resting,
        present={row["resident_id"] for row in here}, query=request.args.get("q", ""), ticked=set(request.form.getlist("came")),
        also_resting=[row for who, row in resting.items() if who not in {person["resident_id"] for person in people}],
    )  # fmt: skip


@pages.route("/card/<token>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def card(token: str) -> Any:
    """Check in whoever's card was scanned, at one of the activities of the hour."""
    form = CardForm()
    near = presence.of_the_hour()
    form.activity_id.choices = [(activity["id"], activity["title"]) for activity in near]
    if len(near) == 1 and not form.activity_id.data:
        form.activity_id.data = near[0]["id"]
    if form.validate_on_submit():
        with form.reported():
            body = {"activity_id": form.activity_id.data, "method": "card", "code": token}
            taken = checkin.check_in(form.id.data, body)
            if taken["status"] != "refused":
                flash(gettext("%(name)s is checked in.", name=taken.get("name") or gettext("The card's owner")))
                return redirect(url_for("organizer.activity", activity_id=form.activity_id.data))
            form.form_errors.append(words.LOOKUPS["check_in_refusal"](taken["refusal"]))
    return form.page("organizer/card.html", near=near, token=token)


@pages.route("/activities/<activity_id>/departures", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def departures(activity_id: str) -> Any:
    """Tick off who left."""
    form = DepartureForm(left_at=local(utc_now()))
    present = accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"])
    if form.validate_on_submit():
        with form.reported():
            ticked = set(request.form.getlist("left"))
            gone = [row for row in present if row["id"] in ticked]
            for row in gone:
                checkin.depart(row["id"], _left_at(form, row))
            flash(ngettext("%(num)d departure is noted.", "%(num)d departures are noted.", len(gone)))
            return redirect(url_for("organizer.departures", activity_id=activity_id))
    return form.page("organizer/departures.html", activity=checkin.activity(activity_id), present=present)


def accepted(check_ins: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those who are there, without refused tries."""
    return [row for row in check_ins if row["status"] != "refused"]


def _left_at(form: DepartureForm, row: dict[str, Any]) -> str:
    """Return when somebody left. A field knows no seconds: whoever came within the minute that was given leaves now."""
    arrived = parsed(row["arrived_at"])
    given = parsed(zoned(form.left_at.data))
    return (utc_now() if given <= arrived < given + timedelta(minutes=1) else given).isoformat()


def check_in_all(activity_id: str, form_id: str, people: Iterable[str], how: Mapping[str, str]) -> None:
    """Check people in (`how` has the method, and arrived_at where it was not just now) and say who could not be.

    The id of each follows from the form's, so a double click is harmless, and says like it when the page was opened.
    """
    came, refused = 0, []
    for resident_id in [who for who in dict.fromkeys(people) if is_id(who)][:TICKS_MAX]:
        body = {"activity_id": activity_id, "resident_id": resident_id, **how}
        outcome = checkin.check_in(derive_beside(form_id, how["method"], resident_id), body)
        if outcome["status"] == "refused":
            refused.append(words.LOOKUPS["check_in_refusal"](outcome["refusal"]))
        else:
            came += 1
    flash(ngettext("%(num)d person is checked in.", "%(num)d people are checked in.", came))
    for reason in dict.fromkeys(refused):
        flash(reason, "stop")


def _people_for(activity_id: str) -> list[dict[str, Any]]:
    """Return who is to be shown: the roster, or those whom the search found, each with `resident_id` and `name`."""
    if query := request.args.get("q", "").strip():
        return list(checkin.attendees(activity_id, query)["items"])
    return list(checkin.sign_ups(activity_id, limit=SHOWN_MAX)["items"])
