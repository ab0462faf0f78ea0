"""What happened in the demo so far, in order. Every step looks before it acts, so that telling it again changes nothing."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.demo import courses, levels, teams
from gateway.demo.commending import commend, publish, thank
from gateway.demo.door import PATIENCE_SECONDS, PAUSE_SECONDS, Refused, Visitor
from gateway.demo.people import (
    AUDITOR,
    CARED_FOR,
    CHILD,
    COMMUNITY,
    ELDER,
    GUARDIANS_BIRTH_YEAR,
    NEIGHBOURS,
    ORGANIZER,
    PARTNER,
    PASSWORD,
    RESIDENT,
    SECOND_ORGANIZER,
    SIGN_INS,
    STEWARD_PHONE,
    Person,
    demo_id,
)
from shared.clock import utc_now

ZONE = ZoneInfo("Asia/Shanghai")
SHOP = demo_id("partner", "shop")
CALL_OPEN_DAYS = 30
EVIDENCE = {"body": "金豆社区居委会", "ground": "visit", "about": "入户走访时了解到的"}


@dataclass(frozen=True)
class Occasion:
    """An activity `days` from today (negative: past) from `hour`, `hours` long; `came` are those who were there."""

    key: str
    title: str
    item: str
    days: int
    hour: int
    hours: int
    place: str
    came: tuple[Person, ...] = ()
    kind: str = "volunteer"
    capacity: int = 20
    stalls: tuple["Stall", ...] = ()


@dataclass(frozen=True)
class Stall:
    """A stall of a convenience day; `needs` are words by person, `unit` whom the office arranged it with, `leader` who
    leads it."""

    key: str
    title: str
    item: str
    needs: tuple[tuple[Person, str], ...] = ()
    places: int | None = None
    unit: str | None = None
    leader: Person | None = None
    is_claimed: bool = False

    def id(self, occasion: Occasion) -> str:
        """Return the id of this stall of an occasion."""
        return demo_id("stall", occasion.key, self.key)


MA, ZHENG, LUO, GAO, SONG, TANG = NEIGHBOURS

OCCASIONS = (
    Occasion("cleaning", "河畔新居楼道清洁", "environment", -20, 9, 3, "河畔新居", (RESIDENT, MA, GAO, ORGANIZER)),
    Occasion("haircuts", "便民服务日·义剪", "haircut", -13, 9, 3, "金豆社区广场", (RESIDENT, MA)),
    Occasion("dance", "广场舞教学", "arts-sports", -9, 19, 2, "向阳里小广场", (MA, ZHENG, LUO)),
    Occasion("lecture", "防诈骗讲座", "policy-talk", -6, 15, 1, "党群服务中心", (RESIDENT, SONG, TANG, LUO), "participation", 60),
    Occasion("meals", "为高龄老人送餐", "elder-meals", -3, 11, 2, "铝厂老院食堂", (RESIDENT, ZHENG)),
    Occasion("coming-repair", "便民服务日", "repair", 2, 9, 3, "金豆社区广场", stalls=(
        Stall("repair", "小家电免费修", "repair", ((SONG, "电饭煲不热"), (TANG, "电风扇转得慢"), (LUO, "台灯一闪一闪")), places=3),
        Stall("haircut", "免费剪发", "haircut", ((SONG, "剪短一点"),), places=2, leader=RESIDENT),
        Stall("scales", "刀剪磨一磨，秤校一校", "errands", ((GAO, "两把菜刀"),), is_claimed=True),
        Stall("blood-pressure", "量血压", "clinic", unit="社区卫生服务站"),
    )),
    Occasion("coming-patrol", "夜间巡逻守望", "patrol", 3, 20, 2, "向阳里南门"),
    Occasion("coming-cleaning", "清理楼道杂物", "environment", 5, 9, 2, "金苗苑", capacity=12),
    Occasion("coming-tutoring", "周末课业辅导", "tutoring", 6, 14, 2, "党群服务中心二楼", capacity=8),
    Occasion("coming-lecture", "健康饮食讲座", "policy-talk", 8, 15, 1, "党群服务中心", kind="participation", capacity=60),
)
REWARDS = (
    ("rice", "大米 2.5 公斤", "goods", 40, 30),
    ("haircut", "剪发一次", "service", 20, 50),
    ("soap", "洗衣液一瓶", "goods", 25, 40),
    ("meal", "社区食堂午餐一份", "meal", 12, 100),
    ("repair", "家电上门检修一次", "service", 60, 10),
)


def tell(visitor: Visitor) -> None:
    """Let the demo community live up to today."""
    steward = _settle_people(visitor)
    organizer = visitor.signed_in(ORGANIZER.phone, PASSWORD)
    reviewer = visitor.signed_in(SECOND_ORGANIZER.phone, PASSWORD)
    partner = visitor.signed_in(PARTNER.phone, PASSWORD)
    _fill_shelf(partner)
    _admit_talents(organizer, steward)
    _call_for_menders(visitor, organizer)
    teams.found_team(organizer, steward)
    courses.open_course(steward)
    levels.find_mentor(organizer, steward)
    for occasion in OCCASIONS:
        _hold(occasion, organizer, reviewer)
        _look_forward_to(occasion, organizer, partner)
    _give_cards(organizer)
    _let_the_grandmother_agree(steward, visitor.signed_in(RESIDENT.phone, PASSWORD))
    _raise_matters(visitor, organizer)
    _pair_neighbours(visitor, organizer)
    _let_a_unit_take_deeds_on(organizer, reviewer, partner)
    commend(visitor, organizer, steward)
    publish(steward)
    thank(visitor, organizer)
    _await_beans(visitor.signed_in(RESIDENT.phone, PASSWORD))


def _settle_people(visitor: Visitor) -> Visitor:
    """Register everybody, give the roles, and return the steward."""
    for person in (*SIGN_INS, *CARED_FOR):
        visitor.put(f"/residents/{person.id}", _registration(person) | {"phone": person.phone, "password": PASSWORD})
    steward = visitor.signed_in(STEWARD_PHONE, PASSWORD)
    steward.put(f"/partners/{SHOP}", {"name": "豆香便民超市", "kind": "shop"})
    for person in (ORGANIZER, PARTNER, AUDITOR, SECOND_ORGANIZER):
        shop = {"partner_id": SHOP} if "partner" in person.roles else {}
        steward.put(f"/residents/{person.id}/roles", {"roles": list(person.roles)} | shop)
    for person in NEIGHBOURS:
        steward.put(f"/residents/{person.id}", _registration(person))
    return steward


def _registration(person: Person) -> dict[str, Any]:
    invited = {"invited_by": demo_id("resident", person.invited_by)} if person.invited_by else {}
    born = dict(zip(("birth_year", "birth_month"), person.born, strict=True)) if person.born else {}
    consents = ["service", "contact", *(["publish"] if person.publishes else [])]
    return {"community_code": COMMUNITY, "name": person.name, "consents": consents, "grid_code": person.grid,
            "household": person.household} | invited | born  # fmt: skip


def _fill_shelf(partner: Visitor) -> None:
    for key, title, kind, price_beans, stock in REWARDS:
        offer = {"title": title, "kind": kind, "price_beans": price_beans, "stock": stock, "partner_id": SHOP}
        partner.put(f"/rewards/{demo_id('reward', key)}", offer)


def _admit_talents(organizer: Visitor, steward: Visitor) -> None:
    """Put the capable ones forward for the office; the steward, who put nobody forward, decides."""
    for person in (*SIGN_INS, *NEIGHBOURS):
        if not person.skills or person is ORGANIZER:
            continue
        nomination = f"/nominations/{demo_id('nomination', person.key)}"
        body = {"channel": "organization", "candidate_id": person.id, "statement": "大家都说好。",
                "skills": person.skills_told(), "evidence": EVIDENCE}  # fmt: skip
        if organizer.get(nomination) is None:
            organizer.put(nomination, body)
        steward.put(f"{nomination}/decision", {"decision": "admit", "reason": "公示期内无异议。"})
        entry = organizer.get(f"/talents/{person.id}")
        if person.free_times and entry is not None and entry["availability"]["said_at"] is None:
            said = {"free_times": list(person.free_times), "languages": list(person.languages)}
            organizer.put(f"/talents/{person.id}/availability", said)


def _call_for_menders(visitor: Visitor, organizer: Visitor) -> None:
    """Call for people who mend things, and let one without an account answer: once, for a day of the call moves with today."""
    if organizer.get(call := f"/calls/{demo_id('call', 'menders')}") is None:
        open_until = (utc_now().astimezone(ZONE) + timedelta(days=CALL_OPEN_DAYS)).date().isoformat()
        organizer.put(call, {"title": "会修小家电、会理发的邻居，请您来", "purpose": "每月便民服务日，为老人修修补补、剪剪头发。",
                             "skills": ["repair", "haircut", "errands"], "open_until": open_until})  # fmt: skip
    if organizer.get(offer := f"/offers/{demo_id('offer', 'chen')}") is None:
        visitor.put(offer, {"community_code": COMMUNITY, "call_id": demo_id("call", "menders"), "name": "陈美华", "phone": "13900005566",
                            "skills": ["haircut"], "words": "开过二十年理发店。", "consents": ["service"]})  # fmt: skip


def _hold(occasion: Occasion, organizer: Visitor, reviewer: Visitor) -> None:
    """Announce an occasion and, if it is past, note who came and confirm the hours."""
    activity = f"/activities/{demo_id('activity', occasion.key)}"
    known = organizer.get(activity) or organizer.put(activity, _announcement(occasion))
    if not occasion.came:
        return
    _await_news_of(occasion.came, organizer, activity)
    for person in occasion.came:
        body = {"activity_id": known["id"], "resident_id": person.id, "method": "roll",
                "arrived_at": known["starts_at"], "left_at": known["ends_at"]}  # fmt: skip
        organizer.put(f"/check-ins/{demo_id('check-in', occasion.key, person.key)}", body)
    reviewer.put(f"{activity}/verification", {"exceptions": []})
    organizer.put(f"{activity}/closing", {})


def _look_forward_to(occasion: Occasion, organizer: Visitor, partner: Visitor) -> None:
    """Let a unit claim its stall, and people who call say what they need; nothing once somebody has said anything, or it has begun."""
    known = organizer.get(activity := f"/activities/{demo_id('activity', occasion.key)}")
    has_begun = datetime.fromisoformat(known["starts_at"]) <= utc_now()
    if not known["stalls"] or has_begun or organizer.get(f"{activity}/needs")["items"]:
        return
    _await_news_of([who for stall in occasion.stalls for who, _ in stall.needs], organizer, activity)
    for stall in occasion.stalls:
        path = f"{activity}/stalls/{stall.id(occasion)}"
        if stall.is_claimed:
            partner.put(f"{path}/claim", {})
        for person, text in stall.needs:
            organizer.put(f"{path}/needs/{person.id}", {"text": text})


def _announcement(occasion: Occasion) -> dict[str, Any]:
    today = utc_now().astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    starts_at: datetime = today.replace(hour=occasion.hour) + timedelta(days=occasion.days)
    return {
        "title": occasion.title, "item": occasion.item, "kind": occasion.kind, "place": occasion.place,
        "capacity": occasion.capacity, "leader_id": MA.id if occasion.key == "dance" else ORGANIZER.id,
        "starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=occasion.hours)).isoformat(),
        "course_id": courses.COURSE if occasion.key in courses.SESSIONS else None,
        "team_id": teams.TEAM if occasion.key in teams.RUN_BY_IT else None,
        "stalls": [
            {"id": stall.id(occasion), "item": stall.item, "title": stall.title, "places": stall.places, "unit": stall.unit,
             "leader_id": stall.leader and stall.leader.id}
            for stall in occasion.stalls
        ],
    }  # fmt: skip


def _await_news_of(people: Iterable[Person], organizer: Visitor, activity: str) -> None:
    """Wait until check-in has heard of everybody: an unknown person's check-in would be refused, and kept as refused."""
    for person in people:
        _wait(lambda person=person: _is_known(person, organizer, activity), what=f"check-in does not know {person.name}")


