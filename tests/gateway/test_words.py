"""Whatever code a service can speak in has words in the gateway: a new code without words fails here, not on a page."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from gateway import explanations, refusals, tie_words, words
from gateway.routes import SERVICES
from shared import problems
from shared.problems import Problem

ANSWERED_BY_THEIR_STATUS = {"problem", "service-away"}


def _slugs(module: object) -> set[str]:
    classes = [row for _, row in inspect.getmembers(module, inspect.isclass) if issubclass(row, Problem)]
    return {row.slug for row in classes} - ANSWERED_BY_THEIR_STATUS


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_of_a_service_has_words(service: str) -> None:
    assert _slugs(importlib.import_module(f"services.{service}.errors")) - _slugs(problems) <= set(refusals.REFUSALS)


def test_every_refusal_that_services_share_has_words() -> None:
    assert _slugs(problems) <= set(refusals.REFUSALS)


def test_every_reason_why_a_check_in_is_refused_has_words() -> None:
    from services.checkin.rules.presence import REFUSALS

    assert set(REFUSALS) <= set(words.CHECK_IN_REFUSALS)


def test_every_way_of_logging_has_words() -> None:
    from services.checkin.rules.effort import CONFIRMED, WAYS

    assert {*WAYS, CONFIRMED} == set(words.LOGGED_WAYS)


def test_every_anomaly_and_every_mark_of_an_age_has_words() -> None:
    from services.checkin.rules.anomalies import ANOMALIES
    from services.checkin.rules.care import MARKS

    assert set(ANOMALIES) <= set(words.ANOMALIES)
    assert set(MARKS) == set(words.CARE_MARKS)


def test_everything_that_is_said_of_a_guardians_consent_has_words() -> None:
    from services.identity.rules.guardians import ENDINGS, KINSHIPS, STATUSES, WAYS

    assert set(KINSHIPS) == set(words.KINSHIPS)
    assert set(STATUSES) == set(words.GUARDIAN_STATUSES)
    assert set(WAYS) == set(words.GUARDIAN_WAYS)
    assert set(ENDINGS) == set(words.GUARDIAN_ENDINGS)


def test_everything_that_is_said_of_pairings_and_visits_has_words() -> None:
    from services.checkin.models.pairing import VISIT_STATUSES
    from services.checkin.rules import pairings

    assert set(pairings.STATUSES) == set(tie_words.PAIRING_STATUSES)
    assert set(pairings.HELPER_STATUSES) == set(tie_words.HELPER_STATUSES)
    assert set(pairings.ENDINGS) == set(tie_words.PAIRING_ENDINGS)
    assert set(pairings.OFFICES_ENDINGS) == set(tie_words.OFFICES_ENDINGS)
    assert set(pairings.CALL_OUTCOMES) == set(tie_words.CALL_OUTCOMES)
    assert set(VISIT_STATUSES) - {"taken_back"} == set(tie_words.VISIT_STATUSES)


def test_everything_that_is_said_of_deeds_for_units_has_words() -> None:
    from services.checkin.rules import deeds_list

    assert set(deeds_list.STATUSES) == set(tie_words.DEED_STATUSES)
    assert set(deeds_list.SOURCES) == set(tie_words.DEED_SOURCES)
    assert {str(stars) for stars in range(1, deeds_list.STARS_MAX + 1)} == set(tie_words.STARS)


def test_every_conflict_has_words() -> None:
    from services.checkin.rules.conflicts import CONFLICTS

    assert set(CONFLICTS) <= set(words.CONFLICTS)


def test_every_status_has_words() -> None:
    from services.rewards.rules.saga import Status as OfRedemption
    from services.talent.rules.nominating import Status as OfNomination

    assert {status.value for status in OfRedemption} <= set(words.REDEMPTION_STATUSES)
    assert {status.value for status in OfNomination} <= set(words.NOMINATION_STATUSES)


def test_every_note_of_a_sheet_has_words() -> None:
    sources = Path("services/checkin/rules/sheets").glob("*.py")
    codes = {code for source in sources for code in re.findall(r'(?:Note\(|code=|note=)"([a-z_]+)"', source.read_text())}
    assert codes <= set(explanations.SHEET_NOTES)


def test_every_tier_has_words() -> None:
    from services.engagement.rules.tiers import Tier

    assert {tier.value for tier in Tier} <= set(words.TIERS)


def test_every_number_of_the_rules_has_a_name() -> None:
    from services.ledger.schemas import NUMBERS

    assert set(NUMBERS) == set(explanations.RULES)


def test_every_role_and_purpose_has_words() -> None:
    from services.identity.rules.trust import PURPOSES, ROLES

    assert set(ROLES) <= set(words.ROLES)
    assert set(PURPOSES) <= set(words.CONSENTS)


def test_every_number_of_the_rules_stands_in_one_group_of_the_form() -> None:
    grouped = [name for _, names in explanations.RULE_GROUPS for name in names]
    assert sorted(grouped) == sorted(explanations.RULES)


def test_everything_that_is_said_of_drafts_simulations_and_pauses_has_words() -> None:
    from services.ledger.models import RuleDraft, RuleSimulation
    from services.ledger.queries.drafts import RULE_ACTS
    from services.ledger.rules import CAPS

    assert set(RuleDraft.status.choices) <= set(words.DRAFT_STATUSES)
    assert set(RuleSimulation.status.choices) <= set(words.SIMULATION_STATUSES)
    assert {act.replace(" ", "-") for act in RULE_ACTS} <= set(words.RULE_ACTS)
    assert set(CAPS) <= set(explanations.CAP_NAMES)
    assert set(explanations.PAUSES) == set(explanations.PAUSED_TODAY) == set(explanations.PAUSED_TOMORROW) == {"coverage", "budget"}
