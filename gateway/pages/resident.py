"""A resident's own pages: beans and why, card, activities, checking in, redeeming, putting forward, data."""

import json
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import notes, presence
from gateway.clients import (
    checkin,
    commendations,
    courses,
    engagement,
    identity,
    ledger,
    rewards,
    talent,
    teams,
    thanks,
    units,
)
from gateway.clients.paging import all_items
from gateway.errors import ServiceAway
from gateway.forms.resident import ActForm, CodeForm, ConsentForm, LeaveForm, NominationForm, OtherTimesForm, RedeemForm
from gateway.pages import levels, pairings
from gateway.session import close_session, known_reader, look_again, signed_in
from gateway.views import local, parsed, public_link
from gateway.vouchers import can_be_handed_over
from shared.clock import utc_now
from shared.ids import id_in

pages = Blueprint("resident", __name__)

OUTCOME_SECONDS = 3
IN_LINE = frozenset({"waiting", "offered"})
NOTES_SHOWN = 2
UNDER_WAY = frozenset({"requested", "reserved"})


@pages.get("/my")
@signed_in()
def home() -> Any:
    """Show the beans, and what one can do."""
    wallet = ledger.wallet(known_reader().resident_id)
    return render_template("resident/home.html", wallet=wallet, notes_shown=NOTES_SHOWN, **notes.waiting())


@pages.get("/my/reminders")
@signed_in()
def reminders() -> Any:
    """Show everything that waits for the reader, and what they should know of what they signed up for."""
    return render_template("resident/reminders.html", may_be_asked=_may_be_asked(), **notes.waiting())


@pages.get("/my/card")
@signed_in()
def card() -> Any:
    """Show the member card and the link by which neighbours put one forward."""
    who = known_reader()
    token = checkin.card_token(who.resident_id)
    return render_template(
        "resident/card.html", me=identity.me(), card_link=token and public_link("links.card", token=token),
        nominate_link=public_link("resident.nominate_neighbour", candidate=who.resident_id),
        give_link=public_link("giving.give", to=who.resident_id),
    )  # fmt: skip


@pages.get("/my/beans")
@signed_in()
def beans() -> Any:
    """Show every transfer, newest first."""
    own_id = known_reader().resident_id
    unit = request.args.get("unit", "bean")
    found = ledger.transfers(own_id, unit=unit, cursor=request.args.get("cursor"))
    return render_template("resident/beans.html", wallet=ledger.wallet(own_id), transfers=found, unit=unit)


@pages.get("/my/beans/<transfer_id>")
@signed_in()
def why(transfer_id: str) -> Any:
    """Say in words why a transfer is what it is."""
    return render_template("resident/why.html", transfer=ledger.transfer(known_reader().resident_id, transfer_id))


@pages.get("/activities")
@signed_in()
def activities() -> Any:
    """Show what is coming."""
    return render_template("resident/activities.html", activities=presence.upcoming(cursor=request.args.get("cursor")))


@pages.get("/activities/<activity_id>")
@signed_in()
def activity(activity_id: str) -> Any:
    """Show one activity and one's own place in it."""
    shown = checkin.activity(activity_id)
    is_to_come = shown["status"] == "open" and parsed(shown["starts_at"]) > utc_now()
    needs = checkin.my_needs()["items"] if is_to_come and shown["stalls"] else []
    mine = {row["stall_id"]: row for row in needs if row["activity_id"] == activity_id}
    return render_template("resident/activity.html", activity=shown, is_to_come=is_to_come, my_needs=mine)


@pages.post("/activities/<activity_id>/sign-up")
@signed_in()
def sign_up(activity_id: str) -> Any:
    """Take a place, or one in the waiting list, at a stall where one was chosen."""
    said = {"stall_id": id_in(request.form.get("stall_id")), "hours_known": "hours_known" in request.form}
    place = checkin.sign_up(activity_id, known_reader().resident_id, **said)
    if place["status"] == "waiting":
        flash(gettext("You are signed up, and number %(number)d in the waiting list.", number=place["position"]))
    else:
        flash(gettext("You have a place. See you there!"))
    for other in place["overlaps"]:
        words = gettext("At the same time you are signed up for %(title)s. Please give back the place that you cannot take.", **other)
        flash(words, "stop")
    return redirect(url_for("resident.activity", activity_id=activity_id))