def _is_known(person: Person, organizer: Visitor, activity: str) -> bool:
    found = organizer.get(f"{activity}/attendees", q=person.name)
    return any(row["resident_id"] == person.id for row in found["items"])


def _give_cards(organizer: Visitor) -> None:
    """Give a card to whoever has none: a second card would make the first one void."""
    for person in (RESIDENT, *NEIGHBOURS):
        if organizer.get(f"/cards/{person.id}") is None:
            organizer.put(f"/cards/{person.id}", {})


def _let_the_grandmother_agree(steward: Visitor, grandmother: Visitor) -> None:
    """Let the office ask for the child, who is under age, and the resident agree: once, whatever a visitor has changed since."""
    consent = f"/guardian-consents/{demo_id('guardian', 'child')}"
    if steward.get(consent) is not None or not steward.get(f"/residents/{CHILD.id}")["is_minor"]:
        return
    if steward.get(f"/residents/{RESIDENT.id}")["birth_year"] is None:
        steward.send("PATCH", f"/residents/{RESIDENT.id}", {"birth_year": GUARDIANS_BIRTH_YEAR})
    steward.put(consent, {"minor_id": CHILD.id})
    grandmother.put(f"{consent}/agreement", {"kinship": "grandparent"})


def _raise_matters(visitor: Visitor, organizer: Visitor) -> None:
    """Let two residents raise what bothers them: one matter waits for its first answer, the other one is being discussed."""
    resident, elder = (visitor.signed_in(person.phone, PASSWORD) for person in (RESIDENT, ELDER))
    waiting, discussed = (f"/matters/{demo_id('matter', key)}" for key in ("bench", "lamps"))
    elder.put(waiting, {"title": "楼下想要两把长椅", "text": "买菜回来想歇歇脚。", "kind": "care"})
    resident.put(discussed, {"title": "楼道灯换成声控的", "text": "晚上看不清台阶，有人摔过。", "kind": "facilities"})
    elder.put(f"{discussed}/support", {})
    if (organizer.get(discussed) or {}).get("consultations"):
        return
    now = utc_now()
    held, coming = (f"{discussed}/consultations/{demo_id('consultation', key)}" for key in ("seen", "coming"))
    where = {"form": "on_site", "place": "金苗苑3号楼", "host": ORGANIZER.name, "starts_at": (now - timedelta(days=1)).isoformat()}
    organizer.put(held, where)
    told = {"text": "三层以下灯座都老化了。", "agreed": "一到六层都换。", "open_points": "钱从哪里出？", "came": 14}
    organizer.put(f"{held}/minutes/{demo_id('minutes', 'seen')}", told)
    then = now + timedelta(days=3)
    talk = {"form": "deliberation", "place": "党群服务中心", "host": "陈雅琴", "starts_at": then.isoformat()}
    organizer.put(coming, talk | {"comments_until": (then + timedelta(days=4)).date().isoformat()})
    elder.put(f"{discussed}/comments/{demo_id('comment', 'elder')}", {"text": "先换一楼，那几级台阶最怕人。"})


