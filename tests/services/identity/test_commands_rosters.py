"""Rosters on the real database: the real file, a second import, decisions, crashes half-way."""

import io
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from services.identity.commands import places, residents, rosters
from services.identity.errors import FileUnreadable, RowSettled
from services.identity.models import Resident, RosterImport
from services.identity.rules.people import person_name
from shared.events.identity import ResidentMoved, ResidentRegistered
from shared.ids import new_id
from shared.problems import IdInUse, Invalid, NotFound
from tests.services.identity.conftest import DATA, Community, new_phone

HEADING = "姓名,出生年月,联系电话,住址,所属网格,特长/备注"


@pytest.fixture(autouse=True)
def in_the_year_of_the_roster() -> Iterator[None]:
    """Let it be November 2026: ages are part of the judgement."""
    with time_machine.travel("2026-11-22T02:00:00Z"):
        yield


@pytest.fixture
def demo_like(community: Community) -> Community:
    """Return a community whose grids have the names of the real roster, under codes of its own."""
    table = (DATA / "places.csv").read_text("utf-8-sig").replace("DEMO-01", community.code)
    places.import_places(new_id(), table.encode(), by=community.steward)
    return community


@pytest.fixture
def real_roster(demo_like: Community) -> bytes:
    """Return the real roster with its grid codes turned to this community's."""
    return resaved(demo_like.code)


def resaved(code: str, *, mark: str = "") -> bytes:
    """Return the real roster saved again by another program: other bytes, the same people."""
    book = load_workbook(DATA / "residents.xlsx")
    sheet = book.active
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("DEMO-01-"):
                cell.value = cell.value.replace("DEMO-01", code)
    sheet["A1"].value = f"{sheet['A1'].value}{mark}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(*rows: str) -> bytes:
    return "\n".join([HEADING, *rows]).encode()


def by_name(record: RosterImport, name: str) -> dict[str, Any]:
    return next(row for row in record.rows if row.get("person", {}).get("name") == name)


def imported(community: Community, content: bytes) -> RosterImport:
    record, _ = rosters.propose_roster(new_id(), content, by=community.steward)
    return rosters.apply_roster(record.id, by=community.steward)


def people_of(community: Community) -> list[Resident]:
    return list(Resident.objects(community_code=community.code, source="roster"))


def test_every_row_of_the_real_roster_is_accounted_for(demo_like: Community, real_roster: bytes) -> None:
    record, created = rosters.propose_roster(new_id(), real_roster, by=demo_like.steward)
    assert created
    assert Counter(row["status"] for row in record.rows) == {"proposed": 515, "needs_decision": 6}
    assert {line["row"]: line["reasons"] for line in record.set_aside} == {
        1: ["title"], 2: ["heading"], 524: ["blank"], 525: ["footer"],
    }  # fmt: skip
    assert sorted([row["row"] for row in record.rows] + [line["row"] for line in record.set_aside]) == list(
        range(1, 526)
    )
    assert list(record.ignored_columns) == ["序号", "性别"]
    assert people_of(demo_like) == []


def test_what_is_not_certain_in_the_real_roster_waits_with_its_reasons(
    demo_like: Community, real_roster: bytes
) -> None:
    record, _ = rosters.propose_roster(new_id(), real_roster, by=demo_like.steward)
    waiting = {row["person"]["name"]: row for row in record.rows if row["status"] == "needs_decision"}
    assert waiting.keys() == {"祁兵", "朱雪", "廖瑞", "阮斌", "张桂珍", "孙婷"}
    assert waiting["祁兵"]["reasons"] == ["phone_incomplete"]
    assert waiting["祁兵"]["written"] == {"phone": "1509125816"}
    assert waiting["孙婷"]["reasons"] == ["duplicate_in_file", "marked_twice"]
    assert [candidate["row"] for candidate in waiting["孙婷"]["candidates"]] == [13]
    remarks = Counter(remark for row in record.rows for remark in row["remarks"])
    assert remarks == {"phone_missing": 46, "same_name": 28, "household_in_two_grids": 20}