@pages.post("/activities/<activity_id>/hours")
@signed_in()
def know_hours(activity_id: str) -> Any:
    """Say that one knows how long the day will be; one is not asked again."""
    checkin.sign_up(activity_id, known_reader().resident_id, hours_known=True)
    flash(gettext("Good. Take it easy, and rest when you like."))
    return redirect(url_for("resident.activity", activity_id=activity_id))


@pages.post("/activities/<activity_id>/confirm")
@signed_in()
def confirm(activity_id: str) -> Any:
    """Say that one comes: an offered place is one's own."""
    checkin.confirm_sign_up(activity_id, known_reader().resident_id)
    flash(gettext("Good. We expect you."))
    return redirect(url_for("resident.activity", activity_id=activity_id))


@pages.post("/activities/<activity_id>/sign-off")
@signed_in()
def sign_off(activity_id: str) -> Any:
    """Give the place back."""
    checkin.cancel_sign_up(activity_id, known_reader().resident_id)
    flash(gettext("Your place is free again. Thank you for telling in time."))
    return redirect(url_for("resident.activity", activity_id=activity_id))


@pages.route("/my/check-in", methods=["GET", "POST"])
@signed_in()
def enter_code() -> Any:
    """Check in with the six digits on the screen."""
    form = CodeForm()
    near = presence.of_the_hour()
    form.activity_id.choices = [(activity["id"], activity["title"]) for activity in near]
    if len(near) == 1 and not form.activity_id.data:
        form.activity_id.data = near[0]["id"]
    if form.validate_on_submit():
        with form.reported():
            return arrive(form.id.data, form.activity_id.data, form.digits())
    return form.page("resident/enter_code.html", near=near)


def arrive(check_in_id: str, activity_id: str, code: str) -> Any:
    """Check the reader in by `code` and lead to the outcome."""
    body = {"activity_id": activity_id, "resident_id": known_reader().resident_id, "method": "code", "code": code}
    checkin.check_in(check_in_id, body)
    return redirect(url_for("resident.check_in", check_in_id=check_in_id))


@pages.get("/my/check-ins/<check_in_id>")
@signed_in()
def check_in(check_in_id: str) -> Any:
    """Say whether the check-in was taken, and offer to leave."""
    found = checkin.one_check_in(check_in_id)
    return render_template("resident/check_in.html", check_in=found, activity=checkin.activity(found["activity_id"]))


@pages.post("/my/check-ins/<check_in_id>/departure")
@signed_in()
def leave_activity(check_in_id: str) -> Any:
    """Check out now."""
    checkin.depart(check_in_id, utc_now().isoformat())
    flash(gettext("Thank you for coming! The hours are confirmed by another organizer."))
    return redirect(url_for("resident.check_in", check_in_id=check_in_id))


@pages.route("/my/check-ins/<check_in_id>/other-times", methods=["GET", "POST"])
@signed_in()
def other_times(check_in_id: str) -> Any:
    """Say that one came or left at other times than are on record."""
    found = checkin.one_check_in(check_in_id)
    form = OtherTimesForm(arrived_at=local(found["arrived_at"]), left_at=local(found["left_at"] or utc_now()))
    if form.validate_on_submit():
        with form.reported():
            checkin.say_other_times(check_in_id, form.body())
            flash(gettext("It is noted. Who confirms the hours will look at it."))
            return redirect(url_for("resident.check_in", check_in_id=check_in_id))
    return form.page("resident/other_times.html", check_in=found, activity=checkin.activity(found["activity_id"]))


@pages.route("/shelf/<reward_id>", methods=["GET", "POST"])
@signed_in()
def redeem(reward_id: str) -> Any:
    """Ask for a reward."""
    form = RedeemForm()
    if form.validate_on_submit():
        with form.reported():
            rewards.redeem(form.id.data, reward_id, form.quantity.data, wait_seconds=OUTCOME_SECONDS)
            return redirect(url_for("resident.redemption", redemption_id=form.id.data))
    wallet = ledger.wallet(known_reader().resident_id)
    return form.page("resident/redeem.html", reward=rewards.reward(reward_id), wallet=wallet)


