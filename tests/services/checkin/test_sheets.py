"""Real sheets, as a community office has them, read back in: every row accounted for, nothing guessed, nothing twice."""

import io
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from services.checkin.commands import sheet_files
from services.checkin.commands.sheet_files import read_grids
from services.checkin.errors import SheetUnreadable
from services.checkin.models import Activity, Attendee, CheckIn
from services.checkin.rules.sheets import Person, lay_out, propose
from services.checkin.rules.sheets.words import read_phone, squeezed
from shared.events.checkin import HoursVerified
from shared.events.identity import ResidentRegistered
from shared.ids import derive_id, new_id

API = "/api/v1"
DATA = Path(__file__).parents[3] / "gateway" / "demo" / "data"
CSV_NAME, XLSX_NAME = "sign-in-2026-11-05.csv", "sign-in-2026-11-12.xlsx"
ZONE = ZoneInfo("Asia/Shanghai")


def roster():
    """Yield (number, name, last four digits or None) of the office's roster."""
    sheet = openpyxl.load_workbook(DATA / "residents.xlsx").active
    for number, name, _, _, phone, *_ in sheet.iter_rows(min_row=3, values_only=True):
        if isinstance(number, int) and number <= 520:  # 521 is a double entry
            yield number, name, read_phone(str(phone or "")).tail


@pytest.fixture(scope="module")
def office(client_of, deliver):
    """Return a community with everybody of the roster: its code and the ids by name."""
    client_of("checkin")
    code, ids = f"T-{new_id()[-8:]}", {}
    for number, name, tail in roster():
        resident_id = derive_id(code, str(number))
        ids.setdefault(squeezed(name), []).append(resident_id)
        deliver("checkin", ResidentRegistered(
            resident_id=resident_id, community_code=code, name=name, source="roster", phone_tail=tail, consents=[],
            registered_at=datetime(2026, 11, 1, tzinfo=UTC)))
    return code, ids


@pytest.fixture
def community(office):
    """Put this module's people into the community of the office."""
    return office[0]


@pytest.fixture
def upload(api, organizer):
    """Return the function that uploads a sheet and gives the answer."""

    def put(content, name=CSV_NAME, *, sheet_id=None, headers=organizer):
        form = {"file": (io.BytesIO(content), name)}
        return api.put(f"{API}/sheets/{sheet_id or new_id()}", data=form, headers=headers, content_type="multipart/form-data")

    return put


def fresh_csv():
    """Return the CSV under another title, so that no other test has decided it."""
    return (DATA / CSV_NAME).read_bytes().decode("gb18030").replace("便民服务日", f"便民服务日{new_id()[-8:]}").encode("gb18030")


def fresh_workbook():
    """Return the workbook under other titles, so that no other test has applied it."""
    book, buffer = openpyxl.load_workbook(DATA / XLSX_NAME), io.BytesIO()
    for sheet in book.worksheets:
        sheet["A1"] = f"{new_id()[-4:]}队{sheet['A1'].value}"
    book.save(buffer)
    return buffer.getvalue()


def by_line(sheet, worksheet=""):
    return {row["line"]: row for row in sheet["rows"] if row["worksheet"] == worksheet}


def codes(row):
    return {note["code"] for note in row["reasons"]}


def clock(text):
    return text and datetime.fromisoformat(text).astimezone(ZONE).strftime("%H:%M")


# --- the CSV of 5 November ---------------------------------------------------------------------------------------------

def test_the_csv_is_read_with_every_row_accounted_for(upload, office):
    sheet = upload((DATA / CSV_NAME).read_bytes()).json
    assert sheet["counts"] == {"rows": 42, "taken": 27, "needs_decision": 14, "refused": 1, "applied": 0}
    (worksheet,) = sheet["worksheets"]
    assert (worksheet["title"], worksheet["place"], worksheet["day"]) == ("“5”来作贡献·便民服务日", "金豆社区广场", "2026-11-05")
    assert (worksheet["people_stated"], worksheet["people_counted"]) == (42, 42)
    assert [(note["code"], note["params"]) for note in worksheet["notes"]] == [("numbers_missing", {"numbers": [37]})]
    assert worksheet["other_lines"] == {"above": 3, "blank": 1, "total": 1}
    assert (clock(worksheet["starts_at"]), clock(worksheet["ends_at"])) == ("08:30", "12:00")