def test_the_real_roster_is_applied_and_a_second_import_of_it_changes_nothing(
    demo_like: Community, real_roster: bytes, published
) -> None:
    first = imported(demo_like, real_roster)
    assert Counter(row.get("outcome") or row["status"] for row in first.rows) == {"created": 515, "needs_decision": 6}
    decisions = [
        {"row": row["row"], "decision": "merge" if row["candidates"] else "take"}
        for row in first.rows
        if row["status"] == "needs_decision"
    ]
    rosters.decide_roster(first.id, decisions, by=demo_like.steward)
    decided = rosters.apply_roster(first.id, by=demo_like.steward)
    assert Counter(row["outcome"] for row in decided.rows) == {"created": 520, "merged": 1}
    before = {person.id: person.revision for person in people_of(demo_like)}
    assert len(before) == 520
    for mark in ("", "(另存)"):
        again = imported(demo_like, resaved(demo_like.code, mark=mark))
        assert Counter(row["outcome"] for row in again.rows) == {"known": 521}
    assert {person.id: person.revision for person in people_of(demo_like)} == before
    assert (
        len(
            [
                fact
                for fact in published("identity", ResidentRegistered, community_code=demo_like.code)
                if fact.source == "roster"
            ]
        )
        == 520
    )


def test_people_of_the_real_roster_are_as_it_says(demo_like: Community, real_roster: bytes) -> None:
    imported(demo_like, real_roster)
    told = {person.phone: person for person in people_of(demo_like) if person.phone}
    assert {told[phone].name for phone in ("18660789987", "13985860841", "18616137017")} == {"封𠮷", "石㐂", "王䲜"}
    wang = told["13966412650"]
    assert (wang.name, wang.birth_year, wang.birth_month, wang.note) == ("王凯", 1959, 2, "做饭好吃")
    assert told["18950512102"].grid_code == f"{demo_like.code}-G11"
    assert told["03519062210"].name == "马秀华"
    assert all(not person.password_hash and not person.consents for person in people_of(demo_like))
    same_flat = [person.household_id for person in people_of(demo_like) if person.household == "向阳里4号楼4单元502"]
    assert len(same_flat) == 3
    assert len(set(same_flat)) == 1


def test_applying_without_decisions_leaves_the_doubtful_rows_open_and_may_be_repeated(community: Community) -> None:
    record = imported(community, table("王凯,1959.2,13900000001,,,", "李兰英,,150912,,,"))
    again = rosters.apply_roster(record.id, by=community.steward)
    assert [row.get("outcome") for row in again.rows] == ["created", None]
    assert again.revision == record.revision
    assert len(people_of(community)) == 1


def test_the_same_file_under_one_id_is_the_same_import_and_another_is_refused(community: Community) -> None:
    import_id, content = new_id(), table("王凯,1959.2,13900000001,,,")
    assert rosters.propose_roster(import_id, content, by=community.steward)[1]
    assert not rosters.propose_roster(import_id, content, by=community.steward)[1]
    with pytest.raises(IdInUse):
        rosters.propose_roster(import_id, table("李兰英,,,,,"), by=community.steward)


def test_two_imports_of_one_roster_applied_at_once_enter_everybody_once(community: Community) -> None:
    rows = [
        f"王{chr(0x4E00 + number)},19{50 + number}.1,139000{number:05},东苑{number}-1-101,," for number in range(30)
    ]
    records = [
        rosters.propose_roster(new_id(), table(*rows, f"甲{mark},1950.1,,东苑99-1-1,,"), by=community.steward)[0]
        for mark in "乙丙"
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda record: rosters.apply_roster(record.id, by=community.steward), records))
    names = Counter(person.name for person in people_of(community))
    assert len(names) == 32
    assert set(names.values()) == {1}


