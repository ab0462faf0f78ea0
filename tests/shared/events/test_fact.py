"""A fact is strict when it is written and tolerant when it is read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.events import FactInvalid, fact_class, read_fact, write_fact
from shared.events.fact import fact
from shared.events.talent import TalentAdmitted, VerifiedSkill

ADMITTED = TalentAdmitted(
    resident_id="r",
    community_code="DEMO-01",
    skills=[VerifiedSkill(skill="repair", licence_expires_on=date(2030, 1, 2))],
    nominator_ids=["n"],
    admitted_at=datetime(2026, 11, 5, 1, 2, 3, tzinfo=UTC),
    revision=1,
)


def test_what_is_written_reads_back_the_same() -> None:
    assert read_fact(ADMITTED.TYPE, write_fact(ADMITTED)) == ADMITTED


@pytest.mark.parametrize(
    "wrong", [{"revision": "1"}, {"resident_id": 7}, {"skills": None}, {"admitted_at": "2026-01-01"}]
)
def test_a_field_of_another_type_is_not_published(wrong: dict[str, Any]) -> None:
    with pytest.raises(FactInvalid, match="talent-admitted"):
        write_fact(replace(ADMITTED, **wrong))


def test_an_undeclared_type_is_refused() -> None:
    with pytest.raises(FactInvalid, match="no fact is called"):
        fact_class("talent.forgotten.v1")


def test_a_type_is_declared_once_and_its_subject_is_a_field() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        fact(ADMITTED.TYPE, subject="resident_id")(type("Twice", (), {"__annotations__": {"resident_id": str}}))
    with pytest.raises(ValueError, match="has no field"):
        fact("talent.nameless.v1", subject="resident_id")(type("Nameless", (), {"__annotations__": {"other": str}}))