@pytest.mark.parametrize(("line", "status", "reasons", "item", "arrived", "left"), [
    (4, "taken", set(), "clinic", "09:00", "12:00"),
    (5, "taken", {"phone_not_on_record"}, "counselling", "08:55", "11:30"),                 # ８：５５, 11：30
    (8, "taken", {"same_as_above", "phone_not_on_record"}, "environment", "09:30", "11:00"),  # 同上, 11.00
    (9, "taken", set(), "elder-meals", "09:05", "11:30"),                                   # ９：０５
    (10, "taken", {"matched_by_name"}, "haircut", "08:30", "11:00"),
    (11, "needs_decision", {"phone_not_on_record", "departure_missing"}, "clinic", "09:05", None),
    (12, "taken", {"same_as_above", "phone_not_on_record"}, "clinic", "09:30", "10:45"),     # 9点半
    (13, "taken", set(), "environment", "08:30", "11:30"),                                  # 11点半
    (15, "taken", {"same_as_above"}, "clinic", "09:00", "11:00"),                           # 〃
    (16, "needs_decision", {"double_row"}, "haircut", "09:00", "11:00"),                     # 又签了一次
    (17, "taken", set(), "policy-talk", "09:05", "11:30"),                                  # one of three 张雪梅, by phone
    (24, "needs_decision", {"departure_unclear"}, "clinic", "09:00", None),                  # 封𠮷, 下午12点
    (27, "taken", set(), "elder-meals", "08:30", "11:00"),                                  # 周  淑兰 on the roster
    (28, "taken", set(), "repair", "09:05", "11:30"),                                       # 9.05
    (35, "needs_decision", {"same_as_above", "departure_unclear"}, "elder-meals", "08:30", None),
    (39, "needs_decision", {"several_of_this_name"}, "clinic", "08:55", "11:00"),
    (41, "refused", {"outsider"}, "environment", "09:00", "11:00"),
    (42, "needs_decision", {"several_of_this_name", "departure_from_duration"}, "environment", "09:00", "11:00"),  # 两小时
    (43, "taken", set(), "environment", "09:00", "11:00"),                                  # one of two 庄峰, by phone
    (44, "needs_decision", {"times_reversed", "double_row"}, "policy-talk", None, None),
    (45, "needs_decision", {"item_missing", "too_long", "double_row"}, None, "08:30", None),
])
def test_a_row_of_the_csv_is_taken_open_or_refused(upload, line, status, reasons, item, arrived, left):
    row = by_line(upload((DATA / CSV_NAME).read_bytes()).json)[line]
    assert (row["status"], codes(row), row["item"]) == (status, reasons, item)
    assert (clock(row["arrived_at"]), clock(row["left_at"])) == (arrived, left)


def test_open_rows_offer_whom_and_when_to_choose_from(upload, office):
    rows = by_line(upload((DATA / CSV_NAME).read_bytes()).json)
    assert {person["resident_id"] for person in rows[42]["candidates"]} == set(office[1]["高淑华"])
    assert [clock(at) for at in rows[24]["choices"]["left_at"]] == ["12:00", "00:00"]
    assert {name: [clock(at) for at in ats] for name, ats in rows[44]["choices"].items()} == {
        "arrived_at": ["09:00"], "left_at": ["11:00"]}


# --- the workbook of 12 November ---------------------------------------------------------------------------------------

def test_both_worksheets_of_the_workbook_are_read(upload, office):
    sheet = upload((DATA / XLSX_NAME).read_bytes(), XLSX_NAME).json
    assert sheet["counts"] == {"rows": 38, "taken": 36, "needs_decision": 2, "refused": 0, "applied": 0}
    cleaning, morning = sheet["worksheets"]
    assert (cleaning["title"], cleaning["place"], cleaning["day"], cleaning["item"]) == (
        "环境整治志愿服务", "河畔新居", "2026-11-12", "environment")
    assert (cleaning["people_stated"], cleaning["people_counted"], cleaning["notes"]) == (23, 23, [])
    assert (morning["title"], morning["day"], morning["item"]) == ("太极拳晨练", "2026-11-13", "arts-sports")
    assert [clock(at) for at in (cleaning["starts_at"], cleaning["ends_at"], morning["starts_at"], morning["ends_at"])] == [
        "14:00", "16:30", "07:00", "08:00"]
    assert [note["code"] for note in morning["notes"]] == ["kind_to_check"]


