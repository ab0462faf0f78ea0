"""Discussing a matter: consultations in the six forms, who came, minutes, and what residents write."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from time_machine import travel

from services.engagement.models import Comment
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import Community, Matters, log_of, slug


def consultation(**more: Any) -> dict[str, Any]:
    """Return what plans a consultation in an hour's time."""
    soon = (utc_now() + timedelta(hours=1)).isoformat()
    return {"form": "deliberation", "starts_at": soon, "place": "党群服务中心", "host": "李建国", **more}


def held(**more: Any) -> dict[str, Any]:
    """Return what enters a consultation of an hour ago, comments for two more days."""
    until = (local_day(utc_now()) + timedelta(days=2)).isoformat()
    return consultation(starts_at=(utc_now() - timedelta(hours=1)).isoformat(), comments_until=until) | more


MINUTES = {"text": "都说要修。", "agreed": "换声控灯。", "open_points": "钱从哪里来？"}


def stage(shown: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in shown["stages"] if row["stage"] == name)


def test_a_consultation_begins_the_discussion_and_is_planned_once(community: Community, matters: Matters) -> None:
    path = matters.raised(community.resident())
    plan, body = f"{path}/consultations/{new_id()}", consultation()

    first, again, other = (matters.by_staff(plan, wanted) for wanted in (body, body, {**body, "place": "广场"}))

    assert (first.status_code, again.status_code, other.status_code, slug(other)) == (201, 200, 409, "id-in-use")
    shown = again.json
    assert (shown["stage"], len(shown["consultations"]), shown["answered_at"] is not None) == ("discuss", 1, True)
    assert stage(shown, "discuss")["since"] and stage(shown, "discuss")["counts"] == {"came": 0, "comments": 0}
    assert shown["comments_until"] == local_day(utc_now() + timedelta(hours=1)).isoformat()
    assert matters.put(plan, body, as_id=new_id()).status_code == 403
    wrong = matters.by_staff(f"{path}/consultations/{new_id()}", consultation(form="shouting"))
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/form")


def test_who_came_is_counted_by_check_ins_where_an_activity_is_named(community: Community, matters: Matters) -> None:
    path, people = matters.raised(community.resident()), [community.resident() for _ in range(3)]
    talk = community.tell(replace(community.activity(title="居民说事"), kind="participation"))
    service = community.tell(community.activity(title="义剪"))
    plan = f"{path}/consultations/{new_id()}"

    unfit = [matters.by_staff(plan, held(activity_id=id_)) for id_ in (service.activity_id, new_id())]
    planned = matters.by_staff(plan, held(activity_id=talk.activity_id))
    records = [community.tell(community.participation(who, activity=talk.activity_id)) for who in people]
    community.tell(records[0]), community.tell(community.withdrawal(records[0]))
    shown = matters.get(path).json
    entered = matters.by_staff(f"{plan}/minutes/{new_id()}", {**MINUTES, "came": 50})

    assert [slug(answer) for answer in unfit] == ["activity-unfit"] * 2
    assert planned.status_code == 201
    assert [(row["came"], row["is_entered"], row["activity_title"]) for row in shown["consultations"]] == [(2, False, "居民说事")]
    assert stage(shown, "discuss")["counts"]["came"] == 2
    assert (entered.status_code, slug(entered)) == (409, "counted-by-check-ins")


def test_minutes_are_published_and_later_ones_take_their_place(community: Community, matters: Matters) -> None:
    path, plan = matters.raised(community.resident()), f"consultations/{new_id()}"
    matters.by_staff(f"{path}/{plan}", held())

    first = matters.by_staff(f"{path}/{plan}/minutes/{(minutes := new_id())}", {**MINUTES, "came": 12})
    again = matters.by_staff(f"{path}/{plan}/minutes/{minutes}", {**MINUTES, "came": 12})
    later = matters.by_staff(f"{path}/{plan}/minutes/{new_id()}", {**MINUTES, "agreed": "换声控灯，两盏。", "came": 13})

    assert (first.status_code, again.status_code, later.status_code) == (201, 200, 201)
    (shown,) = later.json["consultations"]
    assert (shown["status"], shown["came"], shown["is_entered"], shown["agreed"]) == ("held", 13, True, "换声控灯，两盏。")
    agreed = [act["text"] for act in later.json["history"] if act["code"] == "minutes_published"]
    assert agreed == ["换声控灯。", "换声控灯，两盏。"]