@pages.post("/shelf/<reward_id>/line")
@signed_in()
def stand_in_line(reward_id: str) -> Any:
    """Take a place in line for what is sold out."""
    form = ActForm()
    rewards.stand_in_line(form.id.data, reward_id)
    return redirect(url_for("resident.redemption", redemption_id=form.id.data))


@pages.post("/my/redemptions/<redemption_id>/acceptance")
@signed_in()
def accept(redemption_id: str) -> Any:
    """Say yes to what was set aside."""
    rewards.accept(redemption_id, wait_seconds=OUTCOME_SECONDS)
    return redirect(url_for("resident.redemption", redemption_id=redemption_id))


@pages.get("/my/redemptions")
@signed_in()
def redemptions() -> Any:
    """Show what was redeemed, newest first."""
    found = rewards.redemptions(cursor=request.args.get("cursor"))
    return render_template("resident/redemptions.html", redemptions=found, offers=rewards.redemptions(status="offered")["items"])


@pages.get("/my/redemptions/<redemption_id>")
@signed_in()
def redemption(redemption_id: str) -> Any:
    """Show the voucher, or that it is on its way."""
    found = rewards.redemption(redemption_id)
    code = found.get("voucher_code")
    return render_template(
        "resident/redemption.html", redemption=found, reward=rewards.reward(found["reward_id"]),
        is_under_way=found["status"] in UNDER_WAY, is_live=can_be_handed_over(found),
        voucher_link=code and public_link("links.voucher", code=code),
    )  # fmt: skip


@pages.post("/my/redemptions/<redemption_id>/cancel")
@signed_in()
def cancel_redemption(redemption_id: str) -> Any:
    """Give a reward back; the beans become free again."""
    was_in_line = rewards.redemption(redemption_id)["status"] in IN_LINE
    rewards.cancel(redemption_id)
    flash(gettext("You have left the line.") if was_in_line else gettext("Cancelled. The beans come back in a moment."))
    return redirect(url_for("resident.redemption", redemption_id=redemption_id))


@pages.get("/my/nominations")
@signed_in()
def nominations() -> Any:
    """Show whom the reader put forward."""
    found = talent.nominations(mine="true", cursor=request.args.get("cursor"))
    return render_template("resident/nominations.html", nominations=found)


@pages.route("/my/nominations/self", methods=["GET", "POST"])
@signed_in()
def nominate_self() -> Any:
    """Put a skill of one's own forward."""
    return _nominate(NominationForm(), is_for_neighbour=False)


@pages.route("/my/nominations/neighbour", methods=["GET", "POST"])
@signed_in()
def nominate_neighbour() -> Any:
    """Put a neighbour forward."""
    return _nominate(NominationForm(candidate=request.args.get("candidate", "")), is_for_neighbour=True)


def _nominate(form: NominationForm, *, is_for_neighbour: bool) -> Any:
    form.is_for_neighbour.data = "yes" if is_for_neighbour else ""
    if is_for_neighbour:
        form.ask_about_neighbour()
    if form.validate_on_submit():
        with form.reported():
            talent.nominate(form.id.data, form.body(known_reader().resident_id))
            flash(gettext("Thank you. The nomination is kept; the community decides after the public notice."))
            return redirect(url_for("resident.nominations"))
    return form.page("resident/nominate.html", is_for_neighbour=is_for_neighbour)


@pages.get("/my/records")
@signed_in()
def records() -> Any:
    """Show the verified hours, and before them what is not verified yet."""
    found = checkin.records(resident_id=known_reader().resident_id, cursor=request.args.get("cursor"))
    unverified = [] if request.args.get("cursor") else checkin.unverified()["items"]
    return render_template("resident/records.html", records=found, unverified=unverified)


