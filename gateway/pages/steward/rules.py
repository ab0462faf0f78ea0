"""The rules by which beans are earned: every version that was, and a new one from a day forward."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway.clients import ledger
from gateway.forms.steward import RulesForm
from gateway.pages.steward import pages
from gateway.session import signed_in

DIGITS_MAX = 7


@pages.route("/rules", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def rules() -> Any:
    """Show the versions, newest first; adopt a new one."""
    known = sorted(ledger.rules()["items"], key=lambda row: int(row["version"]), reverse=True)
    newest = known[0] if known else {"version": 0}
    form = RulesForm(**newest | {"applies_from": None})
    if form.validate_on_submit():
        with form.reported():
            ledger.adopt(newest["version"] + 1, form.body(_rates()))
            flash(gettext("The new rules are adopted. They hold from the day you named, never backwards."))
            return redirect(url_for("steward.rules"))
    known_rates = {f"rate-{code}": rate for code, rate in newest.get("item_beans_per_hour", {}).items()}
    return form.page("steward/rules.html", versions=known, items=catalogue.items(), rates=request.form or known_rates)


def _rates() -> dict[str, int]:
    """Return the items' own rates that were typed; what is no whole number is left to the general one."""
    typed = {item["code"]: request.form.get(f"rate-{item['code']}", "").strip() for item in catalogue.items()}
    return {code: int(rate) for code, rate in typed.items() if rate.isascii() and rate.isdigit() and len(rate) < DIGITS_MAX}
