"""A sheet of forty is logged in three ways, each in less than half a minute of taps and keys beyond reading it."""

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY
from services.checkin.commands.residents import initials_of
from services.checkin.rules.paper import Line
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.journeys.people import came_to, content, id_in, press, under_way
from tests.paper.camera import Shot, marked, pages_of, photographed

SURNAMES, GIVEN_NAMES = "赵钱孙李吴冯陈高", ("安国", "宁远", "静怡", "平川", "和煦")
TITLE = "四十人的大扫除"
SIGNED_UP, MISSING, WALK_INS = 36, 5, 2
CAME = SIGNED_UP - MISSING
TAP_SECONDS, KEY_SECONDS, SECONDS_MAX = 2.55, 0.28, 30
"""A tap with the thought before it, and a key, by the keystroke-level model (Card, Moran and Newell: M 1.35, P 1.1, B 0.1, K 0.28 s)."""

Open = Callable[..., Page]


@dataclass
class Acts:
    """What somebody does at a page, counted."""

    page: Page
    taps: list[str] = field(default_factory=list)
    keys: int = 0

    @property
    def seconds(self) -> float:
        """How long all of it takes by the model."""
        return len(self.taps) * TAP_SECONDS + self.keys * KEY_SECONDS

    def press(self, words: str) -> None:
        """Press a button, or follow a link."""
        press(self.page, words)
        self.taps.append(words)

    def tick(self, selector: str) -> None:
        """Change a tick, or choose one of several."""
        self.page.locator(selector).click()
        self.taps.append(selector)

    def type(self, selector: str, text: str) -> None:
        """Tap into a field and type."""
        self.page.fill(selector, text)
        self.taps.append(selector)
        self.keys += len(text)

    def send(self, selector: str, files: list[Path]) -> None:
        """Choose files: the field, each file, and the button that says open."""
        self.page.set_input_files(selector, files)
        self.taps += [selector, *(file.name for file in files), "open"]


@pytest.fixture(scope="module")
def neighbours(program: Callable[[str], Visitor], wait_until: Callable[..., Any]) -> Mapping[str, str]:
    """Forty residents whom check-in knows: names by id."""
    organizer = program("organizer")
    people = {new_id(): surname + given for surname in SURNAMES for given in GIVEN_NAMES}
    for who, name in people.items():
        organizer.put(f"/residents/{who}", {"community_code": COMMUNITY, "name": name, "consents": ["service"]})
    activity = under_way(organizer, title=TITLE)
    wait_until(lambda: all(organizer.get(f"{activity}/attendees", q=name)["items"] for name in list(people.values())[-3:]))
    return people


def test_by_photos(open_page: Open, program: Callable[[str], Visitor], neighbours: Mapping[str, str], tmp_path: Path) -> None:
    organizer, page = program("organizer"), open_page("organizer")
    activity = under_way(organizer, title=TITLE, sign_up=list(neighbours)[:SIGNED_UP])
    page.goto(f"/organize{activity}/paper")
    press(page, "生成签到表")
    sheet_id = id_in(page)
    photos = filled_in(pdf_at(page, f"/organize/printed-sheets/{sheet_id}.pdf"), tmp_path)

    page.goto("/organize/")
    acts = Acts(page)
    acts.press("纸质签到表")
    acts.send("#file", photos)
    acts.press("上传")
    assert id_in(page) == sheet_id
    assert page.locator("main form ul.rows > li").count() == 1
    acts.tick("main form ul.rows input[value=yes]")
    acts.press("为到场的人签到")

    assert f"已为 {CAME} 人签到" in content(page)
    assert len(came_to(organizer, activity)) == CAME
    told(acts)