def _pair_neighbours(visitor: Visitor, organizer: Visitor) -> None:
    """Let the resident look in on the elder every week, who says that she came; and ask a unit for another neighbour."""
    resident, elder = (visitor.signed_in(person.phone, PASSWORD) for person in (RESIDENT, ELDER))
    weekly, asked = (f"/pairings/{demo_id('pairing', key)}" for key in ("elder", "song"))
    if organizer.get(weekly) is not None:
        return
    begins_on = (utc_now().astimezone(ZONE) - timedelta(days=14)).date().isoformat()
    terms = {"every_days": 7, "begins_on": begins_on, "on_paper": True}
    organizer.put(weekly, terms | {"resident_id": ELDER.id, "helpers": [{"resident_id": RESIDENT.id}], "items": ["errands", "escort"]})
    resident.put(f"{weekly}/answer", {"agrees": True})
    at = utc_now().astimezone(ZONE).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=2)
    visit = {"pairing_id": demo_id("pairing", "elder"), "minutes": 60, "arrived_at": at.isoformat(), "note": "楼道灯不亮。"}
    resident.put(f"/visits/{demo_id('visit', 'elder')}", visit)
    elder.put(f"/visits/{demo_id('visit', 'elder')}/telling", {"came": True})
    organizer.put(asked, terms | {"resident_id": SONG.id, "helpers": [{"partner_id": SHOP}], "items": ["errands"], "every_days": 14})