def test_hours_are_counted_from_the_start_and_tails_get_their_zero_back(upload, office):
    rows = by_line(upload((DATA / XLSX_NAME).read_bytes(), XLSX_NAME).json, "11.12环境整治")
    assert Counter(clock(row["left_at"]) for row in rows.values()) == {"16:00": 11, "16:30": 9, "15:30": 3}
    assert {clock(row["arrived_at"]) for row in rows.values()} == {"14:00"}
    padded = {row["name"]: row["phone_tail"] for row in rows.values() if "tail_padded" in codes(row)}
    assert padded == {"王俊": "0342", "卜旭": "0229"}
    assert all(row["status"] == "taken" for row in rows.values())
    (one_of_three,) = (row["resident_id"] for row in rows.values() if row["name"] == "张雪梅")
    assert one_of_three == office[1]["张雪梅"][0]


def test_a_list_of_names_takes_unique_names_and_asks_about_the_others(upload):
    rows = by_line(upload((DATA / XLSX_NAME).read_bytes(), XLSX_NAME).json, "11.13太极拳")
    open_rows = {row["name"] for row in rows.values() if row["status"] == "needs_decision"}
    assert open_rows == {"张雪梅", "王阳"}
    assert {(clock(row["arrived_at"]), clock(row["left_at"])) for row in rows.values()} == {("07:00", "08:00")}


# --- deciding and applying ---------------------------------------------------------------------------------------------

def test_a_sheet_is_applied_decided_applied_again_and_imported_again(api, upload, office, organizer, reviewer, person, published):
    content, sheet_id, leader_id = fresh_workbook(), new_id(), person("王老师")
    url = f"{API}/sheets/{sheet_id}"
    first = upload(content, XLSX_NAME, sheet_id=sheet_id)
    assert (first.status_code, upload(content, XLSX_NAME, sheet_id=sheet_id).status_code) == (201, 200)
    assert upload(content + b" ", XLSX_NAME, sheet_id=sheet_id).status_code == 409

    applied = api.put(f"{url}/application", json={"leader_id": leader_id}, headers=organizer).json
    assert [applied[name] for name in ("entered", "already", "clashing", "open")] == [36, 0, 0, 2]
    cleaning = Activity.objects(id=applied["activity_ids"][0]).first()
    assert (cleaning.item, cleaning.kind, cleaning.leader_id) == ("environment", "volunteer", leader_id)
    assert cleaning.place == "河畔新居"
    assert CheckIn.objects(activity_id=cleaning.id, status="accepted", method="sheet", back_entered=True).count() == 23

    names = {row["name"]: row["row"] for row in first.json["rows"] if row["status"] == "needs_decision"}
    decisions = [
        {"row": names["张雪梅"], "decision": "take", "resident_id": office[1]["张雪梅"][1]},
        {"row": names["王阳"], "decision": "skip"},
    ]
    decided = api.put(f"{url}/decisions", json={"rows": decisions}, headers=organizer)
    assert decided.json["counts"] == {"rows": 38, "taken": 37, "needs_decision": 0, "refused": 1, "applied": 36}
    again = api.put(f"{url}/application", json={"leader_id": leader_id}, headers=organizer).json
    assert [again[name] for name in ("entered", "already", "clashing", "open")] == [1, 36, 0, 0]
    assert again["sheet"]["counts"]["applied"] == 37

    resaved = upload(saved_again(content), "另存.xlsx")
    assert (resaved.status_code, resaved.json["same_as"]) == (201, sheet_id)
    assert resaved.json["counts"] == again["sheet"]["counts"]
    third = api.put(f"{API}/sheets/{resaved.json['id']}/application", json={"leader_id": leader_id}, headers=organizer).json
    assert [third[name] for name in ("entered", "already", "clashing", "open")] == [0, 37, 0, 0]
    assert third["activity_ids"] == again["activity_ids"]

    mine = api.put(f"{API}/activities/{cleaning.id}/verification", json={}, headers=organizer).json
    assert {row["reason"] for row in mine["in_conflict"]} == {"logged_by_reviewer"}
    theirs = api.put(f"{API}/activities/{cleaning.id}/verification", json={}, headers=reviewer).json
    assert sorted(Counter(row["minutes"] for row in theirs["verified"]).items()) == [(90, 3), (120, 11), (150, 9)]
    assert all(fact.back_entered for fact in published("checkin", HoursVerified, activity_id=cleaning.id))