def test_by_typing(open_page: Open, program: Callable[[str], Visitor], neighbours: Mapping[str, str]) -> None:
    organizer, page = program("organizer"), open_page("organizer")
    people = list(neighbours)
    activity = under_way(organizer, title=TITLE, sign_up=people[:SIGNED_UP])
    walk_ins = [initials_of(neighbours[who]) for who in people[-WALK_INS:]]

    page.goto(f"/organize{activity}")
    acts = Acts(page)
    acts.press("照着签到表录入")
    for who in people[:MISSING]:
        acts.tick(f"[id='came-{who}']")
    acts.type("#others", " ".join(walk_ins))
    acts.press("为到场的人签到")

    assert f"已为 {CAME + WALK_INS} 人签到" in content(page)
    assert len(came_to(organizer, activity)) == CAME + WALK_INS
    told(acts)


def test_a_name_that_fits_several_is_asked_for_and_nobody_is_entered_before(
    open_page: Open, program: Callable[[str], Visitor], neighbours: Mapping[str, str]
) -> None:
    organizer, page = program("organizer"), open_page("organizer")
    activity = under_way(organizer, title=TITLE, sign_up=list(neighbours)[:3])
    page.goto(f"/organize{activity}/typed")
    page.fill("#others", "安国 没有这个人")
    press(page, "为到场的人签到")
    assert len(came_to(organizer, activity)) == 0
    meant = next(who for who, name in neighbours.items() if name == "高安国")
    page.locator(f"input[value='{meant}'][name='who-安国']").check()
    page.locator("input[name='who-没有这个人'][value=nobody]").check()
    press(page, "为到场的人签到")
    assert len(came_to(organizer, activity)) == 4


def test_by_a_table(open_page: Open, program: Callable[[str], Visitor], neighbours: Mapping[str, str], tmp_path: Path) -> None:
    page = open_page("organizer")
    (tmp_path / "sheet.xlsx").write_bytes(table_of(list(neighbours.values())))

    page.goto("/organize/")
    acts = Acts(page)
    acts.press("纸质签到表")
    acts.send("#file", [tmp_path / "sheet.xlsx"])
    acts.press("上传")
    doubtful = page.locator("main form ul.rows > li").filter(has=page.locator("fieldset.field input[type=radio]"))
    assert doubtful.count() == 1
    acts.tick("main form ul.rows input[value=skip]")
    acts.press("录入所有已确定的")

    entered = page.locator("dt", has_text="已录入").locator("xpath=following-sibling::dd[1]").inner_text()
    assert int(entered) == len(neighbours) - 1
    told(acts)


def told(acts: Acts) -> None:
    """Print what was done, and how long that takes; it must be less than half a minute."""
    print(f"{len(acts.taps)} taps and {acts.keys} keys: {acts.seconds:.1f} s")
    assert acts.seconds <= SECONDS_MAX


def pdf_at(page: Page, path: str) -> bytes:
    """Return a paper; the first one takes seconds, in which the renderer looks at the fonts."""
    return page.context.request.get(path, timeout=60_000).body()


def filled_in(pdf: bytes, folder: Path) -> list[Path]:
    """Return photos of the pages on which CAME people ticked their boxes, the last of them with no more than a dot."""
    chance, photos = random.Random(40), []
    ticked = dict.fromkeys(random.Random(7).sample(range(1, SIGNED_UP), CAME - 1), "tick") | {SIGNED_UP: "dot"}
    for number, page in enumerate(pages_of(pdf)):
        for row, kind in ticked.items():
            if Line(row).page == number:
                marked(page, Line(row), kind, chance)
        photos.append(folder / f"page-{number + 1}.jpg")
        photos[-1].write_bytes(photographed(page, Shot(seed=number)))
    return photos


def table_of(names: list[str]) -> bytes:
    """Return a workbook as an office keeps it, with these people, the last of them written wrongly."""
    book = Workbook()
    sheet = book.active
    day = (local_day(utc_now()) - timedelta(days=1)).isoformat()
    for row in (["便民服务日签到表"], [f"日期：{day}", None, "地点：社区广场"], ["序号", "姓名", "服务项目", "签到时间", "签退时间"]):
        sheet.append(row)
    for number, name in enumerate([*names[:-1], "查无此人"], start=1):
        sheet.append([number, name, "环境整治", "09:00", "10:30"])
    book.save(target := io.BytesIO())
    return target.getvalue()