def test_a_crash_between_the_residents_and_the_import_is_made_good_by_applying_again(
    community: Community, published
) -> None:
    record, _ = rosters.propose_roster(
        new_id(), table("王凯,1959.2,13900000001,,,", "李兰英,1940.10,,东苑1-1-1,,"), by=community.steward
    )
    rosters._settled_rows(record)  # the residents are in, the import does not know
    applied = rosters.apply_roster(record.id, by=community.steward)
    assert len(people_of(community)) == 2
    assert all(row["outcome"] in ("created", "known") for row in applied.rows)
    for person in people_of(community):
        assert len(published("identity", ResidentRegistered, resident_id=person.id)) == 1


def test_somebody_who_registered_between_proposing_and_applying_is_not_entered_again(community: Community) -> None:
    phone = new_phone()
    record, _ = rosters.propose_roster(new_id(), table(f"王小红,1959.2,{phone},东苑1-1-1,,木工"), by=community.steward)
    resident = community.resident(phone=phone)
    applied = rosters.apply_roster(record.id, by=community.steward)
    assert (applied.rows[0]["outcome"], applied.rows[0]["resident_id"]) == ("merged", resident.id)
    filled = Resident.objects.get(id=resident.id)
    assert (filled.birth_year, filled.note, filled.household) == (1959, "木工", "东苑1-1-1")
    assert people_of(community) == []


def test_a_row_that_contradicts_a_resident_waits_and_merging_it_moves_them(community: Community, published) -> None:
    resident = community.resident(household="东苑1-1-1", grid_code=community.grid)
    record, _ = rosters.propose_roster(
        new_id(), table(f"王小红,,{resident.phone},,{community.code}-G02,"), by=community.steward
    )
    assert record.rows[0]["reasons"] == ["grid_differs"]
    rosters.decide_roster(record.id, [{"row": 2, "decision": "merge"}], by=community.steward)
    rosters.apply_roster(record.id, by=community.steward)
    assert Resident.objects.get(id=resident.id).grid_code == f"{community.code}-G02"
    assert [fact.grid_code for fact in published("identity", ResidentMoved, resident_id=resident.id)] == [
        f"{community.code}-G02"
    ]


def test_the_phone_of_somebody_who_signs_in_is_not_changed_by_a_roster(community: Community) -> None:
    resident = community.resident(household="东苑1-1-1")
    record, _ = rosters.propose_roster(new_id(), table("王小红,,13900000009,东苑1-1-1,,"), by=community.steward)
    rosters.decide_roster(
        record.id, [{"row": 2, "decision": "merge", "resident_id": resident.id}], by=community.steward
    )
    rosters.apply_roster(record.id, by=community.steward)
    assert Resident.objects.get(id=resident.id).phone == resident.phone


def test_taking_a_doubtful_row_enters_a_second_person_and_keeps_what_could_not_be_read(community: Community) -> None:
    record = imported(community, table("王凯,1959.2,13900000001,,,", "王凯,1959.2,13900000001,,,", "李兰英,,150912,,,"))
    rosters.decide_roster(
        record.id, [{"row": 3, "decision": "take"}, {"row": 4, "decision": "take"}], by=community.steward
    )
    rosters.apply_roster(record.id, by=community.steward)
    people = people_of(community)
    assert Counter(person.name for person in people) == {"王凯": 2, "李兰英": 1}
    assert next(person for person in people if person.name == "李兰英").phone_as_written == "150912"