def test_what_is_still_to_come_has_no_minutes_and_may_be_called_off(community: Community, matters: Matters) -> None:
    path, plan = matters.raised(community.resident()), f"consultations/{new_id()}"
    matters.by_staff(f"{path}/{plan}", consultation())

    early = matters.by_staff(f"{path}/{plan}/minutes/{new_id()}", MINUTES)
    off, again = (matters.by_staff(f"{path}/{plan}/cancellation", {"reason": "下大雨。"}) for _ in range(2))

    assert slug(early) == "matter-not-there"
    assert (off.status_code, again.status_code) == (201, 200)
    assert [(row["status"], row["reason"]) for row in again.json["consultations"]] == [("cancelled", "下大雨。")]
    unknown = matters.by_staff(f"{path}/consultations/{new_id()}/minutes/{new_id()}", MINUTES)
    assert (unknown.status_code, slug(unknown)) == (404, "consultation-not-found")
    matters.by_staff(f"{path}/{(past := f'consultations/{new_id()}')}", held())
    matters.by_staff(f"{path}/{past}/minutes/{new_id()}", MINUTES)
    assert slug(matters.by_staff(f"{path}/{past}/cancellation", {"reason": "x"})) == "matter-not-there"


def test_residents_write_while_it_is_discussed_and_only_then(community: Community, matters: Matters, client_of: Any) -> None:
    path, neighbour = matters.raised(community.resident()), community.resident("高志远")
    comment, words = f"{path}/comments/{new_id()}", {"text": "先修再说，我的电话 139 0000 1234。"}

    early = matters.put(comment, words, as_id=neighbour)
    matters.by_staff(f"{path}/consultations/{new_id()}", held())
    made, again = (matters.put(comment, words, as_id=neighbour) for _ in range(2))
    other = matters.put(comment, {"text": "不修。"}, as_id=neighbour)
    with travel(utc_now() + timedelta(days=4), tick=True):
        late = matters.put(f"{path}/comments/{new_id()}", words, as_id=neighbour)
    (stranger,) = client_of("engagement").get(f"/api/v1{path}/comments").json["items"]

    assert slug(early) == slug(late) == "comments-closed"
    assert (made.status_code, again.status_code, other.status_code, slug(other)) == (201, 200, 409, "id-in-use")
    assert (stranger["author_name"], stranger["author_id"], "0000" in stranger["text"]) == ("高**", None, False)
    assert stage(matters.get(path).json, "discuss")["counts"]["comments"] == 1
    for _ in range(9):
        matters.put(f"{path}/comments/{new_id()}", words, as_id=neighbour)
    assert slug(matters.put(f"{path}/comments/{new_id()}", words, as_id=neighbour)) == "too-many-comments"


def test_a_hidden_comment_is_read_by_its_author_with_the_reason_and_can_be_shown_again(community: Community, matters: Matters) -> None:
    author, writer, other = community.resident(), community.resident(), community.resident()
    path = matters.raised(author)
    matters.by_staff(f"{path}/consultations/{new_id()}", held())
    matters.put(comment := f"{path}/comments/{new_id()}", {"text": "老王最坏。"}, as_id=writer)

    too_close = matters.by_staff(f"{comment}/hiding", {"reason": "x"}, as_id=author)
    for _ in range(2):
        hidden = matters.by_staff(f"{comment}/hiding", {"reason": "点了名。"})

    def seen(who: str) -> list[tuple[bool, str | None]]:
        return [(row["is_hidden"], row["hidden_reason"]) for row in matters.get(f"{path}/comments", as_id=who).json["items"]]

    assert (slug(too_close), hidden.status_code) == ("matter-too-close", 200)
    assert (seen(other), seen(writer)) == ([], [(True, "点了名。")])
    assert [row["act"] for row in log_of(comment)] == ["comment-hidden"]
    community.call("DELETE", f"{comment}/hiding", roles=("organizer",))
    assert (seen(other), [row["act"] for row in log_of(comment)]) == ([(False, None)], ["comment-hidden", "comment-shown-again"])
    assert matters.put(f"{comment}/hiding", {"reason": "x"}, as_id=writer).status_code == 403


def test_a_comment_is_withdrawn_by_who_wrote_it_and_loses_the_name_of_who_leaves(community: Community, matters: Matters) -> None:
    path, writer = matters.raised(community.resident()), community.resident("高志远")
    matters.by_staff(f"{path}/consultations/{new_id()}", held())
    kept, gone = (f"{path}/comments/{new_id()}" for _ in range(2))
    for comment in (kept, gone):
        matters.put(comment, {"text": "要修。"}, as_id=writer)

    others = community.call("DELETE", gone, roles=("resident",), as_id=community.resident())
    for _ in range(2):
        assert community.call("DELETE", gone, roles=("resident",), as_id=writer).json["is_withdrawn"]
    community.tell(community.leaving(writer))
    (left,) = matters.get(f"{path}/comments", roles=("steward",)).json["items"]

    assert (others.status_code, slug(others)) == (404, "comment-not-found")
    assert (left["author_id"], left["author_name"], left["text"]) == (None, None, "要修。")
    assert Comment.objects(id=gone.rpartition("/")[2]).first().text is None