def test_a_sheet_that_came_before_its_people_finds_them_the_next_time_and_keeps_its_decisions(api, upload, organizer, person):
    stranger, absent = f"甲{new_id()[-6:]}", f"乙{new_id()[-6:]}"
    content = f"2026年11月5日 环境整治 9:00-11:00\n姓名,到,离\n{stranger},9:00,11:00\n{absent},9:00,11:00\n".encode()
    first = upload(content).json
    assert [row["status"] for row in first["rows"]] == ["needs_decision", "needs_decision"]
    skipped = {"row": first["rows"][1]["row"], "decision": "skip"}
    assert api.put(f"{API}/sheets/{first['id']}/decisions", json={"rows": [skipped]}, headers=organizer).status_code == 200
    person(stranger)
    person(absent)

    second = upload(content).json

    assert second["same_as"] == first["id"]
    assert [bool(row["resident_id"]) for row in second["rows"]] == [True, False]
    assert [row["status"] for row in second["rows"]] == ["needs_decision", "refused"]  # of the first it is open what was done


def saved_again(content):
    """Return the workbook as another program would save it: other bytes, same cells."""
    workbook, buffer = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    workbook.properties.title = new_id()
    workbook.save(buffer)
    return buffer.getvalue()


def test_the_csv_makes_one_activity_an_item_and_a_missing_departure_may_be_decided(api, upload, organizer, person):
    sheet = upload(fresh_csv()).json
    url, leader_id = f"{API}/sheets/{sheet['id']}", person("王老师")
    rows = by_line(sheet)
    decisions = [
        {"row": rows[11]["row"], "decision": "take", "left_at": "2026-11-05T11:30:00+08:00"},
        {"row": rows[14]["row"], "decision": "take"},  # nobody knows when: the planned end will be taken
        {"row": rows[24]["row"], "decision": "take", "left_at": rows[24]["choices"]["left_at"][0]},
        {"row": rows[44]["row"], "decision": "skip"},
    ]
    assert api.put(f"{url}/decisions", json={"rows": decisions}, headers=organizer).status_code == 200
    applied = api.put(f"{url}/application", json={"leader_id": leader_id}, headers=organizer).json
    assert applied["entered"] == 27 + 3
    items = {Activity.objects(id=activity_id).first().item for activity_id in applied["activity_ids"]}
    assert items == {"clinic", "counselling", "environment", "elder-meals", "haircut", "policy-talk", "repair"}
    told = by_line(applied["sheet"])
    check_in = CheckIn.objects(id=told[14]["check_in_id"]).first()
    assert (check_in.left_at, check_in.closes_at is not None) == (None, True)
    assert CheckIn.objects(id=told[24]["check_in_id"]).first().left_at == datetime(2026, 11, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(("line", "change", "field"), [
    (42, {}, "resident_id"), (45, {}, "item"), (44, {}, "arrived_at"), (42, {"resident_id": new_id()}, "resident_id"),
    (45, {"item": "flying"}, "item"), (11, {"left_at": "2026-11-05T00:00:00Z"}, "left_at"), (11, {"left_at": "noon"}, "left_at"),
    (11, {"arrived_at": "2098-11-05T00:00:00Z", "left_at": "2098-11-05T02:00:00Z"}, "arrived_at"),
])
def test_a_decision_that_leaves_a_row_unfit_names_what_is_missing(api, upload, organizer, line, change, field):
    sheet = upload(fresh_csv()).json
    decision = {"row": by_line(sheet)[line]["row"], "decision": "take", **change}
    answer = api.put(f"{API}/sheets/{sheet['id']}/decisions", json={"rows": [decision]}, headers=organizer)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json["errors"]} == {f"/rows/0/{field}"}


def test_what_was_applied_is_not_decided_anew(api, upload, organizer, person):
    content = "姓名,签到时间,签退时间,服务项目\n独一无二,9:00,10:00,理发\n日期,2026-10-10\n".encode()
    person("独一无二")
    sheet = upload(content, "2026-10-10.csv").json
    url = f"{API}/sheets/{sheet['id']}"
    api.put(f"{url}/application", json={"leader_id": person("领队")}, headers=organizer)
    answer = api.put(f"{url}/decisions", json={"rows": [{"row": 1, "decision": "skip"}]}, headers=organizer)
    assert answer.status_code == 422