def test_skipping_leaves_a_row_out(community: Community) -> None:
    record, _ = rosters.propose_roster(new_id(), table("王凯,1959.2,13900000001,,,"), by=community.steward)
    rosters.decide_roster(record.id, [{"row": 2, "decision": "skip"}], by=community.steward)
    assert rosters.apply_roster(record.id, by=community.steward).rows[0]["outcome"] == "skipped"
    assert people_of(community) == []


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"row": 99, "decision": "take"}, "/rows/0/row"),
        ({"row": 3, "decision": "take"}, "/rows/0/row"),
        ({"row": 2, "decision": "merge"}, "/rows/0/resident_id"),
        ({"row": 2, "decision": "merge", "resident_id": "00000000-0000-4000-8000-000000000000"}, "/rows/0/resident_id"),
    ],
)
def test_a_decision_that_does_not_fit_is_named(community: Community, decision: dict[str, Any], pointer: str) -> None:
    record, _ = rosters.propose_roster(
        new_id(), table("王凯,,13900000001,,,", ",,13900000002,,,"), by=community.steward
    )
    with pytest.raises(Invalid) as refused:
        rosters.decide_roster(record.id, [decision], by=community.steward)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_row_that_was_applied_is_not_decided_again(community: Community) -> None:
    record = imported(community, table("王凯,1959.2,13900000001,,,"))
    with pytest.raises(RowSettled):
        rosters.decide_roster(record.id, [{"row": 2, "decision": "skip"}], by=community.steward)


def test_somebody_who_left_is_not_brought_back_without_being_asked_about(community: Community) -> None:
    content = table("王凯,1959.2,13900000001,,,")
    (person,) = [] or (imported(community, content) and people_of(community))
    residents.leave(by=community.caller(resident_id=person.id))
    again = imported(community, content)
    assert (again.rows[0]["status"], again.rows[0].get("outcome"), again.rows[0]["reasons"]) == (
        "needs_decision",
        None,
        ["left_before"],
    )
    rosters.decide_roster(again.id, [{"row": 2, "decision": "take"}], by=community.steward)
    rosters.apply_roster(again.id, by=community.steward)
    assert [found.name for found in people_of(community) if not found.left_at] == ["王凯"]


def test_applied_rows_keep_no_personal_data_and_refused_rows_keep_what_they_said(community: Community) -> None:
    record = imported(community, table("王凯,1959.2,13900000001,,,木工", ",,13900000002,,,"))
    assert not {"person", "written", "candidates"} & record.rows[0].keys()
    assert record.rows[1]["person"]["phone"] == "13900000002"
    assert record.rows[1]["outcome"] == "refused"


def test_no_id_number_is_stored_anywhere(community: Community) -> None:
    number = "110101199001011234"
    rows = (
        f"{HEADING},身份证号",
        f"王凯,1959.2,13900000001,,,证{number},{number}",
        f"{number},,,,,,",
        f"填表人:{number},,,,,,",
    )
    content = "\n".join(rows).encode()
    record = imported(community, content)
    assert number not in str(RosterImport._get_collection().find_one({"_id": record.id}))
    assert number not in str(list(Resident._get_collection().find({"community_code": community.code})))
    assert "身份证号" in record.ignored_columns


@pytest.mark.parametrize("content", ["电话,住址\n13900000001,东苑\n".encode(), b"PK\x03\x04broken", b"\n\n\n"])
def test_a_file_without_names_is_refused(community: Community, content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        rosters.propose_roster(new_id(), content, by=community.steward)


def test_an_import_of_another_community_is_not_there(community: Community) -> None:
    record, _ = rosters.propose_roster(new_id(), table("王凯,,,,,"), by=community.steward)
    foreign = Community("ELSEWHERE", community.steward).caller("steward")
    with pytest.raises(NotFound):
        rosters.apply_roster(record.id, by=foreign)
    with pytest.raises(IdInUse):
        rosters.propose_roster(record.id, table("王凯,,,,,"), by=foreign)


def test_names_are_compared_as_they_would_be_spoken(community: Community) -> None:
    imported(community, table("王  凯,1959.2,139 0000 0001,,,"))
    again = imported(community, table(f"{person_name('王凯')},1959年2月,+8613900000001,,,"))
    assert again.rows[0]["outcome"] == "known"
