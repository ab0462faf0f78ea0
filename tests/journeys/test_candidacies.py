"""One queue for three channels, by pages: put forward by the office with its evidence, by a neighbour and by oneself; decided once."""

from collections.abc import Callable

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY
from shared.ids import new_id
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]


def registered(steward: Visitor, name: str) -> str:
    """Register somebody without a phone; return their id."""
    person_id = new_id()
    told = {"community_code": COMMUNITY, "name": name, "consents": ["service"], "household": f"{name}家1-1-1"}
    steward.put(f"/residents/{person_id}", told)
    return person_id


def test_who_is_put_forward_by_two_channels_is_decided_once(open_page: Open, program: Program) -> None:
    person = registered(program("steward"), "秦守义")
    office = open_page("organizer")
    office.goto(f"/organize/nominations/new?candidate={person}")
    office.select_option("#skill", "mediation")
    office.locator("summary", has_text="资格证").click()
    office.fill("#licence_no", "TJ-18")
    office.fill("#licence_expires_on", "2090-01-01")
    press(office, "举荐")
    assert "请填写" in content(office)  # the evidence is asked for, and nothing is lost
    assert office.input_value("#licence_no") == "TJ-18"
    office.fill("#evidence_body", "三号楼业主")
    office.get_by_label("选举", exact=True).check()
    office.fill("#about", "今年三月当选楼长")
    press(office, "举荐")
    program("resident").put(
        f"/nominations/{new_id()}", {"channel": "resident", "candidate_id": person, "skills": [{"skill": "patrol"}], "statement": "热心"}
    )

    page = open_page("steward")
    page.goto("/community/nominations")
    assert content(page).count("秦守义") == 1
    press(page, "秦守义")
    page.wait_for_url("**/community/nominations/*-*")
    shown = content(page)
    expected = ("三号楼业主 · 选举 · 今年三月当选楼长", "推荐户第 1 户", "周玉兰", "巡逻守望")
    assert [words for words in expected if words not in shown] == []
    page.get_by_label("同意入库").check()
    page.fill("#reason", "两个渠道都说好")
    press(page, "决定")

    assert "秦守义" not in content(page)
    page.goto("/community/nominations?status=admitted")
    assert content(page).count("秦守义") == 1
    page.goto("/community/talents?q=秦守义")
    assert "矛盾调解" in content(page) and "巡逻守望" in content(page)
