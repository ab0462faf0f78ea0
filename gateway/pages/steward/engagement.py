"""10/20/70: how many lead, help and take part; where it grows; what to do next."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for

from gateway import words
from gateway.chart import Series, line_chart
from gateway.clients import engagement
from gateway.forms.steward import BaseForm
from gateway.pages.steward import pages
from gateway.session import known_reader, signed_in
from gateway.views import short_day

TIERS = ("backbone", "enthusiast", "participant")
LOOK = {"backbone": ("#0b4f36",), "enthusiast": ("#8a6a00", "12 6"), "participant": ("#1d4ed8", "3 6")}


@pages.get("/engagement")
@signed_in("steward", "auditor", "organizer")
def tiers() -> Any:
    """Show the numbers, the grids, the trend and what to do next."""
    found = engagement.engagement(known_reader().community_code)
    return render_template("steward/engagement.html", engagement=found, tiers=TIERS, lists=words.LISTS)


@pages.get("/people")
@signed_in("steward", "auditor", "organizer")
def people() -> Any:
    """Show the people behind a number, by name."""
    wanted = {name: request.args.get(name, "") for name in ("tier", "grid", "talents")}
    found = engagement.people(known_reader().community_code, **wanted, cursor=request.args.get("cursor"))
    return render_template("steward/people.html", people=found, **wanted)


@pages.get("/engagement/trend.svg")
@signed_in("steward", "auditor", "organizer")
def trend() -> Response:
    """Draw the weekly numbers; the page has the same as a table."""
    weeks = engagement.engagement(known_reader().community_code)["trend"]
    series = [Series(words.LOOKUPS["tier"](tier), [week[tier] for week in weeks], *LOOK[tier]) for tier in TIERS]
    picture = line_chart([short_day(week["ends_on"]) for week in weeks], series, frame=request.args.get("frame", ""))
    return Response(picture, content_type="image/svg+xml")


@pages.route("/engagement/base", methods=["GET", "POST"])
@signed_in("steward")
def base() -> Any:
    """Set what the shares are taken of."""
    form = BaseForm()
    if form.validate_on_submit():
        with form.reported():
            engagement.set_base(known_reader().community_code, {form.of.data: form.number.data})
            return redirect(url_for("steward.tiers"))
    return form.page("steward/base.html")