def _let_a_unit_take_deeds_on(organizer: Visitor, reviewer: Visitor, partner: Visitor) -> None:
    """Let the unit introduce itself, do one deed of the list, which both sides rate, and have one; two are open."""
    if organizer.get(f"/partners/{SHOP}")["introduced_at"] is not None:
        return
    gives = {"gives_items": ["errands", "repair"], "gives_people": 6, "gives_rooms": "二楼会议室，周六可用"}
    partner.put(f"/partners/{SHOP}/introduction", gives | {"contact_name": PARTNER.name, "contact_phone": PARTNER.phone, "revision": 0})
    today = utc_now().astimezone(ZONE).date()
    wanted = (("shelf", "给阅览室装书架", "repair", 2), ("snow", "门前台阶铺防滑垫", "environment", 6),
              ("chairs", "为长者食堂搬桌椅", "errands", 4), ("poster", "张贴冬季防火宣传画", "policy-talk", 9))  # fmt: skip
    for key, title, item, days in wanted:
        deed = {"title": title, "item": item, "people_wanted": 3, "place": "党群服务中心"}
        until = (today + timedelta(days=days)).isoformat()
        organizer.put(f"/listed-deeds/{demo_id('listed-deed', key)}", deed | {"wanted_by": until})
    done, going = (f"/listed-deeds/{demo_id('listed-deed', key)}" for key in ("shelf", "snow"))
    partner.put(f"{going}/claim", {})
    partner.put(f"{done}/claim", {})
    partner.put(f"{done}/report", {"text": "三个书架都装好了。", "people": 3, "served": 40})
    reviewer.put(f"{done}/confirmation", {})
    reviewer.put(f"{done}/rating-of-unit", {"stars": 5, "words": "又快又好，还多装了一层。"})
    partner.put(f"{done}/rating-of-support", {"stars": 4, "words": "钥匙和工具都备好了。"})


def _await_beans(resident: Visitor) -> None:
    """Wait until the confirmed hours have become beans, so that whoever signs in now finds them."""
    _wait(lambda: (resident.get(f"/wallets/{RESIDENT.id}") or {}).get("earned_beans", 0) > 0, what="no beans have arrived")


def _wait(is_so: Any, *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise Refused(what)
        time.sleep(PAUSE_SECONDS)
