"""Sheets that we print: who stands on them, what a photo changes, and that nobody is checked in twice or from another community."""

import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from services.checkin.models import CheckIn, PrintedSheet, SheetStrips
from services.checkin.rules.paper import Line, lines_of
from shared.clock import utc_now
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from tests.paper.camera import A4, scanned

Headers = dict[str, str]
Body = dict[str, Any]


def photo_of(sheet: PrintedSheet, ticks: Mapping[int, str], *, page: int = 0) -> bytes:
    """Return a picture of a page with marks in the boxes of some rows."""
    return scanned(sheet.token, ticks, lines=lines_of(page, rows=len(sheet.rows)))


@pytest.fixture
def activity(api: FlaskClient, organizer: Headers, activity_body: Callable[..., Body]) -> str:
    """Return the id of an activity that runs now."""
    api.put(path := f"/api/v1/activities/{new_id()}", json=activity_body(capacity=50), headers=organizer)
    return path.rpartition("/")[2]


@pytest.fixture
def signed_up(api: FlaskClient, organizer: Headers, activity: str, person: Callable[..., str]) -> Callable[..., str]:
    """Return the function that signs a resident up and gives their id."""

    def sign_up(name: str) -> str:
        api.put(f"/api/v1/activities/{activity}/sign-ups/{(who := person(name))}", headers=organizer)
        return who

    return sign_up


@pytest.fixture
def put(api: FlaskClient, organizer: Headers) -> Callable[..., Any]:
    """Return the function that puts a body, or a photo, as the organizer."""

    def send(path: str, body: Body | None = None, *, photo: bytes | None = None, headers: Headers | None = None) -> Any:
        sent: Body = {"data": {"file": (io.BytesIO(photo), "photo.jpg")}} if photo is not None else {"json": body or {}}
        return api.put(f"/api/v1{path}", **sent, headers=headers or organizer)

    return send


Put = Callable[..., Any]


@pytest.fixture
def printed(put: Put, activity: str) -> Callable[..., PrintedSheet]:
    """Return the function that prints a sheet for the activity."""

    def sheet(**body: Any) -> PrintedSheet:
        answer = put(f"/activities/{activity}/printed-sheets/{new_id()}", body)
        assert answer.status_code == 201
        return PrintedSheet.objects(id=answer.json["id"]).get()

    return sheet


def pointers(answer: Any) -> set[str]:
    """Return the fields that a refusal names."""
    return {error["pointer"] for error in answer.json["errors"]}


def standing(answer: Any) -> dict[int, tuple[str, str | None]]:
    """Return status and reason by row, of those that say anything."""
    return {row["row"]: (row["status"], row["reason"]) for row in answer.json["rows"] if not row["blank"] or row["status"] != "absent"}


def test_who_has_a_place_stands_by_name_and_the_page_is_filled_with_blank_rows(
    printed: Callable[..., PrintedSheet], signed_up: Callable[..., str], deliver: Any, api: FlaskClient, organizer: Headers, community: str
) -> None:
    zhao, chen, gone = signed_up("赵一"), signed_up("陈二"), signed_up("走了")
    deliver("checkin", ResidentLeft(resident_id=gone, community_code=community, left_at=utc_now()))
    sheet = printed(blank_rows=3)
    assert sheet.rows == [chen, zhao] + [""] * 18
    pages = api.get(f"/api/v1/printed-sheets/{sheet.id}/pages", headers=organizer).json["items"]
    assert [line["name"] for line in pages[0]["lines"][:3]] == ["陈二", "赵一", None]
    assert pages[0]["lines"][0]["code"]["text"] == Line(1).text(sheet.token)
    listed = api.get(f"/api/v1/activities/{sheet.activity_id}/printed-sheets", headers=organizer).json["items"]
    assert [(row["id"], row["row_count"], row["photos"]) for row in listed] == [(sheet.id, 20, 0)]


def test_the_same_print_again_is_the_same_sheet_and_another_is_refused(put: Put, activity: str) -> None:
    path = f"/activities/{activity}/printed-sheets/{new_id()}"
    assert [put(path, {"blank_rows": rows}).status_code for rows in (4, 4, 5)] == [201, 200, 409]


