"""Issues of the bulletin: made in one act, kept as they were, without whoever no longer agrees; told to the group only on request."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.checkin.models import GroupPost
from services.checkin.rules.bulletins import post_of, totals_without, without_lines
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged, ResidentLeft
from shared.ids import new_id

Headers = dict[str, str]
Call = Callable[..., Any]
TODAY = local_day(utc_now())
PERIOD = {"from": (TODAY - timedelta(days=1)).isoformat(), "until": (TODAY + timedelta(days=1)).isoformat()}


@pytest.fixture
def steward(signed: Call) -> Headers:
    return signed(None, "steward")  # type: ignore[no-any-return]


def made(api: FlaskClient, headers: Headers, id_: str | None = None, **more: Any) -> Any:
    return api.put(f"/api/v1/bulletins/{id_ or new_id()}", json=PERIOD | more, headers=headers)


def read(api: FlaskClient, id_: str, headers: Headers | None = None) -> Any:
    return api.get(f"/api/v1/bulletins/{id_}", headers=headers or {}).json


def test_lines_that_are_left_out_are_gone_and_the_others_stay() -> None:
    rows = [{"id": "1"}, {"id": "2"}]
    assert without_lines(rows, {"award:1", "matter:2"}, kind="award", key="id") == [{"id": "2"}]
    told = totals_without({"items": [1], "grids": [2], "minutes": 3}, {"table:grids", "table:minutes"})
    assert told == {"items": [1], "grids": [], "minutes": 3}


@pytest.mark.parametrize(("minutes", "time"), [(0, "0 小时"), (45, "45 分钟"), (120, "2 小时"), (150, "2 小时30 分钟")])
def test_a_post_says_figures_and_no_names(minutes: int, time: str) -> None:
    title, text = post_of(3, {"people": 2, "records": 5, "minutes": minutes}, activities=4)
    assert title == "居民简报 第 3 期" and f"共 {time}。" in text and "4 场" in text


def test_an_issue_is_made_once_and_numbered_in_its_community(api: FlaskClient, steward: Headers, announced: Call) -> None:
    announced()
    id_ = new_id()
    first, again, other = made(api, steward, id_), made(api, steward, id_), made(api, steward, id_, foreword="别的")
    second = made(api, steward)

    assert [answer.status_code for answer in (first, again, other, second)] == [201, 200, 409, 201]
    assert (first.json["number"], again.json["number"], second.json["number"]) == (1, 1, 2)
    listed = api.get(f"/api/v1/bulletins?community_code={first.json['community_code']}").json["items"]
    assert [row["number"] for row in listed] == [2, 1]


def test_issues_made_at_the_same_moment_have_numbers_of_their_own(api: FlaskClient, steward: Headers) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: made(api, steward), range(4)))
    assert sorted(answer.json["number"] for answer in answers) == [1, 2, 3, 4]


def test_an_issue_keeps_what_was_so_and_drops_who_no_longer_agrees(
    api: FlaskClient, steward: Headers, person: Call, announced: Call, logged: Call, deliver: Call, community: str
) -> None:
    wang, li, zhao = (person(name, consents=["service", "publish"]) for name in ("王一", "李二", "赵三"))
    shy = person("钱四")
    activity = announced(title="便民服务日")
    for who in (wang, li, shy):
        logged(activity, who)
    talents = [{"resident_id": who, "skills": ["haircut"]} for who in (zhao, shy)]
    id_ = made(api, steward, talents=talents, foreword="天冷了。").json["id"]
    logged(activity, zhao)

    shown = read(api, id_)
    assert shown["activities"][0]["names"] == ["王一", "李二"] and shown["activities"][0]["came"] == 3
    assert shown["talents"] == [{"name": "赵三", "skills": ["haircut"]}] and shown["talents_unnamed"] == 1
    assert "钱四" not in json.dumps(shown, ensure_ascii=False) and shown["foreword"] == "天冷了。" and "has_group" not in shown

    deliver("checkin", ConsentsChanged(resident_id=wang, community_code=community, consents=["service"], changed_at=utc_now()))
    deliver("checkin", ResidentLeft(resident_id=zhao, community_code=community, left_at=utc_now()))
    shown = read(api, id_)
    assert shown["activities"][0]["names"] == ["李二"] and shown["activities"][0]["came"] == 3
    assert shown["talents"] == [] and shown["talents_unnamed"] == 2


def test_who_agrees_later_is_not_named_in_an_older_issue(
    api: FlaskClient, steward: Headers, person: Call, announced: Call, logged: Call, deliver: Call, community: str
) -> None:
    shy = person("钱四")
    logged(announced(), shy)
    id_ = made(api, steward).json["id"]
    deliver("checkin", ConsentsChanged(resident_id=shy, community_code=community, consents=["publish"], changed_at=utc_now()))
    assert read(api, id_)["activities"][0]["names"] == []


def test_single_lines_are_left_out(api: FlaskClient, steward: Headers, announced: Call) -> None:
    kept, dropped = announced(title="留"), announced(title="去")
    award, matter = {"id": new_id(), "title": "优秀志愿者"}, {"id": new_id(), "title": "换灯"}
    left_out = [f"activity:{dropped['id']}", f"matter:{matter['id']}"]
    shown = made(api, steward, awards=[award], matters=[matter], left_out=left_out).json
    assert [row["activity_id"] for row in shown["activities"]] == [kept["id"]]
    assert [row["id"] for row in shown["awards"]] == [award["id"]] and shown["matters"] == []


def test_a_withdrawn_issue_keeps_its_number_and_shows_nothing(api: FlaskClient, steward: Headers) -> None:
    id_ = made(api, steward, foreword="写错了").json["id"]
    path = f"/api/v1/bulletins/{id_}/withdrawal"
    answers = [api.put(path, json={"reason": "数字不对"}, headers=steward).status_code for _ in range(2)]
    assert answers == [200, 200] and api.put(path, json={"reason": "别的"}, headers=steward).status_code == 409
    shown = read(api, id_)
    assert shown["withdrawn_at"] and "foreword" not in shown and "withdrawal_reason" not in shown
    assert read(api, id_, steward)["withdrawal_reason"] == "数字不对"
    assert made(api, steward).json["number"] == 2


def test_the_group_is_told_only_on_request_and_once(
    api: FlaskClient, steward: Headers, community: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = made(api, steward).json["id"]
    path = f"/api/v1/bulletins/{id_}/post"
    assert api.put(path, headers=steward).json["type"].endswith(":group-unknown")
    assert GroupPost.objects(activity_id=id_).count() == 0
    groups = tmp_path / "groups.json"
    groups.write_text(json.dumps({community: ["json://127.0.0.1:1"]}))
    monkeypatch.setenv("GB_GROUP_ADDRESSES_PATH", str(groups))
    settings.cache_clear()
    try:
        assert read(api, id_, steward)["has_group"] is True and GroupPost.objects(activity_id=id_).count() == 0
        assert [api.put(path, headers=steward).json["post"] for _ in range(2)] == ["due", "due"]
        post = GroupPost.objects(activity_id=id_).get()
        assert post.title == "居民简报 第 1 期" and post.text.endswith(f"/bulletins/{id_}")
        api.put(f"/api/v1/bulletins/{id_}/withdrawal", json={"reason": "x"}, headers=steward)
        assert api.put(path, headers=steward).json["type"].endswith(":bulletin-withdrawn")
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_stewards_alone_make_issues(api: FlaskClient, organizer: Headers, signed: Call, steward: Headers) -> None:
    assert made(api, organizer).status_code == 403
    assert api.get(f"/api/v1/bulletins/{new_id()}").json["type"].endswith(":bulletin-not-found")
    id_ = made(api, steward).json["id"]
    elsewhere = signed(None, "steward", community_code="T-ELSEWHERE")
    assert api.put(f"/api/v1/bulletins/{id_}/withdrawal", json={"reason": "x"}, headers=elsewhere).status_code == 404
