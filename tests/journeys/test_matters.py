"""A matter on its way from the first word to whether it is solved, by pages and without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page
from pymongo import MongoClient

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.local.platform import Platform
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
MA, ZHENG, LUO, GAO, SONG, TANG = NEIGHBOURS


def raised(program: Program, title: str, **more: Any) -> str:
    """Raise a matter as the demo's resident, by the API; return its path."""
    program("resident").put(path := f"/matters/{new_id()}", {"title": title, "text": "请大家商量。", "kind": "facilities", **more})
    return path


def under_discussion(program: Program, title: str) -> tuple[str, str]:
    """Raise a matter and enter a consultation of an hour ago; return the paths of both."""
    path, now = raised(program, title), utc_now()
    plan = {
        "form": "on_site", "starts_at": (now - timedelta(hours=1)).isoformat(), "place": "三单元门口", "host": "李建国",
        "comments_until": (local_day(now) + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    program("organizer").put(consultation := f"{path}/consultations/{new_id()}", plan)
    return path, consultation


def test_a_resident_raises_a_matter_a_neighbour_stands_behind_it_and_the_office_answers(open_page: Open) -> None:
    resident, neighbour, organizer = open_page("resident"), open_page("elder"), open_page("organizer")
    resident.goto("/my")
    press(resident, "居民提的事")
    press(resident, "提一件事")
    press(resident, "提出来")
    assert "请" in content(resident) and resident.locator("#summary").count() == 1
    resident.fill("#title", "二号楼门口灯不亮")
    resident.fill("#text", "晚上看不清台阶。")
    resident.get_by_label("公共设施").check()
    press(resident, "提出来")
    assert "社区收到了" in content(resident) and "金苗苑" in content(resident)
    address = resident.url.partition("#")[0]

    neighbour.goto(address)
    assert "周** 提出" in content(neighbour)
    press(neighbour, "我也支持")
    assert "支持的邻居：1" in content(neighbour)

    organizer.goto("/organize/matters")
    press(organizer, "二号楼门口灯不亮")
    press(organizer, "答复")
    organizer.fill("#text", "物业明天来看。")
    press(organizer, "答复")
    assert "物业明天来看。" in content(organizer)
    press(organizer, "支持的邻居")
    assert "郑桂芬" in content(organizer)

    resident.goto("/my/reminders")
    resident.locator(".note", has_text="二号楼门口灯不亮").get_by_role("link").click()
    assert "物业明天来看。" in content(resident)
    press(resident, "我看过了")
    resident.goto("/my/reminders")
    assert "二号楼门口灯不亮" not in content(resident)


def test_the_office_enters_a_matter_and_a_support_for_who_calls(open_page: Open) -> None:
    organizer = open_page("organizer")
    organizer.goto(f"/organize/residents/{SONG.id}")
    press(organizer, "替他提一件事")
    organizer.fill("#title", "楼道扶手松了")
    organizer.fill("#text", "下楼怕摔。")
    organizer.get_by_label("老旧小区改造").check()
    press(organizer, "提出来")
    assert "已替 宋丽华 登记" in content(organizer)
    press(organizer, "有人打电话来支持")
    organizer.fill("#q", "gzy")
    press(organizer, "查找")
    press(organizer, "高志远 也支持")
    assert "支持的邻居：1" in content(organizer)


def test_two_matters_become_one_and_another_is_sent_on(open_page: Open, program: Program) -> None:
    kept, gone, foreign = raised(program, "垃圾桶太少"), raised(program, "垃圾没处扔"), raised(program, "公交站太远")
    organizer = open_page("organizer")
    organizer.goto(f"/organize{gone}")
    organizer.locator("summary", has_text="其他").click()
    press(organizer, "并入另一件事")
    organizer.get_by_label("垃圾桶太少", exact=True).first.check()
    organizer.fill("#reason", "说的是一回事。")
    press(organizer, "并入另一件事")
    assert "已并入另一件" in content(organizer)
    organizer.goto(f"/organize{foreign}/acts/send-on")
    organizer.fill("#to", "市公交公司")
    organizer.fill("#reason", "线路由公交公司定。")
    press(organizer, "转出去")

    nobody = open_page()
    nobody.goto(kept)
    assert "另一件事并了进来" in content(nobody) and "垃圾没处扔" in content(nobody)
    nobody.goto(foreign)
    assert "转给：市公交公司" in content(nobody)


def test_a_matter_is_discussed_from_the_plan_to_the_minutes(open_page: Open, program: Program) -> None:
    path = raised(program, "楼道堆物")
    organizer, neighbour = open_page("organizer"), open_page("elder")
    organizer.goto(f"/organize{path}")
    press(organizer, "安排协商")
    press(organizer, "安排协商")
    assert organizer.locator("#summary").count() == 1
    organizer.get_by_label("现场协商").check()
    organizer.fill("#starts_at", (utc_now() + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M"))
    organizer.fill("#place", "六号楼一层")
    organizer.fill("#host", "李建国")
    press(organizer, "安排协商")
    assert "已定下" in content(organizer) and "六号楼一层" in content(organizer)

    neighbour.goto(path)
    assert "现场协商" in content(neighbour)
    press(neighbour, "看意见、写意见")
    neighbour.fill("#text", "先清纸箱，给老人留条路。")
    press(neighbour, "发出")
    assert "先清纸箱" in content(neighbour) and "郑桂芬" in content(neighbour)


def test_minutes_are_published_and_a_comment_is_hidden_with_a_reason(open_page: Open, program: Program) -> None:
    path, consultation = under_discussion(program, "电动车乱停")
    program("elder").put(f"{path}/comments/{new_id()}", {"text": "就是老王停的。"})
    organizer, elder, nobody = open_page("organizer"), open_page("elder"), open_page()
    organizer.goto(f"/organize{consultation}/minutes")
    organizer.fill("#text", "看了现场，车棚够用。")
    organizer.fill("#agreed", "车都进棚，门口划线。")
    organizer.fill("#came", "17")
    press(organizer, "发布纪要")
    organizer.goto(f"/organize{path}/comments")
    press(organizer, "隐藏")
    organizer.fill("#reason", "请不要点名。")
    press(organizer, "隐藏")
    assert "已隐藏" in content(organizer)

    nobody.goto(path)
    shown = content(nobody)
    assert "车都进棚，门口划线。" in shown and "17 人参加" in shown and "由主持人填报" in shown
    nobody.goto(f"{path}/comments")
    assert "老王" not in content(nobody)
    elder.goto(f"{path}/comments")
    assert "请不要点名。" in content(elder)
    press(elder, "撤回我写的")
    assert "老王" not in content(elder)


def test_those_concerned_vote_and_the_steward_writes_the_decision_down(open_page: Open, program: Program) -> None:
    path, consultation = under_discussion(program, "单元门换锁")
    program("organizer").put(f"{consultation}/minutes/{new_id()}", {"text": "锁坏了三把。", "agreed": "换。", "came": 11})
    organizer, steward, elder, resident = (open_page(who) for who in ("organizer", "steward", "elder", "resident"))
    organizer.goto(f"/organize{path}")
    press(organizer, "发起表决")
    organizer.fill("#text", "三个单元都换锁。")
    organizer.fill("#options", "同意")
    press(organizer, "发起表决")
    assert "请填两到六个不同的选项" in content(organizer)
    organizer.fill("#options", "同意\n不同意")
    press(organizer, "发起表决")
    assert "表决已开始" in content(organizer) and "户中至少百分之 30 参与才算数" in content(organizer)
    press(organizer, "有人打电话来表决")
    organizer.fill("#q", "gzy")
    press(organizer, "查找")
    press(organizer, "替 高志远 登记")
    organizer.get_by_label("同意", exact=True).check()
    press(organizer, "录入")
    assert "已替 高志远 登记" in content(organizer)

    elder.goto(path)
    press(elder, "参加表决")
    elder.get_by_label("不同意").check()
    press(elder, "参加表决")
    assert "已记下您的选择" in content(elder) and "参与表决：2" in content(elder)
    press(elder, "改我的选择")
    assert elder.get_by_label("不同意").is_checked()
    resident.goto(path)
    assert "表决结束后公布结果" in content(resident)

    steward.goto(f"/organize{path}/acts/decide")
    steward.get_by_label("会议议定").check()
    steward.get_by_label("要办", exact=True).check()
    for name, words in {"text": "换锁。", "reason": "夜里不安全。", "responsible": "物业公司"}.items():
        steward.fill(f"#{name}", words)
    press(steward, "登记议定结果")
    assert "请填人数" in content(steward)
    for name, count in {"in_favour": "10", "against": "1", "abstained": "0"}.items():
        steward.fill(f"#{name}", count)
    press(steward, "登记议定结果")
    assert "这件事正在表决" in content(steward), "the vote is still open"


def test_what_is_done_is_rated_by_those_concerned(open_page: Open, program: Program) -> None:
    path, consultation = under_discussion(program, "健身器材坏了")
    program("organizer").put(f"{consultation}/minutes/{new_id()}", {"text": "坏了两件。", "agreed": "修。", "came": 11})
    steward, organizer, elder = (open_page(who) for who in ("steward", "organizer", "elder"))
    steward.goto(f"/organize{path}")
    press(steward, "登记议定结果")
    steward.get_by_label("会议议定").check()
    steward.get_by_label("要办", exact=True).check()
    told = {"text": "两件都修。", "reason": "孩子会夹手。", "responsible": "街道文体中心"}
    for name, words in (told | {"in_favour": "11", "against": "0", "abstained": "0"}).items():
        steward.fill(f"#{name}", words)
    press(steward, "登记议定结果")
    assert "街道文体中心" in content(steward) and "赞成 11" in content(steward)

    organizer.goto(f"/organize{path}")
    press(organizer, "登记下一步")
    organizer.fill("#text", "修好那天一起试试。")
    organizer.select_option("#activity_id", index=1)
    press(organizer, "登记下一步")
    press(organizer, "登记办完了")
    organizer.fill("#text", "螺丝都换了。")
    press(organizer, "登记办完了")
    assert "涉及的居民现在可以评价了" in content(organizer)

    elder.goto(path)
    press(elder, "说说解决了没有")
    elder.get_by_label("部分解决").check()
    elder.fill("#words", "还有一件晃。")
    press(elder, "发出")
    assert "过半数评价" in content(elder) and "参加评价的人：1" in content(elder)
    organizer.goto(f"/organize{path}/voices/rating")
    assert "还有一件晃。" in content(organizer)


def test_a_leader_is_chosen_from_both_sides(open_page: Open, program: Program, house: Platform) -> None:
    path, consultation = under_discussion(program, "小花园没人管")
    program("organizer").put(f"{consultation}/minutes/{new_id()}", {"text": "都愿意种。", "agreed": "找人牵头。", "came": 8})
    today = local_day(utc_now()).isoformat()
    program("steward").put(f"{path}/decision", {
        "way": "meeting", "outcome": "carry_out", "text": "种上花。", "reason": "好看。", "responsible": "社区", "decided_on": today,
        "meeting": {"consultation_id": consultation.rpartition("/")[2], "in_favour": 8, "against": 0, "abstained": 0},
    })  # fmt: skip
    steward, elder, organizer = (open_page(who) for who in ("steward", "elder", "organizer"))
    steward.goto(f"/organize{path}")
    press(steward, "征集牵头人")
    for name, words in {"text": "管好小花园。", "terms": "一年，每笔有票据。", "budget": "不超过 500 元"}.items():
        steward.fill(f"#{name}", words)
    press(steward, "征集牵头人")
    assert "居民可以报名了" in content(steward)

    elder.goto(path)
    press(elder, "看牵头人和方案")
    press(elder, "我来牵头")
    elder.fill("#plan", "春天月季，秋天菊花。")
    elder.fill("#budget", "300 元")
    press(elder, "我来牵头")
    assert "您已报名" in content(elder) and "郑桂芬" in content(elder)

    let_days_pass(house, path, ahead=-1, behind=1)
    neighbour = open_page("resident")
    neighbour.goto(f"{path}/leader")
    press(neighbour, "我选 郑**")
    assert "您的选择" in content(neighbour)
    let_days_pass(house, path, ahead=-2, behind=-1)
    elder.goto(f"{path}/leader")
    press(elder, "我同意条件")
    steward.goto(f"/organize{path}/leader")
    press(steward, "确认由 郑桂芬 牵头")
    steward.fill("#reason", "懂花，也有空。")
    press(steward, "确认牵头人")
    assert "由 郑桂芬 牵头" in content(steward)
    elder.goto(f"{path}/leader")
    press(elder, "记一笔开支")
    for name, words in {"what": "月季苗十棵", "sum": "120 元"}.items():
        elder.fill(f"#{name}", words)
    press(elder, "记下")
    organizer.goto(f"/organize{path}/leader")
    press(organizer, "看过票据：月季苗十棵")
    assert "已对照票据" in content(organizer)


def let_days_pass(house: Platform, path: str, *, ahead: int, behind: int) -> None:
    """Let the days of a selection lie so many days from today, and what was chosen three days back, as if it had been opened earlier."""
    matter_id, today = path.rpartition("/")[2], local_day(utc_now())
    days = {"stand_until": today + timedelta(days=ahead), "choose_until": today + timedelta(days=behind)}
    with MongoClient(house.environment["GB_MONGODB_URI"], tz_aware=True) as client:
        engagement = client[f"{house.environment['GB_PREFIX']}_engagement"]
        moved = {f"selections.0.{name}": day.isoformat() for name, day in days.items()}
        engagement["matters"].update_one({"_id": matter_id}, {"$set": moved})
        engagement["voices"].update_many({"matter_id": matter_id}, {"$set": {"at": utc_now() - timedelta(days=3)}})
