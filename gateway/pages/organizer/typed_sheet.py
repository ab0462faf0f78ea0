"""A sheet that somebody reads and types: everybody who signed up is ticked, who did not come is unticked, the others are named."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext

from gateway.clients import checkin
from gateway.forms.organizer import TypedSheetForm
from gateway.pages.organizer import pages
from gateway.pages.organizer.arrivals import SHOWN_MAX, accepted, check_in_all
from gateway.presence import is_door_open
from gateway.session import signed_in
from shared.ids import is_id

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
                how = {"method": "sheet", "arrived_at": checkin.activity(activity_id)["starts_at"]}
                check_in_all(activity_id, form.id.data, [*request.form.getlist("came"), *named.certain], how)
                return redirect(url_for("organizer.activity", activity_id=activity_id))
            form.form_errors.append(gettext("Please say who is meant."))
    present = {row["resident_id"] for row in accepted(checkin.check_ins(activity_id, limit=SHOWN_MAX)["items"])}
    signed_up = [row for row in checkin.sign_ups(activity_id, limit=SHOWN_MAX)["items"] if row["resident_id"] not in present]
    ticked = set(request.form.getlist("came")) if form.is_submitted() else {row["resident_id"] for row in signed_up}
    activity = checkin.activity(activity_id)
    return form.page(
        "organizer/typed_sheet.html", activity=activity, is_open=is_door_open(activity), signed_up=signed_up, ticked=ticked,
        unclear=named.open, present=len(present),
    )  # fmt: skip


def people_named(activity_id: str, typed: str) -> Named:
    """Look up each word (a name, pinyin initials, or the end of a phone); a choice made on the page (`who-<word>`) decides."""
    named = Named()
    for word in dict.fromkeys(filter(None, BETWEEN_NAMES.split(typed)[:NAMES_MAX])):
        chosen = request.form.get(f"who-{word}", "")
        if is_id(chosen):
            named.certain.append(chosen)
        elif chosen != "nobody":
            found = checkin.attendees(activity_id, word)["items"]
            exact = [person for person in found if person["name"] == word] or found
            if len(exact) == 1:
                named.certain.append(exact[0]["resident_id"])
            else:
                named.open.append((word, exact))
    return named
