"""Whom the demo commends: one award is granted, one waits for the answer of who is to have it, a round is open, a bulletin tells."""

from datetime import timedelta

from gateway.demo.door import Visitor
from gateway.demo.people import ELDER, NEIGHBOURS, PASSWORD, RESIDENT, Person, demo_id
from shared.clock import local_day, utc_now

DANCER = NEIGHBOURS[0]
ROUND_OPEN_DAYS, BULLETIN_DAYS = 30, 30
GRANTOR = {"title": "优秀志愿者", "grantor_kind": "community", "grantor": "金豆社区居委会"}
CITATIONS = {
    DANCER.key: "每周三个晚上教邻居跳广场舞，还常来打扫楼道。",
    ELDER.key: "把自家的热水壶和小板凳摆在楼下，让等车的老人歇脚。",
}


def commend(visitor: Visitor, organizer: Visitor, steward: Visitor) -> None:
    """Let a neighbour propose two people: the office asks both, and what one of them accepted is granted. Once, whatever followed since."""
    if organizer.get("/commendations", limit=1)["items"]:
        return
    today = local_day(utc_now())
    days = {"from": today.replace(month=1, day=1).isoformat(), "until": today.isoformat()}
    round_id = demo_id("round", "volunteers")
    open_until = (today + timedelta(days=ROUND_OPEN_DAYS)).isoformat()
    organizer.put(f"/commendation-rounds/{round_id}", GRANTOR | days | {"about": "常帮邻居的人。", "open_until": open_until})
    resident = visitor.signed_in(RESIDENT.phone, PASSWORD)
    for person in (DANCER, ELDER):
        path = _propose(resident, person, round_id)
        organizer.put(f"{path}/asking", GRANTOR | days | {"citation": CITATIONS[person.key]})
    granted = f"/commendations/{demo_id('proposal', DANCER.key)}"
    organizer.put(f"{granted}/answer", {"accepts": True, "named": True})
    organizer.put(f"{granted}/notice", {})
    steward.put(f"{granted}/decision", {"decision": "grant", "reason": "公示期内无异议。"})


def publish(steward: Visitor) -> None:
    """Make the first issue of the bulletin of the last month: once."""
    if steward.get(path := f"/bulletins/{demo_id('bulletin', 'first')}") is not None:
        return
    today = local_day(utc_now())
    award = {"id": demo_id("proposal", DANCER.key), "title": GRANTOR["title"]}
    month_ago = (today - timedelta(days=BULLETIN_DAYS)).isoformat()
    issue = {"from": month_ago, "until": today.isoformat(), "foreword": "天气转凉，出门多穿一件。", "awards": [award]}
    steward.put(path, issue)


def thank(visitor: Visitor, organizer: Visitor) -> None:
    """Let the resident thank the dancer, whom she met while cleaning, and a caller the resident by phone, who stands on the honour page."""
    resident = visitor.signed_in(RESIDENT.phone, PASSWORD)
    if resident.get("/thanks", side="written", limit=1)["items"]:
        return
    met = resident.get(f"/activities/{demo_id('activity', 'cleaning')}/companions")["items"]
    dancer = next(row for row in met if row["resident_id"] == DANCER.id)
    note = {"to_id": DANCER.id, "words": "谢谢您那天帮我提水桶上楼！", "about": "河畔新居楼道清洁", "proof": dancer["proof"]}
    resident.put(f"/thanks/{demo_id('note', 'dancer')}", note)
    told = {"to_id": RESIDENT.id, "words": "周阿姨剪头发又快又好，谢谢！", "about": "便民服务日·义剪", "for_office": True}
    organizer.put(f"/thanks/{demo_id('note', 'resident')}", told)
    resident.put(f"/thanks/{demo_id('note', 'resident')}/showing", {"shown": True})
    resident.put("/honours/mine", {"shown": True})


def _propose(resident: Visitor, person: Person, round_id: str) -> str:
    said = {"resident_id": person.id, "round_id": round_id, "reason": CITATIONS[person.key]}
    made = resident.put(f"/commendation-proposals/{demo_id('proposal', person.key)}", said)
    return f"/commendations/{made['commendation_id']}"
