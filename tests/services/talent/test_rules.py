"""The registry's pure decisions, as truth tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.talent.errors import (
    CandidateDoesNotFit,
    CandidateMayNotDecide,
    ChannelNotYours,
    HouseholdMayNotDecide,
    NominatorMayNotDecide,
)
from services.talent.rules import names, nominating, skills
from services.talent.rules.nominating import Party, Status
from services.talent.rules.skills import Skill
from shared.problems import Problem

TODAY = date(2026, 11, 20)
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("channel", "candidate", "for_office", "refusal"),
    [
        ("self", "me", False, None),
        ("self", "other", False, CandidateDoesNotFit),
        ("self", "other", True, CandidateDoesNotFit),
        ("resident", "other", False, None),
        ("resident", "other", True, None),
        ("resident", "me", False, CandidateDoesNotFit),
        ("organization", "other", True, None),
        ("organization", "other", False, ChannelNotYours),
        ("organization", "me", True, CandidateDoesNotFit),
    ],
)
def test_each_channel_has_its_nominators(
    channel: str, candidate: str, for_office: bool, refusal: type[Problem] | None
) -> None:
    def check() -> None:
        nominating.check_channel(channel, candidate_id=candidate, nominator_id="me", for_office=for_office)

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


@pytest.mark.parametrize(
    ("households", "count"),
    [
        ([], 0),
        (["a", "b", "c"], 3),
        (["a", "a", "a"], 1),
        (["candidate", "a", "b"], 2),
        (["candidate", "candidate"], 0),
        ([None, None, None], 1),
        ([None, "a"], 2),
    ],
)
def test_distinct_households_other_than_the_candidates_count(households: list[str | None], count: int) -> None:
    nominators = [Party(f"n{index}", household) for index, household in enumerate(households)]

    assert nominating.households_behind(nominators, candidate=Party("c", "candidate")) == count


@pytest.mark.parametrize(
    ("stored", "ends_in_hours", "seen"),
    [
        ("gathering", None, Status.GATHERING),
        ("in_notice", 1, Status.IN_NOTICE),
        ("in_notice", 0, Status.DECIDABLE),
        ("in_notice", -1, Status.DECIDABLE),
        ("admitted", -1, Status.ADMITTED),
        ("refused", -1, Status.REFUSED),
        ("lapsed", None, Status.LAPSED),
    ],
)
def test_a_notice_that_is_over_makes_a_nomination_decidable(
    stored: str, ends_in_hours: int | None, seen: Status
) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    ends_at = None if ends_in_hours is None else now + timedelta(hours=ends_in_hours)

    assert nominating.status_at(now, stored=stored, notice_ends_at=ends_at) == seen


@pytest.mark.parametrize(
    ("decider", "refusal"),
    [
        (Party("stranger", "elsewhere"), None),
        (Party("stranger", None), None),
        (Party("candidate", "elsewhere"), CandidateMayNotDecide),
        (Party("nominator-2", "elsewhere"), NominatorMayNotDecide),
        (Party("spouse", "home-c"), HouseholdMayNotDecide),
        (Party("son", "home-2"), HouseholdMayNotDecide),
    ],
)
def test_nobody_decides_about_their_own(decider: Party, refusal: type[Problem] | None) -> None:
    nominators = [Party("nominator-1", None), Party("nominator-2", "home-2")]

    def check() -> None:
        nominating.check_decider(decider, candidate=Party("candidate", "home-c"), nominators=nominators)

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


@pytest.mark.parametrize(
    ("skill", "fault"),
    [
        (Skill("haircut"), None),
        (Skill("haircut", "L1", TODAY - timedelta(days=9)), None),
        (Skill("clinic", "L1", TODAY + timedelta(days=1)), None),
        (Skill("clinic", "L1", TODAY), "/skills/0/licence_expires_on"),
        (Skill("clinic", "L1", None), "/skills/0/licence_expires_on"),
        (Skill("clinic", None, TODAY + timedelta(days=1)), "/skills/0/licence_no"),
        (Skill("clinic"), "/skills/0/licence_no"),
    ],
)
def test_a_licensed_skill_needs_a_number_and_a_day_to_come(skill: Skill, fault: str | None) -> None:
    found = skills.verify_skills([skill], licensed={"clinic"}, today=TODAY)

    assert list(found.faults) == ([fault] if fault else [])
    assert len(found.verified) == (0 if fault else 1)


def test_a_licence_that_is_not_needed_is_not_kept() -> None:
    found = skills.verify_skills([Skill("haircut", "L1", TODAY)], licensed={"clinic"}, today=TODAY)

    assert found.verified == (Skill("haircut"),)


def test_the_licence_that_runs_longest_wins() -> None:
    short, long = Skill("clinic", "L1", TODAY), Skill("clinic", "L2", TODAY + timedelta(days=365))

    assert skills.join_skills([Skill("repair"), short], [long], [Skill("clinic")]) == (Skill("repair"), long)


@pytest.mark.parametrize(
    ("word", "code"),
    [("clinic", "clinic"), ("义诊", "clinic"), (" 义　诊", "clinic"), ("CLINIC", "clinic"), ("书法", "书法")],
)
def test_people_may_write_what_they_say(word: str, code: str) -> None:
    codes = {"clinic": "clinic", "义诊": "clinic", "健康义诊": "clinic"}

    assert skills.skill_code(word, codes=codes) == code


def test_a_name_is_found_by_every_reading_of_its_characters() -> None:
    assert names.initials_of([["dan", "shan", "chan"], ["xiong"]]) == ["cx", "dx", "sx"]


def test_a_character_without_a_reading_is_passed_over() -> None:
    assert names.initials_of([["𠮷"], ["tian"]]) == ["t"]


def test_readings_are_limited() -> None:
    assert len(names.initials_of([["a", "b", "c", "d"]] * 6)) <= names.READINGS_MAX