@pages.get("/my/standing")
@signed_in()
def standing() -> Any:
    """Say where one stands and why; nobody else but the office sees it."""
    objections = engagement.standing_objections(mine="true")["items"]
    return render_template("resident/standing.html", standing=engagement.standing(known_reader().resident_id), objections=objections)


@pages.route("/my/data", methods=["GET", "POST"])
@signed_in()
def data() -> Any:
    """Show and change consents; the ways to a copy and out."""
    me = identity.me()
    form = ConsentForm(consents=_given(me))
    if form.validate_on_submit():
        with form.reported():
            identity.consent(form.consents.data)
            flash(gettext("Your consents are changed."))
            return redirect(url_for("resident.data"))
    return form.page("resident/data.html", me=me)


@pages.get("/my/data/copy")
@signed_in()
def copy() -> Any:
    """Hand out everything that is kept about the reader, as a file."""
    own_id = known_reader().resident_id
    everything = {
        "identity": identity.export(),
        "wallet": ledger.wallet(own_id),
        "transfers": [*all_items(lambda cursor: ledger.transfers(own_id, cursor=cursor, limit=200))],
        "service_records": [*all_items(lambda cursor: checkin.records(resident_id=own_id, cursor=cursor, limit=200))],
        "certificates": [*all_items(lambda cursor: checkin.certificates(resident_id=own_id, cursor=cursor, limit=200))],
        "talent": talent.own(own_id),
        "teams": teams.teams(mine="true")["items"],
        "trainings": courses.trainings(own_id),
        "level": levels.of_talent(own_id),
        "nominations": [*all_items(lambda cursor: talent.nominations(mine="true", cursor=cursor, limit=200))],
        "nomination_objections": [*all_items(lambda cursor: talent.objections(mine="true", cursor=cursor, limit=200))],
        "thanks_received": [*all_items(lambda cursor: thanks.notes(cursor=cursor, limit=200))],
        "thanks_written": [*all_items(lambda cursor: thanks.notes(side="written", cursor=cursor, limit=200))],
        "honour_page": thanks.own_honour(),
        "commendations": [*all_items(lambda cursor: commendations.commendations(mine="true", cursor=cursor, limit=200))],
        "commendation_proposals": [*all_items(lambda cursor: commendations.proposals(cursor=cursor, limit=200))],
        "commendation_objections": [*all_items(lambda cursor: commendations.objections(mine="true", cursor=cursor, limit=200))],
        "redemptions": [*all_items(lambda cursor: rewards.redemptions(cursor=cursor, limit=200))],
        "standing": engagement.standing(own_id),
        "asks": [*all_items(lambda cursor: engagement.asks(mine="true", cursor=cursor, limit=200))],
        "mandates": [*all_items(lambda cursor: identity.mandates(resident_id=own_id, cursor=cursor, limit=200))],
        "needs": checkin.my_needs()["items"],
        **pairings.everything(),
        "deeds_asked_for": units.deeds(mine="true", limit=200)["items"],
        "guardian_consents": [*all_items(lambda cursor: identity.guardian_consents(resident_id=own_id, cursor=cursor, limit=200))],
        "proxy_acts": [*all_items(lambda cursor: checkin.proxy_acts(cursor=cursor, limit=200))],
    }
    response = Response(json.dumps(everything, ensure_ascii=False, indent=2), content_type="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return response


@pages.route("/my/data/leave", methods=["GET", "POST"])
@signed_in()
def leave() -> Any:
    """Leave the community."""
    form = LeaveForm()
    if form.validate_on_submit():
        with form.reported():
            identity.leave()
            look_again()
            flash(gettext("You have left the community. Thank you for the time together."))
            return close_session(make_response(redirect(url_for("public.home"))))
    return form.page("resident/leave.html")


def _may_be_asked() -> bool | None:
    """Return whether the reader wishes to be asked; None while engagement is away."""
    try:
        return bool(engagement.asking(known_reader().resident_id)["open"])
    except ServiceAway:
        return None


def _given(me: dict[str, Any]) -> list[str]:
    return [row if isinstance(row, str) else row["purpose"] for row in me.get("consents", [])]
