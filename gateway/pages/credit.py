"""Pages about community credit: one's own, statements of it, the check of a statement, and the pardon of a mark."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from gateway import paper
from gateway.clients import identity, ledger
from gateway.forms.steward import ReasonForm
from gateway.session import known_reader, signed_in
from gateway.views import public_link
from shared.ids import new_id
from shared.masking import masked

pages = Blueprint("credit", __name__)


@pages.get("/my/credit")
@signed_in()
def mine() -> Any:
    """Show one's own credit, and the statements made of it."""
    wallet = ledger.wallet(known_reader().resident_id)
    return render_template("credit/mine.html", wallet=wallet, statements=ledger.credit_statements()["items"], fresh_id=new_id())


@pages.post("/my/credit/<uuid:statement_id>")
@signed_in()
def state(statement_id: Any) -> Any:
    """Make a statement of the credit as it is now."""
    ledger.state_credit(str(statement_id), masked(known_reader().name))
    flash(gettext("The statement is made. Whoever has its code can check it for 90 days; you can withdraw it at any time."))
    return redirect(url_for("credit.mine"))


@pages.post("/my/credit/<uuid:statement_id>/withdraw")
@signed_in()
def withdraw(statement_id: Any) -> Any:
    """Withdraw a statement; its code says nothing but that from now on."""
    ledger.withdraw_statement(str(statement_id))
    flash(gettext("The statement is withdrawn."))
    return redirect(url_for("credit.mine"))


@pages.get("/my/credit/<uuid:statement_id>.pdf")
@signed_in()
def print_statement(statement_id: Any) -> Any:
    """Print a statement, with one's name and the code to check it by."""
    link = public_link("credit.check", statement_id=str(statement_id))
    statement = ledger.credit_statement(str(statement_id))
    return paper.printed("paper/credit.html", "credit.pdf", statement=statement, me=identity.me(), link=link)


@pages.get("/credit/<uuid:statement_id>")
def check(statement_id: Any) -> Any:
    """Say to whoever was given the code what the statement said."""
    return render_template("credit/check.html", statement=ledger.credit_statement(str(statement_id)))


@pages.route("/community/wallets/<resident_id>/pardon/<transfer_id>", methods=["GET", "POST"])
@signed_in("steward")
def pardon(resident_id: str, transfer_id: str) -> Any:
    """Lift a mark for a missed sign-up before its time."""
    form = ReasonForm()
    if form.validate_on_submit():
        with form.reported():
            ledger.pardon(resident_id, transfer_id, form.reason.data)
            flash(gettext("The missed sign-up is pardoned."))
            return redirect(url_for("steward.wallet", resident_id=resident_id, unit="integrity"))
    return form.page("credit/pardon.html", person=identity.resident(resident_id))
