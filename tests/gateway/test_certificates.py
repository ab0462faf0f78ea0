"""A certificate on its pages and on paper: in words, with its code, without a name that nobody agreed to show."""

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from gateway.forms.certificates import CertificateForm
from gateway.paper import pdf_of
from shared.ids import new_id

RECORD = {
    "record_id": "r", "served_on": "2026-11-05", "item": "unknown-item", "title": "<b>大扫除</b>", "place": "广场", "minutes": 95,
    "leader_name": "李**", "led": False, "stage": "effective",
}  # fmt: skip
CERTIFICATE = {
    "id": new_id(), "status": "good", "code": "c" * 22, "resident_id": "r", "made_by": "r", "name": "王小红", "shown_records": "all",
    "volunteer_number": "1234 5678 9012", "community_code": "C", "from": "2026-01-01", "until": None, "made_at": "2026-11-27T02:00:00Z",
    "minutes": 6_100, "minutes_now": 6_005, "stars": 1, "record_count": 1, "pending_count": 1, "withdrawn_count": 1,
    "records": [RECORD], "pending": [RECORD | {"led": True, "leader_name": None}], "withdrawn": [RECORD],
}  # fmt: skip


@pytest.fixture
def app(door_to: Callable[..., FlaskClient]) -> Flask:
    """The gateway before the six services."""
    return door_to().application


def drawn(app: Flask, template: str, language: str, **context: Any) -> str:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        return render_template(template, certificate=CERTIFICATE, unit="桂花社区", **context)


def test_the_checking_page_says_what_stands_what_was_withdrawn_and_what_waits(app: Flask) -> None:
    page = drawn(app, "certificates/check.html", "en")
    for words in ("genuine and stands", "王小红", "1234 5678 9012", "100 hours 5 minutes", "1 star", "1 service was withdrawn", "101 hours",
                  "1 more service stood in public notice", "the volunteer", "李**"):  # fmt: skip
        assert words in page
    assert "<b>大扫除</b>" not in page


def test_a_certificate_that_shows_sums_alone_lists_nothing(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        told = {name: value for name, value in CERTIFICATE.items() if name not in ("records", "pending", "withdrawn")}
        page = render_template("certificates/check.html", certificate=told | {"shown_records": "totals"}, unit="桂花社区")
    assert "shows the sums alone" in page
    assert "大扫除" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_bears_the_address_to_check_it_at(app: Flask, language: str) -> None:
    link = "https://beans.example/certificates/" + "c" * 22
    paper = pypdfium2.PdfDocument(pdf_of(drawn(app, "paper/certificate.html", language, link=link)))
    text = "".join(page.get_textpage().get_text_bounded() for page in paper)
    assert "1234 5678 9012" in text
    assert "certificates/" in text
    assert "桂花社区" in text
    assert "Made by the community office" not in text


def test_a_paper_that_the_office_made_for_somebody_says_so(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        told = CERTIFICATE | {"made_by": "somebody else"}
        page = render_template("paper/certificate.html", certificate=told, unit="桂花社区", link="https://beans.example/")
    assert "Made by the community office for 王小红." in page


@pytest.mark.parametrize(("since", "until", "fits"), [("", "", True), ("2026-01-01", "2025-01-01", False), ("2026-01-01", "", True)])
def test_a_period_may_be_open_but_not_backwards(app: Flask, since: str, until: str, fits: bool) -> None:
    told = {"since": since, "until": until, "shown_name": "masked", "shown_records": "all", "id": new_id()}
    with app.test_request_context("/", method="POST", data=told):
        form = CertificateForm(meta={"csrf": False})
        assert form.validate() is fits
        assert form.body("r")["shown_records"] == "all"


def test_nobody_needs_to_sign_in_to_check_and_an_unknown_code_is_not_found(visitor: FlaskClient, community: str) -> None:
    assert visitor.get("/certificates/unknown").status_code == 404
    assert visitor.get(f"/my/certificates/{new_id()}").status_code == 302


def test_too_many_checks_from_one_address_are_slowed_down(door_to: Callable[..., FlaskClient]) -> None:
    narrow = door_to(address_rate="2/minute")
    assert [narrow.get("/certificates/unknown").status_code for _ in range(3)] == [404, 404, 429]
