"""Who may hold and change what."""

import pytest

from services.identity.rules.trust import changed_purposes, consents_held, lacks_partner, may_let_in, roles_held
from services.identity.rules.words import REASONS, explain


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ((), ["resident"]),
        (("steward",), ["resident", "steward"]),
        (("auditor", "organizer", "organizer"), ["resident", "organizer", "auditor"]),
    ],
)
def test_every_staff_person_is_a_resident_too(given: tuple[str, ...], held: list[str]) -> None:
    assert roles_held(given) == held


def test_consents_have_one_order_and_no_repeats() -> None:
    assert consents_held(["share", "service", "share"]) == ["service", "share"]


@pytest.mark.parametrize(
    ("roles", "partner_id", "answer"),
    [(["partner"], None, True), (["partner"], "p", False), (["organizer"], None, False)],
)
def test_a_partner_stands_for_somebody(roles: list[str], partner_id: str | None, answer: bool) -> None:
    assert lacks_partner(roles, partner_id) is answer


@pytest.mark.parametrize(
    ("by", "about", "answer"),
    [
        ({"steward"}, {"resident"}, True),
        ({"steward"}, {"resident", "steward"}, True),
        ({"organizer"}, {"resident"}, True),
        ({"organizer"}, {"resident", "organizer"}, False),
        ({"organizer"}, {"resident", "steward"}, False),
        ({"organizer"}, {"resident", "partner"}, False),
        ({"auditor"}, {"resident"}, False),
        ({"resident"}, {"resident"}, False),
    ],
)
def test_only_a_steward_opens_the_account_of_somebody_with_a_role(by: set[str], about: set[str], answer: bool) -> None:
    assert may_let_in(by, about) is answer


def test_each_change_of_consent_is_told_once() -> None:
    assert changed_purposes(["service", "publish"], ["service", "share"]) == [("publish", False), ("share", True)]


def test_every_reason_is_said_in_both_languages() -> None:
    assert explain(["footer"]) == [{"code": "footer", "zh": "表尾", "en": "Foot of the table."}]
    assert all(zh and en for zh, en in REASONS.values())
