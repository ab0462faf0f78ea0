"""Calling for capable residents, and saying whose offer it is that came without an account."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue, paper
from gateway.clients import identity, talent
from gateway.forms.calls import CallForm, NewPersonForm, PersonForm, SettingAsideForm
from gateway.pages.organizer import pages
from gateway.session import known_reader, signed_in
from gateway.views import public_link

STATUSES = ("waiting", "taken", "set_aside")
SUGGESTED_MAX = 8


@pages.get("/calls")
@signed_in("organizer", "steward", "auditor")
def calls() -> Any:
    """Show the community's calls, open and closed."""
    found = talent.calls(community_code=known_reader().community_code, cursor=request.args.get("cursor"))
    return render_template("organizer/calls.html", calls=found)


@pages.route("/calls/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def new_call() -> Any:
    """Call for capable residents."""
    form = CallForm()
    if form.validate_on_submit():
        with form.reported():
            talent.call(form.id.data, form.body())
            flash(gettext("The call is public. Now print the poster."))
            return redirect(url_for("organizer.one_call", call_id=form.id.data))
    return form.page("organizer/new_call.html")


@pages.get("/calls/<call_id>")
@signed_in("organizer", "steward", "auditor")
def one_call(call_id: str) -> Any:
    """Show a call to the office: the poster, what came in, the way to end it."""
    link = public_link("calls.one_call", call_id=call_id)
    return render_template("organizer/call.html", call=talent.call_for(call_id), link=link)


@pages.get("/calls/<call_id>/poster.pdf")
@signed_in("organizer", "steward", "auditor")
def poster(call_id: str) -> Response:
    """Print the poster of a call."""
    call = talent.call_for(call_id)
    community = catalogue.community_name(call["community_code"])
    link = public_link("calls.one_call", call_id=call_id)
    return paper.printed("paper/call.html", "poster.pdf", call=call, community=community, link=link)


@pages.post("/calls/<call_id>/closing")
@signed_in("organizer", "steward")
def close_call(call_id: str) -> Any:
    """End a call before its day."""
    talent.close_call(call_id)
    flash(gettext("The call is closed. Please take the posters down."))
    return redirect(url_for("organizer.one_call", call_id=call_id))


@pages.get("/offers")
@signed_in("organizer", "steward", "auditor")
def offers() -> Any:
    """Show the offers that came without an account, the longest waiting first."""
    wish = request.args.get("status", STATUSES[0])
    status = wish if wish in STATUSES else STATUSES[0]
    found = talent.offers(status=status, cursor=request.args.get("cursor"))
    return render_template("organizer/offers.html", offers=found, status=status, statuses=STATUSES)


@pages.get("/offers/<offer_id>")
@signed_in("organizer", "steward", "auditor")
def offer(offer_id: str) -> Any:
    """Show an offer, and who it may be."""
    return _offer_page(talent.office_offer(offer_id))


@pages.post("/offers/<offer_id>/person")
@signed_in("organizer", "steward")
def take_offer(offer_id: str) -> Any:
    """Say which resident made the offer."""
    form = PersonForm()
    if form.validate_on_submit():
        with form.reported():
            talent.take_offer(offer_id, form.resident_id.data)
            return _taken(offer_id)
    return _offer_page(talent.office_offer(offer_id), refused=form)


@pages.post("/offers/<offer_id>/registration")
@signed_in("organizer", "steward")
def register_person(offer_id: str) -> Any:
    """Register whoever made the offer, by what it says, and put them forward."""
    found = talent.office_offer(offer_id)
    form = NewPersonForm(grids=catalogue.grids(found["community_code"]))
    if form.validate_on_submit():
        with form.reported():
            identity.register(form.id.data, form.body(found))
            talent.take_offer(offer_id, form.id.data)
            return _taken(offer_id)
    return _offer_page(found, newcomer=form, refused=form)


@pages.post("/offers/<offer_id>/setting-aside")
@signed_in("organizer", "steward")
def set_offer_aside(offer_id: str) -> Any:
    """Say why an offer becomes nothing."""
    form = SettingAsideForm()
    if form.validate_on_submit():
        with form.reported():
            talent.set_offer_aside(offer_id, form.reason.data)
            flash(gettext("The offer is set aside, and what was personal in it is deleted."))
            return redirect(url_for("organizer.offers"))
    return _offer_page(talent.office_offer(offer_id), aside=form, refused=form)


def _taken(offer_id: str) -> Any:
    flash(gettext("They are put forward now. Another one decides, after the public notice."))
    return redirect(url_for("organizer.offer", offer_id=offer_id))


def _offer_page(
    found: dict[str, Any], *, newcomer: NewPersonForm | None = None, aside: SettingAsideForm | None = None, refused: Any = None
) -> Any:
    filled = {name: found[name] for name in ("name", "phone", "grid_code")}
    newcomer = newcomer or NewPersonForm(grids=catalogue.grids(found["community_code"]), **filled)
    return (refused or newcomer).page(
        "organizer/offer.html", offer=found, newcomer=newcomer, aside=aside or SettingAsideForm(),
        query=request.args.get("q", "").strip(), people=_people_like(found),
    )  # fmt: skip


def _people_like(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return residents who may have made an offer: those of its phone first, then of its name, and whoever is looked for."""
    if found["status"] != "waiting":
        return []
    queries = [("phone", found["phone"]), ("name", found["name"]), ("asked", request.args.get("q", "").strip())]
    seen: dict[str, dict[str, Any]] = {}
    for why, query in queries:
        for person in identity.residents(q=query, limit=SUGGESTED_MAX)["items"] if query else []:
            seen.setdefault(person["resident_id"], person | {"why": why})
    return list(seen.values())
