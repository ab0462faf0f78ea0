"""What a community's group is told, sent for real to a server that stands for the group."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine

from services.checkin.commands import group_posts
from services.checkin.models import GroupPost
from services.checkin.rules.group_posts import CALLED_OFF, MOVED, TOMORROW, Occasion, due_of, words_of
from services.checkin.settings import settings
from shared.clock import utc_now
from tests.services.checkin.conftest import HOUR, moment

API = "/api/v1"


class Group:
    """A group that notes what it is told; `status` is what it answers."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.status = 200
        group = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if group.status == 200:
                    group.told.append(f"{told['title']}\n{told['message']}")
                self.send_response(group.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def named(monkeypatch) -> Iterator[Callable[[Path | str], None]]:
    """Return the function that names the operator's file."""

    def name(path: Path | str) -> None:
        monkeypatch.setenv("GB_GROUP_ADDRESSES_PATH", str(path))
        settings.cache_clear()

    yield name
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def group(tmp_path, named, community) -> Iterator[Group]:
    """Return the group of this test's community, whose address stands in the operator's file."""
    group, path = Group(), tmp_path / "groups.json"
    path.write_text(json.dumps({community: [f"json://127.0.0.1:{group.server.server_port}/"]}))
    named(path)
    yield group
    group.server.shutdown()
    group.server.server_close()


def in_hours(hours: float) -> dict[str, str]:
    starts_at = utc_now() + hours * HOUR
    return {"starts_at": moment(starts_at), "ends_at": moment(starts_at + 2 * HOUR)}


def test_a_group_is_told_once_what_is_tomorrow_without_a_name(api, announced, signed, person, group):
    near, far = announced(title="义诊", capacity=3, **in_hours(23)), announced(title="还早", **in_hours(30))
    api.put(f"{API}/activities/{near['id']}/sign-ups/{(who := person('李秀英'))}", headers=signed(who))
    assert [group_posts.post_to_groups() for _ in range(2)] == [1, 0]
    (told,) = group.told
    assert told.startswith("活动提醒：义诊")
    assert "还有 2 个名额" in told
    assert f"/activities/{near['id']}" in told
    assert "李秀英" not in told
    assert far["title"] not in told


def test_a_group_is_told_what_moved_and_what_is_called_off_but_not_of_a_draft(api, organizer, announced, group):
    moved, off = (announced(title=title, **in_hours(50)) for title in ("改", "停"))
    draft = announced(title="稿", draft=True, **in_hours(50))
    api.patch(f"{API}/activities/{moved['id']}", json={"revision": 1, "place": "新地点"}, headers=organizer)
    for activity in (off, draft):
        api.patch(f"{API}/activities/{activity['id']}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    group_posts.post_to_groups()
    assert sorted(told.splitlines()[0] for told in group.told) == ["时间或地点有变：改", "活动取消：停"]
    assert any("新地点" in told for told in group.told)


def test_what_a_group_does_not_take_is_tried_again_later_and_given_up_in_the_end(announced, group, community):
    announced(**in_hours(23))
    group.status = 500
    assert group_posts.post_to_groups() == 0
    assert group_posts.post_to_groups() == 0
    (post,) = GroupPost.objects(community_code=community)
    assert (post.status, post.tries) == ("due", 1)
    for tries in range(2, group_posts.TRIES_MAX + 1):
        with time_machine.travel(GroupPost.objects(community_code=community).first().next_try_at + timedelta(seconds=1), tick=False):
            group_posts.post_to_groups()
        assert GroupPost.objects(community_code=community).first().tries == tries
    assert GroupPost.objects(community_code=community).first().status == "given_up"
    group.status = 200
    with time_machine.travel(utc_now() + timedelta(hours=3), tick=False):
        assert group_posts.post_to_groups() == 0


def test_a_group_that_answers_again_is_told(announced, group):
    announced(**in_hours(23))
    group.status = 500
    group_posts.post_to_groups()
    group.status = 200
    with time_machine.travel(utc_now() + timedelta(minutes=3), tick=False):
        assert group_posts.post_to_groups() == 1
    assert len(group.told) == 1


def test_without_a_file_or_with_a_broken_one_nobody_is_told_and_nothing_breaks(tmp_path, named, announced):
    announced(**in_hours(23))
    broken = tmp_path / "groups.json"
    broken.write_text("{")
    for path in ("", tmp_path / "nowhere.json", broken):
        named(path)
        assert group_posts.post_to_groups() == 0


# --- rules --------------------------------------------------------------------------------------------------------------

NOW = utc_now().astimezone(ZoneInfo("Asia/Shanghai"))


def occasion(hours: float, **more) -> Occasion:
    plain = {"title": "义诊", "place": "广场", "status": "open", "free_places": 0}
    return Occasion(starts_at=NOW + hours * HOUR, ends_at=NOW + (hours + 1) * HOUR, **plain | more)


@pytest.mark.parametrize(("told", "kind"), [
    (occasion(24), TOMORROW),
    (occasion(24.1), None),
    (occasion(0), None),
    (occasion(10, status="draft"), None),
    (occasion(10, status="closed"), None),
    (occasion(100, moved_at=NOW - 23 * HOUR), MOVED),
    (occasion(100, moved_at=NOW - 25 * HOUR), None),
    (occasion(10, moved_at=NOW - HOUR), MOVED),
    (occasion(10, status="cancelled", called_off_at=NOW - HOUR), CALLED_OFF),
    (occasion(10, status="cancelled"), None),  # a draft that was thrown away
    (occasion(-1, status="cancelled", called_off_at=NOW - 2 * HOUR), None),
])
def test_what_is_due(told, kind):
    due = due_of(told, NOW)
    assert (due and due[0]) == kind


def test_a_full_activity_says_that_one_may_wait_or_come():
    assert "名额已满，可以候补，也欢迎到场" in words_of(TOMORROW, occasion(20))[1]
    assert "名额" not in words_of(CALLED_OFF, occasion(20))[1]


def test_a_convenience_day_tells_its_stalls_unless_it_is_called_off():
    day = replace(occasion(20), stalls=("免费剪发", "磨剪刀"))
    assert "摊位：免费剪发、磨剪刀，需要什么可以先告诉我们" in words_of(TOMORROW, day)[1]
    assert "摊位" not in words_of(TOMORROW, occasion(20))[1] + words_of(CALLED_OFF, day)[1]
