"""A statement of one's own credit: made, printed, checked by a stranger, withdrawn; and a mark that is pardoned."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import NEIGHBOURS, ORGANIZER
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import content, press

Open = Callable[..., Page]
Program = Callable[[str], Visitor]
ABSENT = NEIGHBOURS[2]


def test_a_statement_is_made_printed_checked_and_withdrawn(open_page: Open) -> None:
    owner, stranger = open_page("resident"), open_page()
    owner.goto("/my/credit")
    press(owner, "出具证明")
    assert "证明已出具" in content(owner)

    printing = owner.locator("main").get_by_role("link", name="打印").first.get_attribute("href")
    paper = owner.request.get(printing)
    assert (paper.status, paper.headers["content-type"], paper.body()[:5]) == (200, "application/pdf", b"%PDF-")

    checking = owner.locator("main").get_by_role("link", name="别人看到的样子").first.get_attribute("href")
    stranger.goto(checking)
    assert "这份证明属实" in content(stranger)
    assert "周**" in content(stranger)

    press(owner, "撤回")
    stranger.reload()
    assert "本人已撤回这份证明" in content(stranger)
    assert "贡献度" not in content(stranger)


def test_a_witness_marks_a_missed_sign_up_and_a_steward_pardons_it(
    open_page: Open, program: Program, wait_until: Callable[..., Any]
) -> None:
    organizer, steward, activity_id, now = program("organizer"), program("steward"), new_id(), utc_now()
    organizer.put(f"/activities/{activity_id}", {
        "item": "environment", "title": "谅解试验", "kind": "volunteer", "starts_at": (now - timedelta(minutes=5)).isoformat(),
        "ends_at": (now + timedelta(minutes=65)).isoformat(), "place": "院子", "capacity": 20, "leader_id": ORGANIZER.id,
    })  # fmt: skip
    organizer.put(f"/activities/{activity_id}/sign-ups/{ABSENT.id}", {})
    wallet = f"/wallets/{ABSENT.id}"
    before = steward.get(wallet)["integrity"]
    organizer.put(f"/activities/{activity_id}/closing", {})
    assert steward.get(wallet)["integrity"] == before
    witness = open_page("organizer")
    witness.goto(f"/organize/activities/{activity_id}/places")
    witness.get_by_label("这位为什么没来？").fill("说好来的，没来也没打电话。")
    press(witness, "没来，也没说一声")
    assert "记为失约" in content(witness)
    wait_until(lambda: steward.get(wallet)["integrity"] == before - 5, seconds=20)

    page = open_page("steward")
    page.goto(f"/community/wallets/{ABSENT.id}?unit=integrity")
    press(page, "谅解")
    page.fill("#reason", "当天住院。")
    press(page, "谅解")
    assert "已谅解这次失约" in content(page)
    assert steward.get(wallet)["integrity"] == before
