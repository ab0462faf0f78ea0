"""Issues of the residents' bulletin for everybody: the list, the page, and the same as paper, text and long image."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext

from gateway import issues, long_image, paper
from gateway.clients import bulletins
from gateway.community import shown_community
from gateway.forms.bulletins import BulletinWithdrawalForm
from gateway.session import door
from gateway.views import public_link

pages = Blueprint("bulletins", __name__)


@pages.get("/bulletins")
def all_issues() -> Any:
    """Show a community's issues, the newest first."""
    code = shown_community()
    return render_template("bulletins/all.html", issues=bulletins.issues(community_code=code, cursor=request.args.get("cursor")))


@pages.get("/bulletins/<uuid:bulletin_id>")
def one(bulletin_id: Any) -> Any:
    """Show an issue; stewards find the text for the group here, and the way to withdraw it."""
    return issue_page(BulletinWithdrawalForm(), str(bulletin_id))


@pages.get("/bulletins/<uuid:bulletin_id>.pdf")
def print_issue(bulletin_id: Any) -> Response:
    """Print an issue."""
    found = _standing(bulletin_id)
    link = _link(bulletin_id)
    return paper.printed("paper/issue.html", f"bulletin-{found['number']}.pdf", issue=issues.told(found), link=link)


@pages.get("/bulletins/<uuid:bulletin_id>.txt")
def text(bulletin_id: Any) -> Response:
    """Return an issue as plain text, for a group."""
    found = _standing(bulletin_id)
    return Response(issues.text_of(issues.told(found), _link(bulletin_id)), content_type="text/plain; charset=utf-8")


@pages.get("/bulletins/<uuid:bulletin_id>.png")
def picture(bulletin_id: Any) -> Response:
    """Draw an issue as one long picture, for a group."""
    found = _standing(bulletin_id)
    response = Response(long_image.png_of(issues.told(found), _link(bulletin_id)), content_type="image/png")
    response.headers["Content-Disposition"] = f"inline; filename=bulletin-{found['number']}.png"
    return response


def issue_page(form: BulletinWithdrawalForm, bulletin_id: str) -> Any:
    """Show an issue with the form that withdraws it."""
    found = bulletins.issue(bulletin_id)
    if found.get("withdrawn_at"):
        return form.page("bulletins/withdrawn.html", found=found)
    shown, link = issues.told(found), _link(bulletin_id)
    return form.page("bulletins/issue.html", found=found, issue=shown, link=link, text=issues.text_of(shown, link))


def _standing(bulletin_id: Any) -> dict[str, Any]:
    """Return an issue that stands, counted by address: what is drawn for everybody takes a moment."""
    door().limiter.count(request.remote_addr or "unknown")
    found: dict[str, Any] = bulletins.issue(str(bulletin_id))
    if found.get("withdrawn_at"):
        abort(410, gettext("This issue was withdrawn."))
    return found


def _link(bulletin_id: Any) -> str:
    return public_link("bulletins.one", bulletin_id=str(bulletin_id))
