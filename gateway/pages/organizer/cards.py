"""Member cards for people without a phone, eight to a sheet. A card carries a code and no word about its owner."""

from typing import Any

from flask import redirect, request, url_for

from gateway import paper
from gateway.clients import checkin, identity
from gateway.forms.organizer import CardsForm
from gateway.pages.organizer import pages
from gateway.session import signed_in
from gateway.views import public_link
from shared.ids import is_id

CARDS_MAX = 40
SHOWN = 40


@pages.route("/cards", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def cards() -> Any:
    """Choose whose cards to print; whoever has none gets one, and nobody's becomes void."""
    form = CardsForm()
    if form.validate_on_submit():
        with form.reported():
            people = [who for who in request.form.getlist("whose") if is_id(who)][:CARDS_MAX]
            for who in people:
                if checkin.card_token(who) is None:
                    checkin.new_card(who)
            return redirect(url_for("organizer.cards_pdf", whose=",".join(people)))
    query = request.args.get("q", "").strip()
    found = identity.residents(q=query, cursor=request.args.get("cursor"), limit=SHOWN)
    return form.page("organizer/cards.html", residents=found, query=query, ticked=set(request.form.getlist("whose")))


@pages.get("/cards.pdf")
@signed_in("organizer", "steward")
def cards_pdf() -> Any:
    """Show the cards of some people as the printer wants them; whoever has none is left out."""
    wanted = [who for who in request.args.get("whose", "").split(",") if is_id(who)][:CARDS_MAX]
    people = identity.people(wanted)
    tokens = {who: checkin.card_token(who) for who in wanted if who in people}
    printed = [(people[who], public_link("links.card", token=token)) for who, token in tokens.items() if token]
    return paper.printed("paper/cards.html", "cards.pdf", cards=printed)