def test_sheets_are_for_staff_of_the_community(api, upload, organizer, signed, person):
    sheet = upload((DATA / CSV_NAME).read_bytes()).json
    url = f"{API}/sheets/{sheet['id']}"
    assert api.get(url, headers=signed(None, "auditor")).json["counts"] == sheet["counts"]
    assert sheet["id"] in {row["id"] for row in api.get(f"{API}/sheets", headers=organizer).json["items"]}
    assert api.get(url, headers=signed()).status_code == 403
    assert upload(b"x", headers=signed(None, "auditor")).status_code == 403
    stranger = signed(None, "steward", community_code="ELSEWHERE")
    assert api.get(url, headers=stranger).status_code == 404
    assert api.put(f"{url}/application", json={"leader_id": new_id()}, headers=stranger).status_code == 404
    assert api.put(f"{url}/application", json={"leader_id": new_id()}, headers=organizer).status_code == 422


# --- files -------------------------------------------------------------------------------------------------------------

def workbook(rows, title="表"):
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 80_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize("content", [
    b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old workbook", b"\x00\x01\x02\x00" * 9, b"  \n , ,\n", bomb(), b"\xff\xfe\x00\xd8",
    workbook([["姓名"]])[:-200], b"\n" * 4000,
], ids=["not a zip", "old xls", "binary", "empty cells", "bomb", "lone surrogate", "cut off", "too many lines"])
def test_a_broken_file_is_refused_naming_the_file(upload, content):
    answer = upload(content, "x.xlsx")
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json["errors"]} == {"/file"}


