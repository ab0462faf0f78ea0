"""By which thresholds residents stand where: versions, drafts, what a draft would change, and its adoption from a day to come."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway.clients import engagement
from gateway.forms.steward import AdoptionForm, TierDraftForm
from gateway.pages.steward import pages
from gateway.session import signed_in
from gateway.words import TIER_NUMBERS
from shared.ids import new_id

AGAIN_SECONDS = 2


@pages.get("/tier-rules")
@signed_in("steward", "auditor")
def tier_rules() -> Any:
    """Show drafts and versions."""
    return render_template("steward/tier_rules.html", rules=engagement.tier_rules(), numbers=TIER_NUMBERS)


@pages.route("/tier-rules/new", methods=["GET", "POST"])
@signed_in("steward")
def new_tier_draft() -> Any:
    """Draft the next version, beginning with the numbers in force."""
    in_force = next(row for row in engagement.tier_rules() if row["in_force"])
    return _draft_page({name: in_force[name] for name in TIER_NUMBERS} | {"id": new_id()})


@pages.route("/tier-rules/<rules_id>/change", methods=["GET", "POST"])
@signed_in("steward")
def change_tier_draft(rules_id: str) -> Any:
    """Edit a draft at the revision that is seen here."""
    return _draft_page(engagement.one_tier_rules(rules_id))


@pages.route("/tier-rules/<rules_id>", methods=["GET", "POST"])
@signed_in("steward", "auditor")
def one_tier_rules(rules_id: str) -> Any:
    """Show a draft, what it would change, and adopt it."""
    form = AdoptionForm()
    if form.validate_on_submit():
        with form.reported():
            engagement.adopt_tier_draft(rules_id, form.applies_from.data.isoformat())
            flash(gettext("The new version is adopted. It holds from the day you named, never backwards."))
            return redirect(url_for("steward.tier_rules"))
    found = engagement.one_tier_rules(rules_id)
    is_waiting = (found["preview"] or {}).get("status") == "waiting"
    return form.page(
        "steward/tier_draft.html", rules=found, numbers=TIER_NUMBERS, tiers=("backbone", "enthusiast", "participant", "unreached"),
        is_waiting=is_waiting, again_seconds=AGAIN_SECONDS,
    )  # fmt: skip


@pages.post("/tier-rules/<rules_id>/preview")
@signed_in("steward")
def preview_tier_draft(rules_id: str) -> Any:
    """Have it looked at what a draft would change."""
    engagement.ask_tier_preview(rules_id)
    return redirect(url_for("steward.one_tier_rules", rules_id=rules_id))


@pages.post("/tier-rules/<rules_id>/drop")
@signed_in("steward")
def drop_tier_draft(rules_id: str) -> Any:
    """Put a draft aside."""
    engagement.drop_tier_draft(rules_id)
    flash(gettext("The draft is put aside."))
    return redirect(url_for("steward.tier_rules"))


def _draft_page(known: dict[str, Any]) -> Any:
    form = TierDraftForm(**known)
    if form.validate_on_submit():
        with form.reported():
            kept = engagement.keep_tier_draft(form.id.data, form.body())
            flash(gettext("The draft is kept."))
            return redirect(url_for("steward.one_tier_rules", rules_id=kept["id"]))
    return form.page("steward/tier_draft_form.html")
