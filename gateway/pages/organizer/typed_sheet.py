"""A sheet that somebody reads and types: everybody who signed up is ticked, who did not come is unticked, the others are named."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext

from gateway import words
from gateway.clients import checkin
from gateway.forms.organizer import TypedSheetForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.arrivals import SHOWN_MAX, TICKS_MAX, accepted
from gateway.session import signed_in
from shared.ids import derive_id, is_id

BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")
NAMES_MAX = 40


@dataclass
class Named:
    """Who was named in words: `certain` ids, and for each word that fits several or nobody, the people whom it may mean."""

    certain: list[str] = field(default_factory=list)
    open: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)


@pages.route("/activities/<activity_id>/typed", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def typed_sheet(activity_id: str) -> Any:
    """Check in everybody who is left ticked, and who is named beside them; nobody as long as a name is not clear."""
    form, named = TypedSheetForm(), Named()
    if form.validate_on_submit():
        with form.reported():
            named = people_named(activity_id, form.others.data or "")
            if not named.open:
                _enter(activity_id, form.id.data, [*request.form.getlist("came"), *named.certain])
                return redirect(url_for("organizer.activity", activity_id=activity_id))
            form.form_errors.append(gettext("Please say who is meant."))
    present = {row["resident_id"] for row in accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"])}
    signed_up = [row for row in checkin.sign_ups(activity_id, limit=SHOWN_MAX)["items"] if row["resident_id"] not in present]
    ticked = set(request.form.getlist("came")) if form.is_submitted() else {row["resident_id"] for row in signed_up}
    return form.page(
        "organizer/typed_sheet.html", activity=checkin.activity(activity_id), signed_up=signed_up, ticked=ticked, unclear=named.open,
        present=len(present),
    )  # fmt: skip


def people_named(activity_id: str, typed: str) -> Named:
    """Look up each word (a name, pinyin initials, or the end of a phone); a choice made on the page (`who-<word>`) decides."""
    named = Named()
    for word in dict.fromkeys(filter(None, BETWEEN_NAMES.split(typed)[:NAMES_MAX])):
        chosen = request.form.get(f"who-{word}", "")
        found = checkin.attendees(activity_id, word)["items"]
        exact = [person for person in found if person["name"] == word] or found
        if is_id(chosen):
            named.certain.append(chosen)
        elif len(exact) == 1:
            named.certain.append(exact[0]["resident_id"])
        elif chosen != "nobody":
            named.open.append((word, exact))
    return named


def _enter(activity_id: str, form_id: str, people: Iterable[str]) -> None:
    """Check people in at the planned start; the id of each follows from the form's, so a double click is harmless."""
    starts_at = checkin.activity(activity_id)["starts_at"]
    came, refused = 0, []
    for resident_id in [who for who in dict.fromkeys(people) if is_id(who)][:TICKS_MAX]:
        body = {"activity_id": activity_id, "resident_id": resident_id, "method": "sheet", "arrived_at": starts_at}
        outcome = checkin.check_in(derive_id("typed-sheet", form_id, resident_id), body)
        came += outcome["status"] != "refused"
        refused += [words.LOOKUPS["check_in_refusal"](outcome["refusal"])] if outcome["status"] == "refused" else []
    flash(ngettext("%(num)d person is checked in.", "%(num)d people are checked in.", came))
    for reason in dict.fromkeys(refused):
        flash(reason, "stop")