def test_a_photo_tells_who_came_and_applying_checks_them_in_once(
    put: Put, printed: Callable[..., PrintedSheet], signed_up: Callable[..., str], person: Callable[..., str]
) -> None:
    people = [signed_up(f"赵{number}") for number in "甲乙丙丁"]
    sheet = printed()
    rows = {who: sheet.rows.index(who) + 1 for who in people}
    a, b, c, d = (rows[who] for who in people)
    read = put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {a: "tick", b: "dot", d: "black", 6: "cross"}))
    assert read.status_code == 201
    assert standing(read) == {
        a: ("came", None), b: ("needs_decision", "faint"), c: ("absent", None), d: ("needs_decision", "filled"),
        6: ("needs_decision", "who"),
    }  # fmt: skip
    assert {row["row"] for row in read.json["rows"] if row["strip"]} == {b, d, 6}

    path = f"/printed-sheets/{sheet.id}/application"
    first = put(path).json
    assert (first["entered"], first["already"], first["open"]) == (1, 0, 3)
    walk_in = person("路人")
    decided = [{"row": b, "came": True}, {"row": d, "came": False}, {"row": 6, "came": True, "resident_id": walk_in}]
    second = put(path, {"decisions": decided}).json
    assert (second["entered"], second["already"], second["open"]) == (2, 1, 0)
    third = put(path, {"decisions": decided}).json
    assert (third["entered"], third["already"], third["clashing"]) == (0, 3, 0)
    came = CheckIn.objects(activity_id=sheet.activity_id, status="accepted")
    assert {row.resident_id for row in came} == {people[0], people[1], walk_in}
    assert {row.method for row in came} == {"sheet"}


def test_a_photo_sent_twice_is_read_once_and_its_id_stands_for_no_other(
    put: Put, printed: Callable[..., PrintedSheet], signed_up: Callable[..., str]
) -> None:
    signed_up("赵甲")
    sheet = printed()
    path, photo = f"/sheet-photos/{new_id()}", photo_of(sheet, {1: "tick"})
    assert [put(path, photo=photo).status_code for _ in range(2)] == [201, 200]
    assert put(path, photo=photo_of(sheet, {})).status_code == 409
    assert SheetStrips.objects(sheet_id=sheet.id).count() == 1
    assert len(PrintedSheet.objects(id=sheet.id).get().readings) == 1


def test_a_second_photo_completes_the_first_and_a_contradiction_is_for_people(
    put: Put, printed: Callable[..., PrintedSheet], signed_up: Callable[..., str]
) -> None:
    for number in range(25):
        signed_up(f"赵{number:02d}")
    sheet = printed()
    first = put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {1: "tick", 2: "tick"}))
    assert first.json["counts"] == {"came": 2, "absent": 18, "needs_decision": 0, "unseen": 5, "applied": 0}
    second = put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {21: "cross"}, page=1))
    assert second.json["counts"] == {"came": 3, "absent": 22, "needs_decision": 0, "unseen": 0, "applied": 0}
    third = put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {1: "tick"}))
    assert standing(third)[2] == ("needs_decision", "photos_differ")


def test_who_is_checked_in_another_way_is_counted_and_not_checked_in_twice(
    put: Put, printed: Callable[..., PrintedSheet], signed_up: Callable[..., str]
) -> None:
    who = signed_up("赵甲")
    sheet = printed()
    put(f"/check-ins/{new_id()}", {"activity_id": sheet.activity_id, "resident_id": who, "method": "roll"})
    put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {1: "tick"}))
    told = put(f"/printed-sheets/{sheet.id}/application").json
    assert (told["entered"], told["clashing"]) == (0, 1)
    assert CheckIn.objects(activity_id=sheet.activity_id, status="accepted").count() == 1


