"""Who is asked first, and why: the order as a table, and laws that hold of any registry."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.talent.rules import names
from services.talent.rules.availability import FREE_TIMES, When
from services.talent.rules.fitting import LONG_DAYS, Person, Wanted, Why, may_do, place_of, reasons_for

TODAY = date(2026, 11, 27)
SATURDAY = When("sat-morning", date(2026, 11, 28))
ELECTRICS = Wanted(
    today=TODAY, skills=("repair", "electrics"), licensed={"repair", "electrics"}, near="G1", quarter={"G1", "G2"}, when=SATURDAY,
    language="ningbo",
)  # fmt: skip
LI = Person(id="li", name="李", grid="G1", skills=(("electrics", "2027-01-01"),), free_times={"sat-morning"}, deed_on=date(2026, 8, 1))


def first(wanted: Wanted, *people: Person) -> str:
    return min(people, key=lambda person: place_of(person, wanted)).id


def kinds(person: Person, wanted: Wanted) -> list[str]:
    return [str(reason["kind"]) for reason in reasons_for(person, wanted)]


@pytest.mark.parametrize(
    ("step", "worse"),
    [
        ("the licence holds on that day", {"skills": (("electrics", "2026-11-27"),)}),
        ("the licence is known", {"skills": (("electrics", None),)}),
        ("does not rest", {"resting_until": "2026-11-28"}),
        ("has said that they are free then", {"free_times": set()}),
        ("lives in the grid", {"grid": "G2"}),
        ("lives in the quarter", {"grid": None}),
        ("was not asked often lately", {"asked_on": (TODAY, TODAY - timedelta(days=29))}),
        ("was long without a deed", {"deed_on": TODAY - timedelta(days=LONG_DAYS - 1)}),
        ("comes earlier by name", {"name": "王"}),
        ("comes earlier by id", {}),
    ],
)
def test_each_step_decides_where_all_before_it_are_the_same(step: str, worse: dict[str, Any]) -> None:
    assert first(ELECTRICS, replace(LI, id="other", **worse), LI) == "li", step


def test_an_earlier_step_outweighs_all_later_ones() -> None:
    far_and_tired = replace(LI, id="free", grid="G9", asked_on=(TODAY,) * 5, deed_on=TODAY, name="赵")
    assert first(ELECTRICS, replace(LI, id="near", free_times=set()), far_and_tired) == "free"


def test_what_nobody_asked_for_decides_nothing() -> None:
    plain = Wanted(today=TODAY)
    here, there = replace(LI, grid="G1"), replace(LI, grid="G9", free_times=set(), skills=())

    assert place_of(here, plain) == place_of(there, plain)
    assert kinds(there, plain) == [Why.LONG_WITHOUT_DEED]


@pytest.mark.parametrize(
    ("person", "reasons"),
    [
        (LI, ["does", "licence_in_date", "free_then", "speaks", "same_grid", "long_without_deed"]),
        (replace(LI, grid="G2", free_times=set()),
         ["does", "licence_in_date", "time_not_said", "speaks", "same_quarter", "long_without_deed"]),
        (replace(LI, grid="G9", asked_on=(TODAY,)),
         ["does", "licence_in_date", "free_then", "speaks", "asked_lately", "long_without_deed"]),
        (replace(LI, deed_on=None, resting_until="2026-12-24"), ["does", "licence_in_date", "rests", "speaks", "same_grid"]),
        (replace(LI, skills=(("electrics", "2026-11-01"),), deed_on=TODAY), ["does", "licence_over", "free_then", "speaks", "same_grid"]),
        (replace(LI, skills=(("electrics", None),), deed_on=TODAY), ["does", "licence_unknown", "free_then", "speaks", "same_grid"]),
    ],
)  # fmt: skip
def test_every_row_says_why(person: Person, reasons: list[str]) -> None:
    assert kinds(person, ELECTRICS) == reasons


def test_reasons_name_what_they_are_about() -> None:
    said = {str(reason["kind"]): reason for reason in reasons_for(replace(LI, asked_on=(TODAY, date(2026, 1, 1))), ELECTRICS)}

    assert said["does"]["skill"] == "electrics"
    assert said["licence_in_date"]["day"] == "2027-01-01"
    assert said["speaks"]["language"] == "ningbo"
    assert said["asked_lately"]["count"] == 1  # what is longer ago than 30 days is forgotten
    assert said["long_without_deed"]["day"] == "2026-08-01"


def test_of_several_skills_those_that_may_be_used_are_named() -> None:
    both = replace(LI, skills=(("repair", "2026-01-01"), ("electrics", "2027-01-01")))

    assert [reason["skill"] for reason in reasons_for(both, ELECTRICS) if "skill" in reason] == ["electrics", "electrics"]


people = st.builds(
    Person,
    id=st.uuids().map(str), name=st.sampled_from(["李", "王", ""]), grid=st.sampled_from(["G1", "G2", "G9", None]),
    skills=st.lists(
        st.tuples(st.sampled_from(["repair", "electrics", "haircut"]), st.sampled_from([None, "2026-11-01", "2027-01-01"]))
    ).map(tuple),
    free_times=st.sets(st.sampled_from(FREE_TIMES)), resting_until=st.sampled_from([None, "2026-11-01", "2026-12-01"]),
    asked_on=st.lists(st.dates(date(2026, 10, 1), TODAY)).map(tuple), deed_on=st.none() | st.dates(date(2026, 1, 1), TODAY),
)  # fmt: skip


@given(st.lists(people, unique_by=lambda person: person.id))
def test_any_registry_has_one_order_in_which_who_may_not_do_it_stands_last(registry: list[Person]) -> None:
    ordered = sorted(registry, key=lambda person: place_of(person, ELECTRICS))

    backwards = ordered[::-1]
    assert ordered == sorted(backwards, key=lambda person: place_of(person, ELECTRICS))
    may = [may_do(person, ELECTRICS) for person in ordered]
    assert all(earlier >= later for earlier, later in pairwise(may))
    for person in registry:
        told = kinds(person, ELECTRICS)
        assert ("free_then" in told) <= ("sat-morning" in person.free_times)
        assert may_do(person, ELECTRICS) == ("does" in told and not {"licence_over", "licence_unknown"} & set(told))


@pytest.mark.parametrize("typed", ["王小明", "小明", "明", "wxm", "xm", "wangxiaoming", "xiaom", "ming", "w"])
def test_a_name_is_found_by_what_somebody_types(typed: str) -> None:
    keys = names.keys_of("王小明", [["wang", "wàng"], ["xiao"], ["ming"]])

    assert any(key.startswith(typed) for key in keys)


@pytest.mark.parametrize("typed", ["angx", "iao", "wm", "小王", "明王"])
def test_a_name_is_not_found_by_what_lies_across_its_syllables(typed: str) -> None:
    assert not any(key.startswith(typed) for key in names.keys_of("王小明", [["wang"], ["xiao"], ["ming"]]))


def test_keys_are_limited() -> None:
    assert len(names.keys_of("单" * 40, [["dan", "shan", "chan"]] * 40)) <= names.KEYS_MAX
