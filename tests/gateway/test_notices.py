"""Records in public notice and deeds that are due, on their pages: what only the owner may press, and days that may move."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import g, render_template
from flask.testing import FlaskClient

from gateway.forms.objections import ObjectionDecisionForm
from gateway.session import Reader

NOTICE: dict[str, Any] = {
    "record_id": "r1", "name": "王**", "item": "no-such-item", "title": "<b>清扫</b>", "place": "广场", "served_on": "2026-11-24",
    "minutes": 90, "verified_at": "2026-11-24T02:00:00+00:00", "notice_ends_at": "2026-11-27T16:00:00+00:00", "own": False,
}  # fmt: skip
DUE: dict[str, Any] = {
    "check_in_id": "c1", "activity_id": "a1", "resident_id": "x", "name": "王小红", "item": "no-such-item", "title": "清扫",
    "served_on": "2026-11-10", "left_at": None, "minutes": None, "stage": "recorded", "due_on": "2026-11-24", "overdue": True,
    "due_is_certain": True,
}  # fmt: skip


@pytest.fixture
def page(door_to: Callable[..., FlaskClient]) -> Iterator[None]:
    """Stand on a page that somebody reads in English."""
    with door_to().application.test_request_context("/notices/records", headers={"Accept-Language": "en"}):
        yield


def shown(template: str, *roles: str, **context: Any) -> str:
    g.reader = Reader(resident_id="x", community_code="C", name="王", roles=frozenset(roles), partner_id=None, token="")
    return render_template(template, **context)


@pytest.mark.parametrize("own", [True, False])
def test_ones_own_record_leads_to_the_objection_to_its_entry_and_a_neighbours_to_one_of_its_own(page: None, own: bool) -> None:
    found = {"items": [NOTICE | {"own": own}], "next_cursor": None}
    text = shown("public/record_notices.html", "resident", notices=found)
    assert ("/my/beans/deed:r1:bean/objection" in text) is own
    assert ("/notices/records/r1/objection" in text) is not own
    assert "tell the community office" in text
    assert "27 Nov 2026" in text
    assert "<b>清扫</b>" not in text


OBJECTION: dict[str, Any] = {
    "id": "o1", "record_id": "r1", "reason": "<i>十点就走了</i>", "status": "open", "own": False, "objector_id": "x2",
    "objector_name": "李二", "conflict": None, "made_at": "2026-11-24T02:00:00+00:00", "due_on": "2026-12-08", "overdue": False,
    "decision": None, "minutes": None, "decision_reason": None, "decided_at": None,
    "record": {"resident_id": "x1", "name": "王小红", "item": "no-such-item", "title": "清扫", "place": "广场", "served_on": "2026-11-24",
               "minutes": 90, "status": "verified"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "decides", "says"),
    [
        ({}, True, "It comes from:"),
        ({"conflict": "own"}, False, "Another steward must decide"),
        ({"status": "upheld", "minutes": 30, "decision": "uphold", "decision_reason": "是", "decided_at": "2026-11-25T02:00:00+00:00"},
         False, "The right minutes: 30"),
        ({"objector_id": None, "objector_name": None}, True, "The record"),
    ],
)  # fmt: skip
def test_an_objection_is_decided_by_whoever_is_not_too_close(page: None, change: dict[str, Any], decides: bool, says: str) -> None:
    form = ObjectionDecisionForm(remedies=["withdraw", "correct"])
    text = shown("record_objections/decide.html", "steward", objection=OBJECTION | change, form=form)
    assert says in text
    assert ('name="outcome"' in text) is decides
    assert ("/organize/residents/x2" in text) is (change.get("objector_id", "x2") is not None)
    assert "<i>" not in text


@pytest.mark.parametrize(("role", "leads_on"), [("organizer", True), ("auditor", False)])
def test_what_is_overdue_is_said_in_words_and_an_auditor_is_led_nowhere(page: None, role: str, leads_on: bool) -> None:
    text = shown("steward/due_records.html", role, due={"items": [DUE], "next_cursor": None}, todo="verify")
    assert "overdue since 24 Nov 2026" in text
    assert "nobody has said yet when they left" in text
    assert ("/organize/activities/a1/verification" in text) is leads_on
    assert "the day may move" not in text


def test_a_day_whose_holidays_are_not_announced_may_move_and_says_so(page: None) -> None:
    found = {"items": [DUE | {"due_is_certain": False, "overdue": False, "minutes": 60}], "next_cursor": None}
    assert "the day may move" in shown("steward/due_records.html", "steward", due=found, todo="enter")


@pytest.mark.parametrize(("stage", "leads_on"), [("in_notice", True), ("effective", False), ("withdrawn", False)])
def test_ones_own_hours_in_notice_lead_to_the_objection(page: None, stage: str, leads_on: bool) -> None:
    record = NOTICE | {"stage": stage, "status": "verified", "back_entered": False, "national_number": None}
    text = shown("resident/records.html", "resident", records={"items": [record], "next_cursor": None})
    assert ("/my/beans/deed:r1:bean/objection" in text) is leads_on
