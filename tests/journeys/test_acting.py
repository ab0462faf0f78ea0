"""A daughter signs her mother up and redeems a lunch for her: said on every page, kept within limits, seen by the mother, ended by her."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, PASSWORD, RESIDENT
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.journeys.people import content, fresh_phone, id_in, press, reload_until
from tests.journeys.site import COMING, LUNCH, RICE
from tests.journeys.test_accessible import faults_of

BANNER = "您正在替 周** 办事"


@pytest.fixture
def daughters_phone(at_the_door: Visitor) -> str:
    """Register the daughter, who ties herself to her mother and to nobody whom other stories need; return her phone."""
    phone = fresh_phone()
    body = {"community_code": COMMUNITY, "name": "周小兰", "phone": phone, "password": PASSWORD, "consents": ["service"]}
    at_the_door.put(f"/residents/{new_id()}", body)
    return phone


def test_a_daughter_acts_for_her_mother_and_the_mother_sees_and_ends_it(
    open_page: Callable[..., Page], program: Callable[[str], Visitor], daughters_phone: str, wait_until: Callable[..., Any]
) -> None:
    mother, daughter = program("resident"), open_page(daughters_phone)
    mother.put(mandate := f"/mandates/{new_id()}", terms())
    daughter.goto("/my/mandates/code")
    daughter.fill("#code", mother.get(mandate)["code"].lower())
    press(daughter, "下一步")
    press(daughter, "替 ")

    daughter.goto(f"/activities/{COMING}")
    assert BANNER in daughter.inner_text("body")
    press(daughter, "报名")
    assert "您已报上名" in content(daughter)
    daughter.goto(f"/shelf/{LUNCH}")
    press(daughter, "兑换")
    redemption = id_in(daughter)
    reload_until(daughter, wait_until, "请在柜台出示")
    daughter.goto("/my/give")
    assert "不在代办范围内" in content(daughter)

    read = open_page("resident")
    read.goto("/my/mandates/acts")
    assert content(read).count("周小兰 代 周玉兰 办理") == 2
    read.goto(f"/my{mandate}")
    press(read, "马上撤销")
    daughter.goto("/my/beans")
    assert "委托已经撤销" in content(daughter)
    assert BANNER not in daughter.inner_text("body")
    mother.send("DELETE", f"/redemptions/{redemption}", None)
    mother.send("DELETE", f"/activities/{COMING}/sign-ups/{RESIDENT.id}", None)


def test_pages_of_somebody_who_acts_for_another_can_be_used_by_everybody(
    open_page: Callable[..., Page], program: Callable[[str], Visitor], daughters_phone: str
) -> None:
    mother, proxy = program("resident"), program(daughters_phone)
    mother.put(mandate := f"/mandates/{new_id()}", terms())
    proxy.send("PUT", "/mandate-codes/current", {"code": mother.get(mandate)["code"]})
    page = open_page(daughters_phone, scripts=True)
    page.goto(f"/my{mandate}")
    press(page, "替 ")
    asked = ["/acting", "/activities", f"/activities/{COMING}", "/shelf", f"/shelf/{RICE}", "/my/redemptions", "/my/beans", "/help"]

    faults = {path: found for path in asked if (found := faults_of(page, path))}

    mother.put(f"{mandate}/revocation", {})
    assert faults == {}


def terms() -> dict[str, Any]:
    """Return what the mother agrees to."""
    ends_on = (local_day(utc_now()) + timedelta(days=30)).isoformat()
    limits = {"beans_per_redemption": 200, "beans_per_month": 500}
    return {"acts": ["sign_up", "redeem", "read_beans"], **limits, "ends_on": ends_on}
