"""Teams by pages: founded by the steward, joined by whoever says yes, running an activity, adding up to a year, left with one tap."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, NEIGHBOURS, PASSWORD
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, id_in, press


def talent(at_the_door: Visitor, program: Callable[[str], Visitor], name: str, skill: str = "haircut") -> tuple[str, str]:
    """Register and admit somebody; return id and phone."""
    id_, phone = new_id(), fresh_phone()
    at_the_door.put(f"/residents/{id_}", {
        "community_code": COMMUNITY, "name": name, "phone": phone, "password": PASSWORD, "consents": ["service"],
        "grid_code": f"{COMMUNITY}-G01", "household": f"金苗苑{name}",
    })  # fmt: skip
    body = {"channel": "self", "candidate_id": id_, "statement": "热心。", "skills": [{"skill": skill}]}
    program(phone).put(nomination := f"/nominations/{new_id()}", body)
    program("steward").put(f"{nomination}/decision", {"decision": "admit", "reason": "属实。"})
    return id_, phone


def found(steward: Page, name: str, leader: str, members: tuple[str, ...], item: str = "理发") -> None:
    """Found a team by the pages."""
    steward.goto("/community/teams")
    press(steward, "组建先锋队")
    steward.wait_for_url("**/community/teams/new")
    steward.fill("#name", name)
    steward.get_by_label(item, exact=True).check()
    steward.select_option("#leader_id", label=leader)
    for member in members:
        steward.get_by_label(member, exact=True).check()
    press(steward, "组建并发出邀请")


def test_a_team_from_founding_to_its_year(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    (leader_id, leader_phone), (other_id, other_phone) = (talent(at_the_door, program, name) for name in ("栾队长", "邬队员"))
    steward = open_page("steward")
    found(steward, "剪发先锋队", "栾队长", ("邬队员",))
    team_id = id_in(steward)
    assert "这支先锋队缺队长" in content(steward)  # nobody has agreed yet

    leader, other = open_page(leader_phone), open_page(other_phone)
    leader.goto("/my")
    assert "先锋队“剪发先锋队”邀请您加入" in content(leader)
    press(leader, "我愿意加入")
    assert "队长" in content(leader) and "已邀请，待答复" in content(leader)
    other.goto("/my/talent")
    press(other, "剪发先锋队")
    other.wait_for_url(f"**/my/teams/{team_id}")
    press(other, "我愿意加入")

    organizer = open_page("organizer")
    organizer.goto("/organize/activities/new")
    organizer.fill("#title", "先锋队义剪")
    organizer.select_option("#item", "haircut")
    now = utc_now() + timedelta(hours=8)
    organizer.fill("#starts_at", (now - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    organizer.fill("#ends_at", (now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    organizer.fill("#place", "社区广场")
    organizer.select_option("#team_id", label="剪发先锋队")
    press(organizer, "发布")
    assert "由队员带队" in organizer.locator(".summary").inner_text()  # the organizer is no member
    organizer.select_option("#leader_id", label="栾队长")
    press(organizer, "发布")
    organizer.wait_for_url("**/organize/activities/*-*")
    activity_id = id_in(organizer)
    assert "剪发先锋队" in content(organizer)
    leader.reload()
    assert "先锋队义剪" in content(leader)

    arrived = (utc_now() - timedelta(hours=1)).isoformat()
    for who in (leader_id, other_id):
        body = {"activity_id": activity_id, "resident_id": who, "method": "roll", "arrived_at": arrived,
                "left_at": utc_now().isoformat()}  # fmt: skip
        program("organizer").put(f"/check-ins/{new_id()}", body)
    program("second organizer").put(f"/activities/{activity_id}/verification", {"exceptions": []})
    program("organizer").send("PATCH", f"/activities/{activity_id}", {"revision": 1, "ends_at": utc_now().isoformat()})
    other.goto(f"/my/teams/{team_id}")
    assert "到场人数\n2" in content(other) and "2 小时" in content(other)
    other.get_by_role("link", name="理发").click()
    assert content(other).count("1 小时") == 2
    assert "栾队长" in content(other)

    stranger = open_page()
    stranger.goto(f"/teams/{team_id}")
    assert "栾**" in content(stranger) and "栾队长" not in content(stranger)

    leader.goto(f"/my/teams/{team_id}")
    press(leader, "退出先锋队")
    steward.goto(f"/community/teams/{team_id}")
    assert "这支先锋队缺队长" in content(steward) and "自己退出" in steward.content()
    press(steward, "修改先锋队或队长")
    steward.wait_for_url("**/change")
    steward.select_option("#leader_id", label="邬队员")
    press(steward, "保存修改")
    assert "这支先锋队缺队长" not in content(steward)


def test_who_says_no_is_not_in_it_and_who_said_yes_to_the_office_is(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    (_, first_phone), (second_id, _) = (talent(at_the_door, program, name) for name in ("婉拒者", "口头者"))
    steward = open_page("steward")
    found(steward, "口头先锋队", "口头者", ("婉拒者",))
    team_id = id_in(steward)

    first = open_page(first_phone)
    first.goto("/my/teams")
    press(first, "不用了，谢谢")
    assert "口头先锋队" not in content(first)

    steward.reload()
    assert "婉拒者" not in content(steward).partition("邀请队员")[0]
    steward.locator("li", has_text="口头者").get_by_role("button", name="本人已同意").click()
    assert "本人向社区表示同意" in content(steward)
    press(steward, "解散先锋队")
    steward.wait_for_url("**/end")
    press(steward, "解散先锋队")
    assert steward.locator(".summary").is_visible()  # not without a reason
    steward.fill("#reason", "任务完成")
    press(steward, "解散先锋队")
    assert "任务完成" in content(steward)
    assert program("steward").get(f"/teams/{team_id}")["status"] == "ended"
    entry = program("steward").get(f"/talents/{second_id}")["teams"]
    assert [(row["name"], row["status"]) for row in entry] == [("口头先锋队", "ended")]


def test_a_licence_that_nobody_holds_is_said_where_the_items_are_chosen(
    open_page: Callable[..., Page], at_the_door: Visitor, program: Callable[[str], Visitor]
) -> None:
    talent(at_the_door, program, "无证者")
    steward = open_page("steward")
    found(steward, "义诊队", "无证者", (), item="健康义诊")
    assert "无人持有效证件" in steward.locator(".summary").inner_text()
    assert steward.locator("#name").input_value() == "义诊队"
    assert NEIGHBOURS[0].name in content(steward)
