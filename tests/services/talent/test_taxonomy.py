"""The taxonomy of skills: what words mean, what counts where, and what other services are told of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.talent import models
from services.talent.rules.skills import Skill, fold
from services.talent.rules.taxonomy import Known, Taxonomy
from shared.events.checkin import ServiceItemListed
from shared.events.talent import TalentAdmitted
from tests.services.talent.conftest import REGISTERED_AT, Community

CATALOGUE = json.loads(Path("services/checkin/catalogue.json").read_text(encoding="utf-8"))["items"]
LICENCE = {"licence_no": "DG-1", "licence_expires_on": "2090-01-01"}

REPAIR = Known(code="repair", item="repair", name_zh="家电维修", name_en="Repairs", words=("电工", "维修"), licence_required=True)
HAIRCUT = Known(code="haircut", item="haircut", name_zh="理发", name_en="Haircut", words=("剪头发",))
ELECTRICS = Known(code="electrics", item="repair", name_zh="电路检修", name_en="Electrics", words=("电工", "理发"), licence_required=True)
SHARPENING = Known(code="sharpening", item="repair", name_zh="磨刀", name_en="Sharpening knives")
AT_HOME = Known(code="home-haircut", item="haircut", name_zh="上门理发", name_en="Haircuts at home")


@pytest.fixture
def known() -> Taxonomy:
    return Taxonomy([REPAIR, HAIRCUT], [ELECTRICS, SHARPENING, AT_HOME])


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("电工", "electrics"),  # a skill's word goes before an item's alias
        ("理发", "haircut"),  # an item's name goes before a skill's word
        ("REPAIR", "repair"),
        ("维修", "repair"),
        (" 上门　理发 ", "home-haircut"),
        ("变戏法", None),
    ],
)
def test_a_word_means_what_is_nearest_to_it(known: Taxonomy, word: str, code: str | None) -> None:
    assert known.words.get(fold(word)) == code


def test_a_skill_counts_where_its_item_is_asked_for_unless_only_the_item_needs_a_licence(known: Taxonomy) -> None:
    assert known.answering("haircut") == ("haircut", "home-haircut")
    assert known.answering("repair") == ("repair", "electrics")
    assert known.answering("electrics") == ("electrics",)
    assert known.answering("变戏法") == ("变戏法",)


def test_others_are_told_the_items_under_which_a_skill_counts(known: Taxonomy) -> None:
    until = date(2030, 1, 1)
    told = known.told([Skill("electrics", "DG-1", until), Skill("sharpening"), Skill("home-haircut"), Skill("变戏法")])

    assert [(row.skill, row.licence_expires_on) for row in told] == [
        ("electrics", until), ("sharpening", None), ("home-haircut", None), ("变戏法", None), ("repair", until), ("haircut", None),
    ]  # fmt: skip


def test_the_item_keeps_the_licence_that_runs_longest(known: Taxonomy) -> None:
    told = known.told([Skill("repair", "R-1", date(2029, 1, 1)), Skill("electrics", "DG-1", date(2030, 1, 1))])

    assert {row.skill: row.licence_expires_on for row in told} == {"repair": date(2030, 1, 1), "electrics": date(2030, 1, 1)}


def test_the_file_speaks_of_every_item_of_the_catalogue_and_says_nothing_twice(catalogue: None) -> None:
    items = [Known(code=row["code"], item=row["code"], name_zh=row["name_zh"], name_en=row["name_en"]) for row in CATALOGUE]
    skills = [row for row in models.taxonomy().known.values() if not row.is_item]
    said = [word for row in skills for word in {fold(text) for text in (row.code, row.name_zh, row.name_en, *row.words)}]

    assert {row.item for row in skills} == {item.code for item in items}
    assert sorted(set(said)) == sorted(said)
    assert {row.code for row in skills} & {item.code for item in items} == set()
    assert {fold(name) for row in skills for name in (row.name_zh, row.name_en)} & {
        fold(name) for item in items for name in (item.code, item.name_zh, item.name_en)
    } == set()
    assert all(bool(row.licence_zh) == bool(row.licence_en) == row.licence_required for row in skills)


def test_anybody_may_read_the_skills_item_by_item(community: Community) -> None:
    rows = community.call("GET", "/skills").json["items"]
    under = [row["code"] for row in rows if row["item"] == "haircut"]

    assert under == ["haircut", "home-haircut", "children-haircut", "dyeing"]
    electrics = next(row for row in rows if row["code"] == "electrics")
    assert (electrics["item_name_zh"], electrics["licence_required"], electrics["licence_zh"]) == ("家电维修", True, "低压电工证")
    assert "电工" in electrics["aliases"]


def test_what_somebody_writes_becomes_the_skill_they_mean(community: Community, published: Callable[..., list[Any]]) -> None:
    talent = community.admitted(skills=[{"skill": "换灯", **LICENCE}, "磨刀", "变戏法"])
    steward = community.steward()

    assert [row["skill"] for row in community.call("GET", f"/talents/{talent.id}", talent).json["skills"]] == [
        "electrics", "sharpening", "变戏法",
    ]  # fmt: skip
    told = published("talent", TalentAdmitted, resident_id=talent.id)[0]
    assert {row.skill for row in told.skills} == {"electrics", "sharpening", "变戏法", "repair"}
    for query in ("item=repair", "skill=electrics", "skill=家电维修", "skill=电工", "skill=磨刀", "skill=变戏法"):
        assert [row["resident_id"] for row in community.call("GET", f"/talents?{query}", steward).json["items"]] == [talent.id], query


def test_a_skill_that_needs_a_licence_is_not_verified_without_one(community: Community) -> None:
    candidate = community.somebody()
    nominated = community.nominate(candidate, candidate, "self", skills=["量血压", "磨刀"]).json

    decided = community.decide(community.steward(), nominated["id"]).json

    assert decided["verified_skills"] == ["sharpening"]
    assert [fault["pointer"] for fault in decided["not_verified"]] == ["/skills/0/licence_no"]


def test_whoever_only_sharpens_knives_is_not_found_where_repairs_are_asked_for(community: Community) -> None:
    community.admitted(skills=["磨刀"])

    assert community.call("GET", "/talents?item=repair", community.steward()).json["items"] == []


def test_a_changed_catalogue_is_known_at_once(community: Community, deliver: Callable[..., Any], client_of: Any) -> None:
    fact = ServiceItemListed(
        code="taxonomy-test", category="culture", name_zh="只为测试", name_en="Only for a test", aliases=[], licence_required=False,
        revision=1, listed_at=REGISTERED_AT,
    )  # fmt: skip
    client: FlaskClient = client_of("talent")
    assert "taxonomy-test" not in [row["code"] for row in client.get("/api/v1/skills").json["items"]]

    deliver("talent", fact)

    assert "taxonomy-test" in [row["code"] for row in client.get("/api/v1/skills").json["items"]]
