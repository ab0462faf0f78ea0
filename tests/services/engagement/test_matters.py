"""Raising a matter: by a resident or for one, supported, answered in time, joined, sent on, hidden; what each reader sees of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from time_machine import travel

from services.engagement.models import Matter, Voice
from services.engagement.rules import matters as rules
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import WANTED, Community, Matters, log_of, slug


def test_a_matter_is_raised_once_and_read_by_everybody_with_a_masked_name(
    community: Community, matters: Matters, client_of: Any
) -> None:
    community.tell(community.grid("G1"))
    author, path = community.resident("王小明"), f"/matters/{new_id()}"
    body = {**WANTED, "grid_codes": ["G1"]}

    first, again = matters.put(path, body, as_id=author), matters.put(path, body, as_id=author)
    other = matters.put(path, {**body, "title": "别的"}, as_id=author)
    stranger = client_of("engagement").get(f"/api/v1{path}").json
    listed = client_of("engagement").get(f"/api/v1/matters?community_code={community.code}").json["items"]

    assert (first.status_code, again.status_code, other.status_code, slug(other)) == (201, 200, 409, "id-in-use")
    assert first.json["author_name"] == "王小明" and first.json["own"]
    assert (stranger["author_name"], stranger["author_id"], stranger["own"]) == ("王**", None, False)
    assert "13800001234" in first.json["text"] and "13800001234" not in stranger["text"]
    assert (stranger["stage"], stranger["status"], stranger["scope"], stranger["places"]) == ("raise", "open", "quarters", ["东苑"])
    assert [row["id"] for row in listed] == [first.json["id"]]
    assert matters.put(path, body, as_id=community.resident()).status_code == 409


def test_the_office_raises_a_matter_for_somebody_and_it_stands_in_the_log(community: Community, matters: Matters) -> None:
    elder, path, staff = community.resident("宋丽华"), f"/matters/{new_id()}", new_id()

    entered = matters.by_staff(path, {**WANTED, "resident_id": elder}, as_id=staff)
    unknown = matters.by_staff(f"/matters/{new_id()}", {**WANTED, "resident_id": new_id()})
    by_resident = matters.put(f"/matters/{new_id()}", {**WANTED, "resident_id": elder}, as_id=community.resident())

    assert (entered.status_code, entered.json["author_id"], entered.json["entered_by"]) == (201, elder, staff)
    assert (unknown.status_code, slug(unknown)) == (409, "person-not-here")
    assert by_resident.status_code == 403
    assert [(row["act"], row["by"], row["detail"]) for row in log_of(path)] == [("matter-entered", staff, {"for": elder})]
    assert matters.get(path, as_id=elder).json["own"]
    assert matters.get(path, as_id=community.resident()).json["is_entered"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": ""}, "/title"), ({"title": "字" * 61}, "/title"), ({"kind": "weather"}, "/kind"), ({"text": "\x00"}, "/text"),
        ({"grid_codes": ["NO-SUCH"]}, "/grid_codes"), ({"grid_codes": [7]}, "/grid_codes/0"), ({"colour": "red"}, "/colour"),
    ],
)  # fmt: skip
def test_a_matter_that_does_not_fit_names_the_field(community: Community, matters: Matters, wrong: dict[str, Any], pointer: str) -> None:
    refused = matters.put(f"/matters/{new_id()}", {**WANTED, **wrong}, as_id=community.resident())
    assert (refused.status_code, [row["pointer"] for row in refused.json["errors"]]) == (422, [pointer])


def test_a_neighbour_stands_behind_a_matter_once_and_no_more_when_they_say_so(community: Community, matters: Matters) -> None:
    author, neighbour, caller = community.resident(), community.resident(), community.resident()
    path = matters.raised(author)

    counts = [matters.put(f"{path}/support", as_id=who).json["supports"] for who in (neighbour, neighbour)]
    entered = matters.by_staff(f"{path}/support", {"resident_id": caller})
    own = matters.put(f"{path}/support", as_id=author)
    back = community.call("DELETE", f"{path}/support", roles=("resident",), as_id=neighbour)

    assert counts == [1, 1] and entered.json["supports"] == 2
    assert (own.status_code, slug(own)) == (409, "own-matter")
    assert (back.json["supports"], back.json["supported"]) == (1, False)
    assert matters.get(path, as_id=caller).json["supported"]


def test_every_count_opens_to_its_rows_for_staff_and_for_nobody_else(community: Community, matters: Matters) -> None:
    path, neighbour = matters.raised(community.resident()), community.resident("高志远")
    matters.put(f"{path}/support", as_id=neighbour)

    rows = matters.get(f"{path}/voices?about=support", roles=("auditor",)).json["items"]

    assert [(row["name"], row["resident_id"], row["entered_by"]) for row in rows] == [("高志远", neighbour, None)]
    assert matters.get(f"{path}/voices?about=support", as_id=neighbour).status_code == 403
    assert matters.get(f"{path}/voices?about=support", roles=("steward",), community_code="ELSEWHERE").status_code == 404


def test_a_first_answer_stops_the_clock_and_what_is_late_stands_on_top(community: Community, matters: Matters) -> None:
    author = community.resident()
    with travel(utc_now() - timedelta(days=20), tick=True):
        late = matters.raised(author, title="早先的")
    fresh = matters.raised(author, title="新的")
    waiting = matters.get("/matters?todo=answer", roles=("organizer",)).json["items"]

    answer_path = f"{late}/answers/{new_id()}"
    first = matters.by_staff(answer_path, {"text": "物业下周来修。"})
    again, other = matters.by_staff(answer_path, {"text": "物业下周来修。"}), matters.by_staff(answer_path, {"text": "不修。"})

    assert [(row["title"], row["overdue"]) for row in waiting] == [("早先的", True), ("新的", False)]
    due = rules.answer_due(local_day(utc_now()), 5, frozenset()).isoformat()
    assert waiting[1]["answer_due_on"] == due
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json["overdue"] is False and first.json["answered_at"]
    assert [row["id"] for row in matters.get("/matters?todo=answer", roles=("organizer",)).json["items"]] == [fresh.rpartition("/")[2]]
    assert [(act["code"], act["text"]) for act in again.json["history"]] == [("answered", "物业下周来修。")]
    assert [row["act"] for row in log_of(late)] == ["matter-answered"]


def test_an_author_finds_what_became_of_their_matter_until_they_have_read_it(community: Community, matters: Matters) -> None:
    author = community.resident()
    path = matters.raised(author)
    matters.by_staff(f"{path}/answers/{new_id()}", {"text": "已报修。"})

    news = [row["news"] for row in matters.get("/matters?mine=true", as_id=author).json["items"]]
    others = matters.put(f"{path}/reading", as_id=community.resident())
    read = matters.put(f"{path}/reading", as_id=author)

    assert (news, others.status_code, read.json["news"]) == ([1], 404, 0)


def test_two_matters_become_one_and_both_authors_read_it(community: Community, matters: Matters) -> None:
    first, second, both, one = (community.resident() for _ in range(4))
    kept, gone = matters.raised(first), matters.raised(second, title="灯又坏了")
    for path, who in ((kept, both), (gone, both), (gone, one)):
        matters.put(f"{path}/support", as_id=who)
    body = {"into_id": kept.rpartition("/")[2], "reason": "说的是同一盏灯。"}

    joined, again = (matters.by_staff(f"{gone}/joining", body) for _ in range(2))
    shown = matters.get(kept, as_id=first).json

    assert (joined.status_code, again.status_code, joined.json["status"]) == (201, 200, "joined")
    assert shown["supports"] == 2
    assert [row["title"] for row in shown["joined"]] == ["灯又坏了"]
    assert [(act["code"], act["text"]) for act in shown["history"]] == [("joined_here", "说的是同一盏灯。")]
    assert shown["news"] == 1 and matters.get(gone, as_id=second).json["news"] == 1
    assert slug(matters.put(f"{gone}/support", as_id=community.resident())) == "matter-not-there"
    itself = matters.by_staff(f"{kept}/joining", body)
    assert itself.status_code == 422
    third = matters.raised(first, title="第三件")
    chained = matters.by_staff(f"{kept}/joining", {"into_id": third.rpartition("/")[2], "reason": "x"})
    assert (chained.status_code, slug(chained)) == (409, "matter-not-there")


def test_what_is_not_the_communitys_is_sent_on_with_a_reason(community: Community, matters: Matters) -> None:
    path = matters.raised(community.resident())

    sent = matters.by_staff(f"{path}/sending-on", {"to": "区城管局", "reason": "主干道路灯归市政管。"})
    twice = matters.by_staff(f"{path}/sending-on", {"to": "街道", "reason": "x"})

    assert (sent.status_code, sent.json["status"]) == (201, "sent_on")
    (act,) = sent.json["history"]
    assert (act["to"], act["text"]) == ("区城管局", "主干道路灯归市政管。")
    assert twice.status_code == 409


def test_nobody_of_the_office_settles_what_they_or_their_household_raised(community: Community, matters: Matters) -> None:
    home, colleague = new_id(), new_id()
    author = community.tell(replace(community.registration(new_id()), household_id=home)).resident_id
    path = matters.raised(author)
    sending = {"to": "街道", "reason": "x"}

    own = matters.by_staff(f"{path}/sending-on", sending, as_id=author)
    by_token = matters.by_staff(f"{path}/sending-on", sending, household_id=home)
    of_the_copy = community.tell(replace(community.registration(new_id()), household_id=home)).resident_id
    by_copy = matters.by_staff(f"{path}/hiding", {"reason": "x"}, as_id=of_the_copy)

    assert {slug(answer) for answer in (own, by_token, by_copy)} == {"matter-too-close"}
    assert {row["act"] for row in log_of(path)} == {"matter-act-refused"}
    assert matters.get(path, as_id=author, roles=("organizer",)).json["tie"] == "own"
    assert matters.by_staff(f"{path}/sending-on", sending, as_id=colleague).status_code == 201


def test_what_is_hidden_is_read_by_its_author_with_the_reason_and_by_staff(community: Community, matters: Matters, client_of: Any) -> None:
    author = community.resident()
    path = matters.raised(author, title="骂人的话")

    matters.by_staff(f"{path}/hiding", {"reason": "点了邻居的名。"})
    stranger = client_of("engagement").get(f"/api/v1{path}")

    assert (stranger.status_code, slug(stranger)) == (404, "matter-not-found")
    assert matters.get("/matters", as_id=community.resident()).json["items"] == []
    own = matters.get(path, as_id=author).json
    assert (own["status"], own["history"][0]["text"]) == ("hidden", "点了邻居的名。")
    assert matters.get(path, roles=("steward",)).status_code == 200
    assert matters.get(path, roles=("steward",), community_code="ELSEWHERE").status_code == 404


def test_an_author_withdraws_their_matter_before_it_is_discussed(community: Community, matters: Matters) -> None:
    author = community.resident()
    path = matters.raised(author)

    others = community.call("DELETE", path, roles=("resident",), as_id=community.resident())
    gone, again = (community.call("DELETE", path, roles=("resident",), as_id=author) for _ in range(2))

    assert others.status_code == 404
    assert (gone.status_code, again.status_code, again.json["status"]) == (200, 200, "withdrawn")
    assert Matter.objects(id=path.rpartition("/")[2]).count() == 1


def test_one_person_has_only_so_many_unanswered_matters(community: Community, matters: Matters) -> None:
    author = community.resident()
    for _ in range(10):
        matters.raised(author)
    refused = matters.put(f"/matters/{new_id()}", WANTED, as_id=author)
    assert (refused.status_code, slug(refused)) == (429, "too-many-matters")
    waiting = matters.get("/matters?mine=true", as_id=author).json["items"][0]["id"]
    matters.by_staff(f"/matters/{waiting}/answers/{new_id()}", {"text": "在办。"})
    matters.raised(author)


def test_who_leaves_takes_their_name_along_and_nothing_else(community: Community, matters: Matters) -> None:
    author, neighbour = community.resident("王小明"), community.resident()
    path = matters.raised(author)
    matters.put(f"{path}/support", as_id=neighbour)

    for who in (author, neighbour, neighbour):
        community.tell(community.leaving(who))
    shown = matters.get(path, roles=("steward",)).json

    assert (shown["author_id"], shown["author_name"], shown["supports"]) == (None, None, 1)
    assert Voice.objects(resident_id=neighbour).count() == 0
    assert Matter.objects(author_id=author).count() == 0


def test_staff_acts_are_staffs_and_matters_stay_in_their_community(community: Community, matters: Matters) -> None:
    path = matters.raised(community.resident())
    acts = {
        f"{path}/answers/{new_id()}": {"text": "x"}, f"{path}/joining": {"into_id": new_id(), "reason": "x"},
        f"{path}/sending-on": {"to": "x", "reason": "x"}, f"{path}/hiding": {"reason": "x"}, f"{path}/kinds/{new_id()}": {"kind": "care"},
    }  # fmt: skip
    for act, body in acts.items():
        assert matters.put(act, body, as_id=new_id()).status_code == 403, act
        assert matters.by_staff(act, body, role="auditor").status_code == 403, act
        assert matters.by_staff(act, body, community_code="ELSEWHERE").status_code == 404, act


def test_matters_come_in_pages_and_by_kind_and_place(community: Community, matters: Matters) -> None:
    community.tell(community.grid("G1")), community.tell(community.grid("G2"))
    author = community.resident()
    for number in range(5):
        matters.raised(author, title=f"第{number}件", kind="care" if number % 2 else "hygiene", grid_codes=["G1"] if number < 3 else ["G2"])

    def titles(query: str) -> list[str]:
        found, cursor = [], ""
        while cursor is not None:
            page = matters.get(f"/matters?limit=2{query}{cursor and '&cursor=' + cursor}", as_id=author).json
            found, cursor = found + [row["title"] for row in page["items"]], page["next_cursor"]
        return found

    assert titles("") == [f"第{number}件" for number in (4, 3, 2, 1, 0)]
    assert titles("&kind=care") == ["第3件", "第1件"]
    assert titles("&grid_code=G2") == ["第4件", "第3件"]
    assert matters.get("/matters?cursor=WyJ4IiwgIngiXQ", as_id=author).status_code == 422
    newest = matters.get("/matters?kind=care", as_id=author).json["items"][0]["id"]
    matters.by_staff(f"/matters/{newest}/kinds/{new_id()}", {"kind": "culture"})
    assert titles("&kind=culture") == ["第3件"]


def test_the_words_of_the_method_are_six_and_six(client_of: Any) -> None:
    terms = client_of("engagement").get("/api/v1/matters/terms").json
    assert [row["name_zh"] for row in terms["forms"]] == ["议事协商", "对话协商", "共建协商", "联动协商", "开放协商", "现场协商"]
    assert len(terms["kinds"]) == 6


@pytest.mark.parametrize(
    ("grids", "told"),
    [
        ([], ("community", [])), (["A1", "A2"], ("quarters", ["甲"])), (["A1", "A2", "B1"], ("quarters", ["甲", "乙"])),
        (["A1"], ("grids", ["A1"])), (["A1", "B1"], ("grids", ["A1", "B1"])),
    ],
)  # fmt: skip
def test_grids_are_told_as_quarters_where_they_make_whole_ones(grids: list[str], told: tuple[str, list[str]]) -> None:
    assert rules.scope(grids, {"A1": "甲", "A2": "甲", "B1": "乙"}) == told
