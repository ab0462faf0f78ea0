"""A partner's pages: the counter first, then the shelf and the day."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import paper, settlement
from gateway.clients import checkin, ledger, rewards
from gateway.errors import ServiceAway
from gateway.forms.organizer import DecisionsForm, FileForm
from gateway.forms.partner import PhotoForm, RewardForm, ShelfForm, SlipForm, TermsForm, UndoForm, VoucherForm
from gateway.forms.resident import ActForm
from gateway.pages.organizer.rows import list_decisions, sorted_out
from gateway.session import door, known_reader, signed_in
from gateway.views import public_link
from gateway.vouchers import can_be_handed_over, can_be_undone
from gateway.workbooks import download
from shared.clock import local_day, utc_now

pages = Blueprint("partner", __name__, url_prefix="/partner")


TAGS_MAX = 200


@pages.route("/", methods=["GET", "POST"])
@signed_in("partner")
def home() -> Any:
    """Take a voucher's code; beside that, show the stalls that the unit runs or may run."""
    form = VoucherForm()
    if form.validate_on_submit():
        with form.reported():
            found = rewards.voucher(form.written())
            return redirect(url_for("partner.voucher", code=found["code"]))
    return form.page("partner/home.html", stalls=_stalls())


@pages.route("/vouchers/<code>", methods=["GET", "POST"])
@signed_in("partner")
def voucher(code: str) -> Any:
    """Show what a voucher stands for, and hand it over, or one use of it."""
    form = ActForm()
    if form.validate_on_submit():
        with form.reported():
            found = rewards.hand_over(code, {"id": form.id.data})
            flash(_handed_over(found))
            return redirect(url_for("partner.voucher", code=code))
    found = rewards.voucher(code)
    return form.page(
        "partner/voucher.html", voucher=found, is_live=can_be_handed_over(found), undoable=can_be_undone(found)
    )


@pages.route("/slips/new", methods=["GET", "POST"])
@signed_in("partner")
def slip() -> Any:
    """Enter what was handed over while there was no network."""
    form = SlipForm()
    if form.validate_on_submit():
        with form.reported():
            found = rewards.hand_over(form.written(), form.body())
            flash(_handed_over(found))
            return redirect(url_for("partner.voucher", code=found["code"]))
    return form.page("partner/slip.html")


@pages.route("/vouchers/<code>/undo/<fulfilment_id>", methods=["GET", "POST"])
@signed_in("partner")
def undo(code: str, fulfilment_id: str) -> Any:
    """Take a handing over back."""
    form = UndoForm()
    if form.validate_on_submit():
        with form.reported():
            rewards.undo(code, fulfilment_id, form.reason.data)
            flash(gettext("Taken back. The voucher is good again in a moment."))
            return redirect(url_for("partner.voucher", code=code))
    return form.page("partner/undo.html", voucher=rewards.voucher(code))


@pages.get("/rewards")
@signed_in("partner")
def shelf() -> Any:
    """Show what this partner offers."""
    found = rewards.rewards(partner_id=known_reader().partner_id, shelf="all", cursor=request.args.get("cursor"))
    return render_template("partner/shelf.html", rewards=found)


@pages.route("/rewards/new", methods=["GET", "POST"])
@signed_in("partner", "steward")
def offer() -> Any:
    """Put something on the shelf."""
    form = RewardForm(partners=_partners())
    if form.validate_on_submit():
        with form.reported():
            rewards.offer(form.id.data, form.body())
            flash(gettext("It is on the shelf."))
            return redirect(url_for("partner.shelf") if known_reader().may("partner") else url_for("steward.partners"))
    return form.page("partner/offer.html")


@pages.route("/rewards/<reward_id>", methods=["GET", "POST"])
@signed_in("partner", "steward")
def restock(reward_id: str) -> Any:
    """Change a reward or put more of it on the shelf."""
    known = rewards.reward(reward_id)
    filled = {name: known[name] for name in ("title", "price_beans", "offered", "revision")}
    form = ShelfForm(**filled)
    if form.validate_on_submit():
        with form.reported():
            rewards.change(reward_id, form.body())
            flash(gettext("The shelf is changed."))
            return redirect(url_for("partner.restock", reward_id=reward_id))
    return form.page("partner/restock.html", reward=known)


@pages.route("/rewards/<reward_id>/terms", methods=["GET", "POST"])
@signed_in("partner", "steward")
def terms(reward_id: str) -> Any:
    """Say when a reward can be fetched, and how much of it one may have in a month."""
    known = rewards.reward(reward_id)
    hours = {row["weekday"]: row["hours"] for row in known["opening_hours"]}
    limits = {name: known[name] for name in ("limit_person_month", "limit_household_month")}
    form = TermsForm(revision=known["revision"], **hours, **limits)
    if form.validate_on_submit():
        with form.reported():
            rewards.change(reward_id, form.body())
            flash(gettext("Opening hours and limits are kept."))
            return redirect(url_for("partner.restock", reward_id=reward_id))
    return form.page("partner/terms.html", reward=known)