def test_no_file_is_refused_naming_the_file(api, organizer):
    answer = api.put(f"{API}/sheets/{new_id()}", data={}, headers=organizer, content_type="multipart/form-data")
    assert (answer.status_code, {error["pointer"] for error in answer.json["errors"]}) == (422, {"/file"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_of_text_is_read_in_any_encoding_and_separator(encoding, separator):
    text = f"姓名{separator}签到时间\r\n封𠮷{separator}９：０５\r\n"
    assert read_grids(text.encode(encoding)) == [("", [["姓名", "签到时间"], ["封𠮷", "９：０５"]])]


def test_cells_of_a_workbook_become_text_as_they_would_be_read_aloud():
    moment = datetime(2026, 11, 5, 9, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
    content = workbook([[342, 2.5, 2.0, moment, date(2026, 11, 5), time(9, 5), None, True, "姓名"]])
    assert read_grids(content)[0][1][0] == ["342", "2.5", "2", "2026-11-05 09:30:00", "2026-11-05", "09:05:00", "", "", "姓名"]


def test_a_sheet_with_too_many_worksheets_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_files, "WORKSHEETS_MAX", 0)
    with pytest.raises(SheetUnreadable):
        read_grids(workbook([["姓名"]]))


# --- the pure parser ---------------------------------------------------------------------------------------------------

NOW = datetime(2027, 1, 3, 12, tzinfo=ZONE)
PEOPLE = [Person("a", "王 小红", "0342"), Person("b", "李四", None), Person("c", "李四", "1111"), Person("d", "赵六", "2222")]
WORDS = {"理发": "haircut", "环境整治": "environment", "义诊": "clinic", "健康义诊": "clinic"}


def read(*grid, file_name="x.csv", name=""):
    return propose([lay_out(name, [list(row) for row in grid])], people=PEOPLE, item_words=WORDS, file_name=file_name, now=NOW)


HEADING = ("姓名", "电话", "项目", "签到时间", "签退时间", "备注")
TITLE = ("便民服务日 2026年12月5日",)


@pytest.mark.parametrize(("row", "status", "reasons"), [
    (("王小红", "342", "理发", "9:00", "10:00", ""), "taken", {"tail_padded"}),
    (("王小红", "", "理发", "9:00", "10:00", ""), "taken", {"matched_by_name"}),
    (("王小红", "9999", "理发", "9:00", "10:00", ""), "needs_decision", {"phone_differs"}),
    (("李四", "1111", "理发", "9:00", "10:00", ""), "taken", set()),
    (("李四", "9999", "理发", "9:00", "10:00", ""), "needs_decision", {"several_of_this_name"}),
    (("赵大", "2222", "理发", "9:00", "10:00", ""), "needs_decision", {"unknown_resident"}),
    (("王小红", "0342", "理发", "9:00", "10:00", "外单位"), "needs_decision", {"outsider_of_this_name"}),
    (("钱七", "", "理发", "9:00", "10:00", "外来志愿者"), "refused", {"outsider"}),
    (("", "2222", "理发", "9:00", "10:00", ""), "needs_decision", {"name_missing"}),
    (("王小红", "0342", "理发和义诊", "9:00", "10:00", ""), "needs_decision", {"item_unknown"}),
    (("王小红", "0342", "社区义诊", "9:00", "10:00", ""), "taken", set()),
    (("王小红", "0342", "同上", "9:00", "10:00", ""), "needs_decision", {"item_missing"}),
    (("王小红", "0342", "理发", "", "10:00", ""), "needs_decision", {"arrival_missing"}),
    (("王小红", "0342", "理发", "早", "10:00", ""), "needs_decision", {"arrival_unreadable"}),
    (("王小红", "0342", "理发", "9.5", "11:00", ""), "needs_decision", {"arrival_unclear"}),
    (("王小红", "0342", "理发", "9:00", "很晚", ""), "needs_decision", {"departure_unreadable"}),
    (("王小红", "0342", "理发", "9:00", "9:00", ""), "needs_decision", {"times_reversed"}),
])
def test_a_row_is_judged(row, status, reasons):
    _, (proposal,) = read(TITLE, HEADING, row)
    assert (proposal.status, {note.code for note in proposal.reasons}) == (status, reasons)


def test_a_slip_of_the_pen_offers_whoever_has_the_same_phone():
    _, (proposal,) = read(TITLE, HEADING, ("赵大", "2222", "理发", "9:00", "10:00", ""))
    assert proposal.candidates == ("d",)


def test_a_date_without_a_year_is_the_latest_that_has_passed_and_says_so():
    (reading,), _ = read(("环境整治 12月30日",), ("姓名",), ("王小红",))
    assert (reading.day, [note.code for note in reading.notes]) == (date(2026, 12, 30), ["year_inferred"])


@pytest.mark.parametrize(("day", "clock", "reasons"), [
    ("2027年1月2日", "13:00", set()), ("2027年1月3日", "11:59", set()), ("2027年1月3日", "12:01", {"day_ahead"}),
    ("2027年1月4日", "9:00", {"day_ahead"}), ("2027年1月4日", "", {"day_ahead", "arrival_missing"}),
])
def test_what_has_not_been_yet_is_not_believed(day, clock, reasons):
    _, (proposal,) = read((f"便民服务日 {day}",), HEADING, ("王小红", "0342", "理发", clock, "14:00", ""))
    assert (proposal.status == "taken", {note.code for note in proposal.reasons}) == (not reasons, reasons)


def test_a_sheet_without_a_date_asks_for_it():
    (reading,), (proposal,) = read(HEADING, ("王小红", "0342", "理发", "9:00", "10:00", ""))
    assert reading.day is None
    assert (proposal.status, "day_missing" in {note.code for note in proposal.reasons}) == ("needs_decision", True)


def test_a_sheet_without_a_heading_refuses_its_lines_and_loses_none():
    _, proposals = read(("随便", "写写"), ("王小红", "9:00"))
    assert [(row.status, row.reasons[0].code) for row in proposals] == [("refused", "no_heading")] * 2
    assert proposals[1].cells == {"remark": "王小红 9:00"}


def test_totals_that_differ_are_said():
    (reading,), _ = read(TITLE, HEADING, ("王小红", "0342", "理发", "9:00", "10:00", ""), ("共3人",))
    assert [(note.code, note.params) for note in reading.notes] == [("total_differs", {"stated": 3, "counted": 1})]


def test_one_person_at_two_places_at_a_time_is_opened_and_after_another_is_fine():
    row = ("王小红", "0342", "理发", "9:00", "10:00", "")
    _, (_, clash, later) = read(
        TITLE, HEADING, row, ("王小红", "0342", "义诊", "9:30", "11:00", ""),
        ("王小红", "0342", "环境整治", "13:00", "14:00", ""))
    assert {note.code for note in clash.reasons} == {"double_row"}
    assert later.status == "taken"


def test_a_heading_printed_again_on_the_next_page_is_no_person():
    (reading,), proposals = read(TITLE, HEADING, ("王小红", "0342", "理发", "9:00", "10:00", ""), HEADING, ("填表人:某某",))
    assert len(proposals) == 1
    assert reading.other_lines == {"above": 2, "heading": 1, "footer": 1}


def test_presence_longer_than_a_days_work_is_doubted():
    _, (proposal,) = read(TITLE, HEADING, ("王小红", "0342", "理发", "8:00", "21:00", ""))
    assert [note.code for note in proposal.reasons] == ["too_long"]
    assert proposal.left_at is None
    assert proposal.choices["left_at"] == [datetime(2026, 12, 5, 8, tzinfo=ZONE) + timedelta(hours=13)]


def test_everybody_of_the_office_has_initials(office):
    assert Attendee.objects(community_code=office[0], name="毛洁").first().initials == "mj"
