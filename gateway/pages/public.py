"""Pages for everybody: what this is, joining, signing in, what is public by law or by promise."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import language
from gateway.chart import Series, line_chart
from gateway.clients import checkin, identity, ledger, rewards, talent
from gateway.community import shown_community
from gateway.errors import ServiceAway, ServiceRefused
from gateway.forms.public import ActivationForm, RegistrationForm, SignInForm
from gateway.keeping import has_kept_form, kept_form
from gateway.kiosk import is_kiosk
from gateway.navigation import start
from gateway.session import close_session, local_path, open_session, read_as, read_as_oneself, reader, signed_in
from gateway.views import short_day
from shared.problems import Unauthenticated

pages = Blueprint("public", __name__)

DAYS_SHOWN = 60


@pages.get("/")
def home() -> Any:
    """Say what this is and lead on; people who are signed in go to their own start."""
    return redirect(url_for(start())) if reader() else render_template("public/home.html")


@pages.route("/register", methods=["GET", "POST"])
def register() -> Any:
    """Join and, in the same form, offer a skill."""
    form = RegistrationForm(invited_by=request.args.get("by", ""))
    if form.validate_on_submit():
        with form.reported():
            return _registered(form)
    return form.page("public/register.html")


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """Open a session; on a kiosk, that ends it."""
    form = SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        with form.reported():
            opened = identity.sign_in(form.phone.data, form.password.data)
            if is_kiosk():
                identity.sign_out_here()
                flash(gettext("The kiosk on this device has ended."))
            way = url_for("public.go_on") if has_kept_form() else local_path(form.next.data) or url_for("resident.home")
            return open_session(make_response(redirect(way)), opened["token"])
    return form.page("public/sign_in.html")


@pages.get("/go-on")
@signed_in()
def go_on() -> Any:
    """Offer to send a form on that was filled in when the session had run out."""
    if (kept := kept_form()) is None:
        return redirect(url_for("public.home"))
    return render_template("public/go_on.html", kept=kept)


@pages.post("/sign-out")
def sign_out() -> Any:
    """Close the session, here and at identity."""
    if reader():
        try:
            read_as_oneself()
            identity.sign_out()
        except (ServiceAway, ServiceRefused, Unauthenticated):
            pass  # the cookie goes in any case; the session itself ends by its age
    return close_session(make_response(redirect(url_for("public.home"))))


@pages.route("/activate", methods=["GET", "POST"])
def activate() -> Any:
    """Take up an account that the office made from its roster."""
    form = ActivationForm()
    if form.validate_on_submit():
        with form.reported():
            identity.activate(form.body())
            flash(gettext("Your account is ready. Please sign in."))
            return redirect(url_for("public.sign_in"))
    return form.page("public/activate.html")


@pages.get("/notices")
def notices() -> Any:
    """Show who stands in public notice, with masked names."""
    found = talent.notices(community_code=shown_community(), cursor=request.args.get("cursor"))
    return render_template("public/notices.html", notices=found)


@pages.get("/notices/records")
def record_notices() -> Any:
    """Show which service hours stand in public notice, with masked names; one's own can be objected to right here."""
    found = checkin.record_notices(community_code=shown_community(), cursor=request.args.get("cursor"))
    return render_template("public/record_notices.html", notices=found)


@pages.get("/shelf")
def shelf() -> Any:
    """Show what beans buy, and how well they are covered."""
    code = shown_community()
    found = rewards.rewards(community_code=code, cursor=request.args.get("cursor"))
    return render_template("public/shelf.html", rewards=found, coverage=coverage_of(code), community=code)


@pages.get("/coverage")
def coverage() -> Any:
    """Show what beans are worth: today in words, and day by day."""
    code = shown_community()
    history = ledger.coverage_history(code, limit=DAYS_SHOWN, cursor=request.args.get("cursor"))
    return render_template("public/coverage.html", coverage=coverage_of(code), history=history, community=code)


@pages.get("/coverage/chart.svg")
def coverage_chart() -> Response:
    """Draw the last days; the page has the same as a table."""
    days = ledger.coverage_history(shown_community(), limit=DAYS_SHOWN)["items"][::-1]
    series = [
        Series(gettext("Beans that people hold"), [row["outstanding_beans"] for row in days], "#8a6a00", "12 6"),
        Series(gettext("Value of the shelf in beans"), [row["stock_value_beans"] for row in days], "#0b4f36"),
    ]
    picture = line_chart([short_day(row["day"]) for row in days], series, frame=request.args.get("frame", ""))
    return Response(picture, content_type="image/svg+xml")


@pages.get("/help")
def help_page() -> Any:
    """Say where help and complaints go."""
    return render_template("public/help.html")


@pages.get("/text-size")
def text_size() -> Any:
    """Offer the three sizes, each in its own size."""
    return render_template("public/text_size.html", sizes=language.SIZES, way=local_path(request.args.get("next")) or "/")


@pages.post("/text-size")
def switch_size() -> Any:
    """Keep the chosen size."""
    return _kept(language.SIZE_COOKIE, request.form.get("size", ""), allowed=language.SIZES)


@pages.post("/language")
def switch_language() -> Any:
    """Keep the chosen language."""
    return _kept(language.LANGUAGE_COOKIE, request.form.get("language", ""), allowed=tuple(language.LOCALES))


def coverage_of(community_code: str) -> Any:
    """Return how well beans are covered; None while the ledger has not heard of the community, or is away."""
    try:
        return ledger.coverage(community_code)
    except (ServiceRefused, ServiceAway):
        return None


def _registered(form: RegistrationForm) -> Any:
    identity.register(form.id.data, form.body())
    opened = identity.sign_in(form.phone.data, form.password.data)
    if (nomination := form.nomination()) is not None:
        read_as(opened["token"])
        talent.nominate(form.nomination_id.data, nomination)
        flash(gettext("Welcome! Your skill is put forward and waits for the community's decision."))
    else:
        flash(gettext("Welcome! You are registered."))
    return open_session(make_response(redirect(url_for("resident.home"))), opened["token"])


def _kept(cookie: str, value: str, *, allowed: tuple[str, ...]) -> Any:
    way = (local_path(request.form.get("next")) or "/").replace("lang=", "was=")  # the choice outdoes `?lang=` of the address
    response = make_response(redirect(way))
    if value in allowed:
        response.set_cookie(cookie, value, max_age=language.COOKIE_SECONDS, samesite="Lax", httponly=True)
    return response