@pages.route("/rewards/<reward_id>/photo", methods=["GET", "POST"])
@signed_in("partner", "steward")
def photo(reward_id: str) -> Any:
    """Show the picture of a reward, and take a new one."""
    form = PhotoForm()
    if form.validate_on_submit():
        with form.reported():
            rewards.send_photo(form.id.data, reward_id, (form.file.data.filename, form.file.data.stream))
            flash(gettext("The picture is kept."))
            return redirect(url_for("partner.restock", reward_id=reward_id))
    return form.page("partner/photo.html", reward=rewards.reward(reward_id))


@pages.route("/price-lists/new", methods=["GET", "POST"])
@signed_in("partner")
def send_price_list() -> Any:
    """Upload a price list."""
    form = FileForm()
    if form.validate_on_submit():
        with form.reported():
            rewards.send_price_list(form.id.data, (form.file.data.filename, form.file.data.stream))
            return redirect(url_for("partner.price_list", list_id=form.id.data))
    return form.page("partner/send_price_list.html")


@pages.route("/price-lists/<list_id>", methods=["GET", "POST"])
@signed_in("partner")
def price_list(list_id: str) -> Any:
    """Show the rows, the doubtful ones first; keep decisions, or put what is clear on the shelf."""
    form = DecisionsForm()
    if form.validate_on_submit():
        with form.reported():
            if made := list_decisions(request.form):
                rewards.decide_price_list(list_id, made)
            if request.form.get("then") == "apply":
                rewards.apply_price_list(list_id)
                flash(gettext("What was clear is on the shelf."))
            else:
                flash(gettext("Your decisions are kept."))
            return redirect(url_for("partner.price_list", list_id=list_id))
    found = rewards.price_list(list_id)
    return form.page("partner/price_list.html", prices=found, **sorted_out(found["rows"]), typed=request.form)


@pages.get("/tags.pdf")
@signed_in("partner")
def tags() -> Response:
    """Print a tag for each thing on the shelf, eight to a sheet."""
    shown = rewards.rewards(partner_id=known_reader().partner_id, shelf="all", limit=TAGS_MAX)["items"]
    cards = [(reward, public_link("resident.redeem", reward_id=reward["id"])) for reward in shown if reward["offered"]]
    return paper.printed("paper/tags.html", "shelf-tags.pdf", tags=cards)


@pages.get("/day")
@signed_in("partner")
def day() -> Any:
    """Show what was handed over on a day."""
    on = _day_wished(request.args.get("on", ""))
    found = rewards.day(known_reader().partner_id or "", on.isoformat(), cursor=request.args.get("cursor"))
    return render_template("partner/day.html", day=found, on=on)


@pages.get("/month")
@signed_in("partner")
def month() -> Any:
    """Show the settlement of a month."""
    wanted = _month_wished(request.args.get("month", ""))
    found = rewards.month(known_reader().partner_id or "", wanted, cursor=request.args.get("cursor"))
    return render_template("partner/month.html", month=_with_projects(found))


@pages.get("/month.xlsx")
@signed_in("partner")
def month_as_workbook() -> Response:
    """Hand out the month as a workbook."""
    wanted = _month_wished(request.args.get("month", ""))
    book = settlement.workbook(_with_projects(rewards.whole_month(known_reader().partner_id or "", wanted)))
    return download(book, f"settlement-{wanted}.xlsx")


@pages.get("/month.pdf")
@signed_in("partner")
def month_on_paper() -> Response:
    """Print the month."""
    wanted = _month_wished(request.args.get("month", ""))
    found = _with_projects(rewards.whole_month(known_reader().partner_id or "", wanted))
    name = next((name for id_, name in _partners() if id_ == found["partner_id"]), "")
    return paper.printed("paper/settlement.html", f"settlement-{wanted}.pdf", month=found, partner=name)


def _stalls() -> list[Any]:
    """Return the stalls that concern the unit; nothing while checkin is away, since the counter has more to do."""
    try:
        return list(checkin.unit_stalls()["items"])
    except ServiceAway:
        return []


def _with_projects(month: dict[str, Any]) -> dict[str, Any]:
    return settlement.with_projects(month, ledger.settlement(month["partner_id"], month["month"]))


def _handed_over(voucher: dict[str, Any]) -> str:
    if voucher["uses"] == 1:
        return gettext("Handed over. The beans are settled.")
    return gettext("Handed over: use %(used)d of %(uses)d.", used=voucher["used"], uses=voucher["uses"])


def _partners() -> list[tuple[str, str]]:
    mine = known_reader().partner_id
    return [(row["id"], row["name"]) for row in rewards.partners()["items"] if mine in (None, row["id"])]


def _day_wished(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return local_day(utc_now(), door().settings.zone)


def _month_wished(text: str) -> str:
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
    except ValueError:
        return f"{local_day(utc_now(), door().settings.zone):%Y-%m}"
