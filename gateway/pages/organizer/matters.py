"""What the office does with matters: what waits for a first answer stands on top, each act is a form of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from gateway import catalogue
from gateway.clients import checkin, identity, ledger, matters
from gateway.errors import ServiceAway
from gateway.forms.base import Form
from gateway.forms.matters import (
    AnswerForm,
    BallotForm,
    CallingOffForm,
    CompletionForm,
    ConsultationForm,
    DecisionForm,
    FollowUpForm,
    HidingForm,
    JoiningForm,
    KindForm,
    LeaderForm,
    MatterForm,
    MinutesForm,
    RatingForm,
    SelectionForm,
    SendingOnForm,
    VoteForm,
)
from gateway.pages.organizer import pages
from gateway.session import door, known_reader, signed_in
from shared.clock import local_day, utc_now

SUPPORT = "support"
LOOKED_BACK_DAYS, VOTE_DAYS = 14, 7


@dataclass(frozen=True)
class ActPage:
    """An act of the office: its form, what the page is called and says, and what is said once it is done."""

    form: Callable[[dict[str, Any]], Form]
    heading: LazyString
    about: LazyString
    done: LazyString


def _others(matter: dict[str, Any]) -> list[Any]:
    found = matters.matters(status="open", limit=100)["items"]
    return [row for row in found if row["id"] != matter["id"]]


ACTS = {
    "answer": ActPage(
        lambda _: AnswerForm(), lazy_gettext("Answer"), lazy_gettext("Everybody reads the answer. It stops the clock of the first answer."),
        lazy_gettext("The answer stands beside the matter now."),
    ),
    "consult": ActPage(
        lambda _: ConsultationForm(activities=_participations()), lazy_gettext("Plan a consultation"),
        lazy_gettext("The first one begins the discussion: residents can write what they think, and everybody reads when and where."),
        lazy_gettext("It is planned. Everybody can read it beside the matter."),
    ),
    "vote": ActPage(
        lambda _: BallotForm(ends_on=_in_days(VOTE_DAYS), least_percent=30), lazy_gettext("Open a vote"),
        lazy_gettext("For those who live where the matter is, one voice a household. How it stands is shown only when it has ended."),
        lazy_gettext("The vote is open. Everybody can read how many must take part."),
    ),
    "decide": ActPage(
        lambda matter: DecisionForm(matter=matter, decided_on=_in_days(0)), lazy_gettext("Write down the decision"),
        lazy_gettext("By the vote that has ended, or by a meeting with minutes. Everybody reads what, why, and who sees to it."),
        lazy_gettext("The decision stands beside the matter now."),
    ),
    "follow-up": ActPage(
        lambda _: FollowUpForm(activities=_coming(), projects=_projects()), lazy_gettext("Say what comes next"),
        lazy_gettext("An activity, a project that neighbours pay for together, or in words."),
        lazy_gettext("It stands beside the matter now."),
    ),
    "select": ActPage(
        lambda _: SelectionForm(stand_until=_in_days(7), choose_until=_in_days(14)), lazy_gettext("Look for somebody to lead it"),
        lazy_gettext("Residents stand with a plan, neighbours choose, whoever is chosen agrees to the terms, a steward confirms."),
        lazy_gettext("Residents can stand for it now."),
    ),
    "done": ActPage(
        lambda _: CompletionForm(done_on=_in_days(0)), lazy_gettext("Say that it is done"),
        lazy_gettext("From now on those concerned say for seven days whether it is solved. What is done is not yet solved."),
        lazy_gettext("Those concerned can rate it now."),
    ),
    "kind": ActPage(
        lambda matter: KindForm(kind=matter["kind"]), lazy_gettext("Another kind"),
        lazy_gettext("The matter stays as it is, under another kind."),
        lazy_gettext("The kind is changed."),
    ),
    "join": ActPage(
        lambda matter: JoiningForm(others=_others(matter)), lazy_gettext("Join into another matter"),
        lazy_gettext("It goes on there, with everybody who stands behind it. Both authors read why."),
        lazy_gettext("Both are one matter now."),
    ),
    "send-on": ActPage(
        lambda _: SendingOnForm(), lazy_gettext("Send it on"),
        lazy_gettext("For what is not the community's to decide. Everybody reads to whom it went, and why."),
        lazy_gettext("It is sent on, and everybody can read why."),
    ),
    "hide": ActPage(
        lambda _: HidingForm(), lazy_gettext("Take it from sight"),
        lazy_gettext("Only for what must not stand in public: insults, names, illnesses. It stays in the log, and its author reads why."),
        lazy_gettext("It is out of sight; its author can read why."),
    ),
}  # fmt: skip


CONSULTATION_ACTS = {
    "minutes": ActPage(
        lambda found: MinutesForm(consultation=found, **_told(found)), lazy_gettext("Publish the minutes"),
        lazy_gettext("Everybody reads them. Please name nobody who did not agree to it. Later minutes take the place of these."),
        lazy_gettext("The minutes are published."),
    ),
    "call-off": ActPage(
        lambda found: CallingOffForm(consultation=found), lazy_gettext("Call the consultation off"),
        lazy_gettext("Please tell those who meant to come as well."), lazy_gettext("It is called off, and everybody can read why."),
    ),
}  # fmt: skip


def _participations() -> list[Any]:
    """Return the announced activities of taking part that are to come or have just been."""
    since = (utc_now() - timedelta(days=LOOKED_BACK_DAYS)).isoformat()
    return [row for row in checkin.activities(**{"from": since})["items"] if row["kind"] == "participation" and row["status"] != "draft"]


def _coming() -> list[Any]:
    """Return the activities that are announced."""
    return [row for row in checkin.activities(**{"from": utc_now().isoformat()})["items"] if row["status"] == "open"]


def _projects() -> list[Any]:
    """Return the projects of the fund; none while the ledger is away."""
    try:
        return list(ledger.projects(known_reader().community_code)["items"])
    except ServiceAway:
        return []


def _in_days(days: int) -> date:
    return local_day(utc_now(), door().settings.zone) + timedelta(days=days)


def _told(consultation: dict[str, Any]) -> dict[str, Any]:
    return {name: consultation[name] for name in ("text", "agreed", "open_points", "came")}


@pages.get("/matters")
@signed_in("organizer", "steward", "auditor")
def matters_queue() -> Any:
    """Show what waits for a first answer, what is late on top, and then all matters."""
    stage, cursor = request.args.get("stage", ""), request.args.get("cursor")
    waiting = matters.matters(todo="answer", limit=100)["items"] if not (stage or cursor) else []
    found = matters.matters(stage=stage, cursor=cursor)
    return render_template("matters/queue.html", waiting=waiting, matters=found, stage=stage)


@pages.route("/residents/<resident_id>/matters/new", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def raise_matter_for(resident_id: str) -> Any:
    """Enter a matter for somebody who calls or comes to the desk."""
    person = identity.resident(resident_id)
    form = MatterForm(quarters=catalogue.quarters(known_reader().community_code), home=person.get("grid_code"))
    if form.validate_on_submit():
        with form.reported():
            matters.raise_matter(form.id.data, form.body() | {"resident_id": resident_id})
            flash(gettext("It is entered for %(name)s.", name=person["name"]))
            return redirect(url_for("organizer.matter", matter_id=form.id.data))
    return form.page("matters/new.html", person=person)


@pages.get("/matters/<uuid:matter_id>")
@signed_in("organizer", "steward", "auditor")
def matter(matter_id: Any) -> Any:
    """Show a matter with what the office can do about it."""
    return render_template("matters/of_office.html", matter=matters.matter(str(matter_id)))


@pages.route("/matters/<uuid:matter_id>/acts/<act>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def act_on_matter(matter_id: Any, act: str) -> Any:
    """Do one thing about a matter."""
    shown = matters.matter(str(matter_id))
    if (page := ACTS.get(act)) is None:
        abort(404)
    return _acted(shown, page, page.form(shown))


def _acted(matter: dict[str, Any], page: ActPage, form: Any) -> Any:
    """Do what the form says, or show it."""
    if form.validate_on_submit():
        with form.reported():
            matters.act(matter["id"], form.way(), form.body())
            flash(str(page.done))
            return redirect(url_for("organizer.matter", matter_id=matter["id"]))
    return form.page("matters/act.html", matter=matter, page=page)


@pages.route("/matters/<uuid:matter_id>/consultations/<uuid:consultation_id>/<act>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def act_on_consultation(matter_id: Any, consultation_id: Any, act: str) -> Any:
    """Do one thing about a consultation."""
    shown = matters.matter(str(matter_id))
    found = next((row for row in shown["consultations"] if row["id"] == str(consultation_id)), None)
    if (page := CONSULTATION_ACTS.get(act)) is None or found is None:
        abort(404)
    return _acted(shown, page, page.form(found))


@pages.get("/matters/<uuid:matter_id>/comments")
@signed_in("organizer", "steward", "auditor")
def comments_of_matter(matter_id: Any) -> Any:
    """Show all comments on a matter, the hidden ones with their reason."""
    shown = matters.matter(str(matter_id))
    found = matters.comments(shown["id"], cursor=request.args.get("cursor"))
    return render_template("matters/comments_of_office.html", matter=shown, comments=found)


@pages.route("/matters/<uuid:matter_id>/comments/<uuid:comment_id>/hiding", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def hide_comment(matter_id: Any, comment_id: Any) -> Any:
    """Hide a comment, with a reason."""
    form = HidingForm()
    if form.validate_on_submit():
        with form.reported():
            matters.act(str(matter_id), f"comments/{comment_id}/hiding", form.body())
            flash(gettext("It is hidden; who wrote it can read why."))
            return redirect(url_for("organizer.comments_of_matter", matter_id=matter_id))
    return form.page("matters/hide_comment.html", matter=matters.matter(str(matter_id)))


@pages.post("/matters/<uuid:matter_id>/comments/<uuid:comment_id>/showing")
@signed_in("organizer", "steward")
def show_comment(matter_id: Any, comment_id: Any) -> Any:
    """Show a hidden comment again."""
    matters.undo(str(matter_id), f"comments/{comment_id}/hiding")
    flash(gettext("It is shown again."))
    return redirect(url_for("organizer.comments_of_matter", matter_id=matter_id))


@pages.get("/matters/<uuid:matter_id>/voices/<about>")
@signed_in("organizer", "steward", "auditor")
def voices_of_matter(matter_id: Any, about: str) -> Any:
    """Show who stands behind a count of a matter."""
    found = matters.voices(str(matter_id), about=about, question=request.args.get("question"), cursor=request.args.get("cursor"))
    return render_template("matters/voices.html", matter=matters.matter(str(matter_id)), voices=found, about=about)


@pages.post("/residents/<resident_id>/matters/<uuid:matter_id>/support")
@signed_in("organizer", "steward")
def support_matter_for(resident_id: str, matter_id: Any) -> Any:
    """Enter that somebody who calls stands behind a matter."""
    matters.act(str(matter_id), SUPPORT, {"resident_id": resident_id})
    flash(gettext("It is entered."))
    return redirect(url_for("organizer.matter", matter_id=matter_id))


@pages.get("/matters/<uuid:matter_id>/for-others/<about>")
@signed_in("organizer", "steward")
def matter_for_others(matter_id: Any, about: str) -> Any:
    """Find somebody who calls, to enter for them that they stand behind a matter, vote or rate it."""
    query = request.args.get("q", "").strip()
    found = identity.residents(q=query)["items"] if query else []
    return render_template("matters/for_others.html", matter=matters.matter(str(matter_id)), residents=found, query=query, about=about)


@pages.route("/residents/<resident_id>/matters/<uuid:matter_id>/<about>", methods=["GET", "POST"])
@signed_in("organizer", "steward")
def say_for(resident_id: str, matter_id: Any, about: str) -> Any:
    """Enter the voice or the rating of somebody who calls."""
    shown = matters.matter(str(matter_id))
    ballot = next((row for row in shown["ballots"] if row["is_open"]), None)
    if about not in ("vote", "rating") or (about == "vote" and ballot is None):
        abort(404)
    form: Any = VoteForm(ballot=ballot) if about == "vote" and ballot else RatingForm()
    person = identity.resident(resident_id)
    if form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], form.way(), form.body() | {"resident_id": resident_id})
            flash(gettext("It is entered for %(name)s.", name=person["name"]))
            return redirect(url_for("organizer.matter", matter_id=matter_id))
    return form.page("matters/say_for.html", matter=shown, person=person, ballot=ballot, about=about)


@pages.get("/matters/<uuid:matter_id>/leader")
@signed_in("organizer", "steward", "auditor")
def leader_of_matter(matter_id: Any) -> Any:
    """Show who stands for leading it, by name, and what the leader spent."""
    shown = matters.matter(str(matter_id))
    if not shown["selections"]:
        abort(404)
    return render_template("matters/leader_of_office.html", matter=shown, selection=shown["selections"][-1])


@pages.route("/matters/<uuid:matter_id>/leader/<uuid:candidate_id>", methods=["GET", "POST"])
@signed_in("steward")
def confirm_leader(matter_id: Any, candidate_id: Any) -> Any:
    """Confirm who leads, with a reason."""
    shown, form = matters.matter(str(matter_id)), LeaderForm()
    standing = [row for selection in shown["selections"][-1:] for row in selection["candidates"] if row["id"] == str(candidate_id)]
    if not standing:
        abort(404)
    if form.validate_on_submit():
        with form.reported():
            matters.act(shown["id"], "leader", {"candidate_id": str(candidate_id), "reason": form.reason.data})
            flash(gettext("The leader is confirmed."))
            return redirect(url_for("organizer.leader_of_matter", matter_id=matter_id))
    return form.page("matters/confirm_leader.html", matter=shown, candidate=standing[0])


@pages.post("/matters/<uuid:matter_id>/receipts/<uuid:receipt_id>/confirmation")
@signed_in("organizer", "steward")
def confirm_receipt(matter_id: Any, receipt_id: Any) -> Any:
    """Confirm a receipt that one has seen."""
    matters.act(str(matter_id), f"receipts/{receipt_id}/confirmation")
    flash(gettext("The receipt is confirmed."))
    return redirect(url_for("organizer.leader_of_matter", matter_id=matter_id))
