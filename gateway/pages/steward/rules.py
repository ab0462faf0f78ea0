"""The rules by which beans are earned: every version that was, drafts of the next one, what they would do, and who did what."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from gateway import catalogue
from gateway.clients import identity, ledger
from gateway.explanations import OWN_RATES, RULE_HINTS
from gateway.forms.steward import AdoptionForm, DraftForm
from gateway.pages.steward import pages
from gateway.session import signed_in
from shared.ids import new_id

DIGITS_MAX = 7
AGAIN_SECONDS = 2


@pages.get("/rules")
@signed_in("steward", "auditor")
def rules() -> Any:
    """Show the drafts and the versions, newest first."""
    return render_template("steward/rules.html", versions=_versions(), drafts=ledger.drafts()["items"])


@pages.route("/rules/drafts/new", methods=["GET", "POST"])
@signed_in("steward")
def new_draft() -> Any:
    """Draft the next version, beginning with the numbers of the newest."""
    return _draft_page({**_versions()[0], "note": "", "revision": "", "id": new_id()})


@pages.route("/rules/drafts/<draft_id>/change", methods=["GET", "POST"])
@signed_in("steward")
def change_draft(draft_id: str) -> Any:
    """Edit a draft at the revision that is seen here."""
    return _draft_page(ledger.draft(draft_id))


@pages.get("/rules/drafts/<draft_id>")
@signed_in("steward", "auditor")
def draft(draft_id: str) -> Any:
    """Show what a draft would change, and what one can do with it."""
    in_force = next(row for row in _versions() if row["in_force"])
    found = ledger.draft(draft_id)
    people = identity.people([found["changed_by"]])
    return render_template("steward/draft.html", draft=found, in_force=in_force, people=people)


@pages.post("/rules/drafts/<draft_id>/drop")
@signed_in("steward")
def drop_draft(draft_id: str) -> Any:
    """Put a draft aside."""
    ledger.drop_draft(draft_id)
    flash(gettext("The draft is put aside."))
    return redirect(url_for("steward.rules"))


@pages.route("/rules/drafts/<draft_id>/adopt", methods=["GET", "POST"])
@signed_in("steward")
def adopt_draft(draft_id: str) -> Any:
    """Adopt a draft from a day forward."""
    form = AdoptionForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.adopt_draft(draft_id, form.applies_from.data.isoformat())
            flash(gettext("The new rules are adopted. They hold from the day you named, never backwards."))
            return redirect(url_for("steward.rules"))
    return form.page("steward/adopt.html", draft=ledger.draft(draft_id))


@pages.post("/rules/drafts/<draft_id>/simulations")
@signed_in("steward")
def simulate(draft_id: str) -> Any:
    """Ask what last quarter's deeds would have earned under a draft."""
    asked = ledger.simulate(draft_id, request.form.get("id") or new_id())
    return redirect(url_for("steward.simulation", draft_id=draft_id, simulation_id=asked["id"]))


@pages.get("/rules/drafts/<draft_id>/simulations/<simulation_id>")
@signed_in("steward", "auditor")
def simulation(draft_id: str, simulation_id: str) -> Any:
    """Show how far a simulation is, by itself every few seconds, and what it came to."""
    found = ledger.simulation(draft_id, simulation_id)
    is_under_way = found["status"] in ("waiting", "running")
    largest = (found.get("outcome") or {}).get("largest", [])
    return render_template(
        "steward/simulation.html", simulation=found, draft=ledger.draft(draft_id), is_under_way=is_under_way,
        again_seconds=AGAIN_SECONDS, people=identity.people(row["resident_id"] for row in largest),
    )  # fmt: skip


@pages.get("/rules/drafts/<draft_id>/simulations/<simulation_id>/people")
@signed_in("steward", "auditor")
def simulated_people(draft_id: str, simulation_id: str) -> Any:
    """Show everybody with a deed in a simulation, the largest change first."""
    found = ledger.simulated_people(draft_id, simulation_id, request.args.get("cursor"))
    people = identity.people(row["resident_id"] for row in found["items"])
    return render_template(
        "steward/simulated_people.html", found=found, people=people, draft_id=draft_id, simulation_id=simulation_id
    )


@pages.get("/rules/acts")
@signed_in("steward", "auditor")
def rule_acts() -> Any:
    """Show who drafted, simulated and adopted what."""
    acts = ledger.rule_acts(request.args.get("cursor"))
    return render_template("steward/rule_acts.html", acts=acts, people=identity.people(row["by"] for row in acts["items"]))


def _draft_page(known: dict[str, Any]) -> Any:
    """Show the form of a draft; keep what was typed."""
    form = DraftForm(**known)
    if form.validate_on_submit() and _rates_fit(form):
        with form.reported():
            kept = ledger.keep_draft(form.id.data, form.body(_rates()))
            flash(gettext("The draft is kept."))
            return redirect(url_for("steward.draft", draft_id=kept["id"]))
    rates = request.form or {f"rate-{code}": rate for code, rate in (known.get(OWN_RATES) or {}).items()}
    return form.page("steward/draft_form.html", items=catalogue.items(), rates=rates, hints=RULE_HINTS)


def _versions() -> list[dict[str, Any]]:
    return sorted(ledger.rules()["items"], key=lambda row: int(row["version"]), reverse=True)


def _rates_fit(form: DraftForm) -> bool:
    """Whether every rate that was typed is a whole number; if not, say on top which is not."""
    wrong = [code for code, rate in _typed_rates().items() if rate and not _is_whole(rate)]
    for code in wrong:
        form.form_errors.append(gettext("An hour of %(item)s: please give a whole number.", item=catalogue.item_name(code)))
    return not wrong


def _rates() -> dict[str, int]:
    """Return the items' own rates that were typed; an empty one is left to the general rate."""
    return {code: int(rate) for code, rate in _typed_rates().items() if rate}


def _typed_rates() -> dict[str, str]:
    return {item["code"]: request.form.get(f"rate-{item['code']}", "").strip() for item in catalogue.items()}


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < DIGITS_MAX