def test_a_decision_after_the_row_was_applied_is_refused(
    put: Put, printed: Callable[..., PrintedSheet], signed_up: Callable[..., str]
) -> None:
    signed_up("赵甲")
    sheet = printed()
    put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {1: "tick"}))
    path = f"/printed-sheets/{sheet.id}/application"
    assert put(path).json["entered"] == 1
    refused = put(path, {"decisions": [{"row": 1, "came": False}]})
    assert refused.status_code == 422
    assert pointers(refused) == {"/decisions/0/row"}


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"row": 21, "came": True}, "/decisions/0/row"),
        ({"row": 5, "came": True}, "/decisions/0/resident_id"),
        ({"row": 5, "came": True, "resident_id": "01890a5d-ac96-774b-bcce-b302099a8057"}, "/decisions/0/resident_id"),
        ({"row": 1}, "/decisions/0/came"),
    ],
)
def test_a_decision_that_cannot_be_names_its_field(
    put: Put, printed: Callable[..., PrintedSheet], decision: Body, pointer: str
) -> None:
    refused = put(f"/printed-sheets/{printed().id}/application", {"decisions": [decision]})
    assert refused.status_code == 422
    assert pointers(refused) == {pointer}


def test_another_communitys_sheet_is_not_read_and_not_found(
    put: Put, printed: Callable[..., PrintedSheet], as_caller: Any, api: FlaskClient
) -> None:
    sheet, stranger = printed(), as_caller(roles={"organizer"}, community_code="T-ELSEWHERE")
    refused = put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {}), headers=stranger)
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (422, "sheet-not-ours")
    for path in (f"/printed-sheets/{sheet.id}", f"/printed-sheets/{sheet.id}/pages"):
        assert api.get(f"/api/v1{path}", headers=stranger).status_code == 404
    assert put(f"/printed-sheets/{sheet.id}/application", headers=stranger).status_code == 404


def test_a_resident_neither_prints_nor_reads(put: Put, printed: Callable[..., PrintedSheet], signed: Any, activity: str) -> None:
    sheet, resident = printed(), signed()
    tries = [
        put(f"/activities/{activity}/printed-sheets/{new_id()}", headers=resident),
        put(f"/sheet-photos/{new_id()}", photo=photo_of(sheet, {}), headers=resident),
        put(f"/printed-sheets/{sheet.id}/application", headers=resident),
    ]
    assert [answer.status_code for answer in tries] == [403] * 3


def test_two_sheets_on_one_photo_are_asked_for_one_by_one(put: Put, printed: Callable[..., PrintedSheet]) -> None:
    left, right = (Image.open(io.BytesIO(photo_of(printed(), {}))) for _ in range(2))
    both = Image.new("L", (A4[0] * 2, A4[1]))
    both.paste(left, (0, 0))
    both.paste(right, (A4[0], 0))
    both.save(target := io.BytesIO(), "PNG")
    refused = put(f"/sheet-photos/{new_id()}", photo=target.getvalue())
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (422, "sheets-mixed")


def png(size: tuple[int, int]) -> bytes:
    """Return an even picture."""
    Image.new("L", size, 200).save(target := io.BytesIO(), "PNG")
    return target.getvalue()


@pytest.mark.parametrize("content", [b"GIF89a", b"\xff\xd8\xff\xe0 broken", b"PK\x03\x04", png((300, 300)), png((6000, 6000))])
def test_what_shows_no_sheet_is_refused_by_its_field(put: Put, content: bytes) -> None:
    refused = put(f"/sheet-photos/{new_id()}", photo=content)
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (422, "sheet-photo-unreadable")
    assert pointers(refused) == {"/file"}


def test_nothing_is_printed_for_what_was_called_off_and_nobody_comes_before_it_begins(
    put: Put, api: FlaskClient, organizer: Headers, activity_body: Callable[..., Body]
) -> None:
    later = {"starts_at": (utc_now() + timedelta(hours=5)).isoformat(), "ends_at": (utc_now() + timedelta(hours=6)).isoformat()}
    put(path := f"/activities/{new_id()}", activity_body(**later))
    sheet = put(f"{path}/printed-sheets/{new_id()}").json
    early = put(f"/printed-sheets/{sheet['id']}/application")
    assert (early.status_code, early.json["type"].rpartition(":")[2]) == (409, "activity-not-begun")
    api.patch(f"/api/v1{path}", json={"revision": 1, "status": "cancelled"}, headers=organizer)
    assert put(f"{path}/printed-sheets/{new_id()}").status_code == 409
