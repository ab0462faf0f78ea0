"""What becomes of each row of a roster, by rules alone."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.rules.people import Birth
from services.identity.rules.places import GridPlace
from services.identity.rules.roster import (
    CREATE,
    FILL,
    KNOWN,
    NEEDS_DECISION,
    PROPOSED,
    REFUSED,
    Directory,
    Entry,
    Judgement,
    Likeness,
    Line,
    Person,
    count_rows,
    differences,
    judge_entries,
    judge_entry,
    likeness,
    read_entry,
    read_roster,
    without_id_numbers,
)
from services.identity.rules.words import REASONS

GRIDS = (
    GridPlace(code="DEMO-01-G08", name="铝厂老院第1网格", quarter_name="铝厂老院"),
    GridPlace(code="DEMO-01-G11", name="河畔新居第1网格", quarter_name="河畔新居"),
)
HEADING = ("序号", "姓名", "性别", "出生年月", "联系电话", "住址(楼-单元-室)", "所属网格", "特长/备注")
WANG = Person(
    name="王凯",
    phone="13900000001",
    household="河畔新居1-1-101",
    birth=Birth(1959, 2),
    grid_code="DEMO-01-G11",
    resident_id="wang",
)
NOBODY = Directory()
SAME, POSSIBLE, DISTINCT = Likeness.SAME, Likeness.POSSIBLE, Likeness.DISTINCT


def lines(*rows: tuple[str, ...], sheet: str = "花名册", start: int = 1) -> list[Line]:
    return [Line(number, sheet, number - start + 1, cells) for number, cells in enumerate(rows, start)]


def row(
    name: str = "王凯", *, phone: str = "", birth: str = "", address: str = "", grid: str = "", note: str = ""
) -> tuple[str, ...]:
    return ("1", name, "女", birth, phone, address, grid, note)


def entry(name: str = "王凯", **told: str) -> Entry:
    cells = {"phone": "", "birth": "", "household": "", "grid": "", "note": "", **told}
    return read_entry(7, {"name": name, **cells}, grids=GRIDS, this_year=2026)


def judged(told: Entry, *known: Person) -> Judgement:
    return judge_entry(told, registry=Directory(known), earlier=NOBODY)


@pytest.mark.parametrize(
    ("change", "like"),
    [
        ({}, SAME),
        ({"household": ""}, SAME),
        ({"birth": Birth()}, SAME),
        ({"household": "河畔新居9-9-909"}, SAME),
        ({"birth": Birth(1959)}, SAME),
        ({"birth": Birth(1960, 2)}, POSSIBLE),
        ({"phone": ""}, SAME),
        ({"phone": "13911111111"}, SAME),
        ({"phone": "", "birth": Birth()}, POSSIBLE),
        ({"phone": "", "birth": Birth(1980)}, POSSIBLE),
        ({"phone": "", "household": "河畔新居9-9-909"}, POSSIBLE),
        ({"phone": "", "household": "", "birth": Birth()}, POSSIBLE),
        ({"phone": "", "household": "河畔新居9-9-909", "birth": Birth(1980, 1)}, DISTINCT),
        ({"phone": "13911111111", "household": "河畔新居9-9-909"}, DISTINCT),
        ({"phone": "13911111111", "household": "河畔新居9-9-909", "birth": Birth()}, DISTINCT),
        ({"phone": "13911111111", "household": "", "birth": Birth()}, POSSIBLE),
    ],
)
def test_two_people_of_one_name_are_compared_by_what_both_state(change: dict[str, Any], like: Likeness) -> None:
    other = replace(WANG, **change)
    assert likeness(WANG, other) is likeness(other, WANG) is like


def test_a_household_with_nothing_said_besides_is_the_same_person_or_a_second_import_would_ask_again() -> None:
    bare = Person(name="王凯", household="河畔新居1-1-101")
    assert likeness(bare, bare) is SAME
    assert likeness(Person(name="王凯"), Person(name="王凯")) is POSSIBLE


people = st.builds(
    Person,
    name=st.just("王凯"),
    phone=st.sampled_from(["", "13900000001", "13900000002"]),
    household=st.sampled_from(["", "a-1", "a-2"]),
    birth=st.builds(Birth, st.sampled_from([None, 1959, 1960]), st.just(None)),
    grid_code=st.sampled_from([None, "DEMO-01-G08", "DEMO-01-G11"]),
)


@given(people, people)
def test_comparing_does_not_depend_on_who_is_named_first(one: Person, other: Person) -> None:
    assert likeness(one, other) is likeness(other, one)


@given(st.lists(people, max_size=6))
def test_whoever_was_taken_in_is_known_or_asked_about_never_entered_twice(taken: list[Person]) -> None:
    registry = Directory(replace(person, resident_id=str(number)) for number, person in enumerate(taken))
    entries = [Entry(row=number, person=replace(person, row=number)) for number, person in enumerate(taken, 1)]
    assert all(
        judgement.action != CREATE or judgement.status == NEEDS_DECISION
        for judgement in judge_entries(entries, registry=registry)
    )


@given(st.lists(st.text(max_size=12), min_size=8, max_size=8), st.integers(0, 3))
def test_any_row_is_judged_or_set_aside_exactly_once_with_reasons_that_have_words(
    cells: list[str], blanks: int
) -> None:
    given_lines = lines(("名册",), HEADING, tuple(cells), *[("",) * 8] * blanks)
    roster = read_roster(given_lines, grids=GRIDS, this_year=2026)
    told = [told.row for told in roster.entries] + [aside.line.row for aside in roster.set_aside]
    assert sorted(told) == [line.row for line in given_lines]
    for judgement in judge_entries(roster.entries, registry=NOBODY):
        assert {*judgement.reasons, *judgement.remarks} <= REASONS.keys()
        assert bool(judgement.reasons) == (judgement.status in (NEEDS_DECISION, REFUSED))


def test_title_heading_blank_and_footer_are_set_aside_and_everybody_else_is_an_entry() -> None:
    roster = read_roster(
        lines(
            ("花名册",),
            ("",) * 8,
            HEADING,
            row(),
            ("",) * 8,
            HEADING,
            row("李兰英"),
            ("填表人:", "", "", "审核人:"),
            ("", "合计", "", "2人"),
        ),
        grids=GRIDS,
        this_year=2026,
    )
    assert [told.person.name for told in roster.entries] == ["王凯", "李兰英"]
    reasons = {aside.line.row: aside.reason for aside in roster.set_aside}
    assert reasons == {1: "title", 2: "blank", 3: "heading", 5: "blank", 6: "heading", 8: "footer", 9: "footer"}
    assert roster.ignored == ["序号", "性别"]


def test_a_sheet_without_names_is_set_aside_whole_beside_one_that_has_them() -> None:
    roster = read_roster(
        [*lines(HEADING, row()), *lines(("说明",), ("请勿外传",), sheet="说明", start=3)], grids=GRIDS, this_year=2026
    )
    assert len(roster.entries) == 1
    assert [aside.reason for aside in roster.set_aside] == ["heading", "no_heading", "no_heading"]


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        ({}, ()),
        (
            {
                "phone": "159 3951 0228",
                "birth": "1959年2月",
                "grid": "河畔新居第1网格",
                "household": "河畔新居5号楼1单元401",
            },
            (),
        ),
        ({"phone": "1509125816"}, ("phone_incomplete",)),
        ({"phone": "13914862807/0351-9062210"}, ("phone_several",)),
        ({"birth": "属龙"}, ("birth_unreadable",)),
        ({"birth": "2015.1"}, ("guardian_needed",)),
        ({"grid": "幸福里第1网格"}, ("grid_unknown",)),
        ({"grid": "DEMO-01-G08", "household": "河畔新居5号楼1单元401"}, ("grid_not_of_quarter",)),
        ({"note": "重复登记"}, ("marked_twice",)),
        ({"note": "已搬走"}, ("marked_gone",)),
        ({"note": "长" * 201}, ("note_too_long",)),
    ],
)
def test_a_new_person_is_proposed_unless_something_is_not_certain(
    told: dict[str, str], reasons: tuple[str, ...]
) -> None:
    judgement = judged(entry(**told))
    assert (judgement.status, judgement.reasons) == (NEEDS_DECISION if reasons else PROPOSED, reasons)


@pytest.mark.parametrize(
    ("name", "reason"), [("", "name_missing"), ("123", "name_unreadable"), ("王" * 41, "name_unreadable")]
)
def test_nobody_is_made_of_a_row_without_a_name(name: str, reason: str) -> None:
    judgement = judged(entry(name, phone="13900000009"))
    assert (judgement.status, judgement.reasons) == (REFUSED, (reason,))


def test_what_could_not_be_read_is_kept_as_it_was_written() -> None:
    assert entry(phone="1509125816", birth="属龙").written == {"phone": "1509125816", "birth": "属龙"}


@pytest.mark.parametrize(
    ("told", "status", "reasons"),
    [
        ({"phone": "13900000001"}, KNOWN, ()),
        ({"phone": "13900000001", "birth": "1959.2", "grid": "DEMO-01-G11", "household": "河畔新居1-1-101"}, KNOWN, ()),
        ({"phone": "13900000001", "birth": "1959"}, KNOWN, ()),
        ({"phone": "13900000001", "note": "木工"}, PROPOSED, ()),
        ({"phone": "13900000001", "note": "重复登记"}, KNOWN, ()),
        ({"phone": "13900000001", "grid": "DEMO-01-G08"}, NEEDS_DECISION, ("grid_differs",)),
        ({"phone": "13900000001", "household": "河畔新居9-9-909"}, NEEDS_DECISION, ("household_differs",)),
        (
            {"phone": "13900000002", "household": "河畔新居1-1-101", "birth": "1959.2"},
            NEEDS_DECISION,
            ("phone_differs",),
        ),
        ({"phone": "1390000000", "household": "河畔新居1-1-101", "birth": "1959.2"}, KNOWN, ()),
        ({}, NEEDS_DECISION, ("same_person_possible",)),
    ],
)
def test_a_registered_person_is_known_filled_in_or_asked_about(
    told: dict[str, str], status: str, reasons: tuple[str, ...]
) -> None:
    judgement = judged(entry(**told), WANG)
    assert (judgement.status, judgement.reasons) == (status, reasons)
    assert [person.resident_id for person in judgement.candidates] == ["wang"]


def test_what_a_roster_adds_to_a_registered_person_is_filled_in() -> None:
    registered = replace(WANG, household="", grid_code=None, birth=Birth())
    told = entry(phone="13900000001", grid="DEMO-01-G11", birth="1959.2", note="木工")
    judgement = judged(told, registered)
    assert (judgement.status, judgement.action) == (PROPOSED, FILL)
    assert differences(told, registered) == ([], ["grid_code", "birth", "note"])


def test_two_registered_people_who_both_fit_are_asked_about() -> None:
    judgement = judged(entry(phone="13900000001", note="木工"), WANG, replace(WANG, resident_id="other"))
    assert (judgement.status, judgement.reasons) == (NEEDS_DECISION, ("several_known",))


@pytest.mark.parametrize(
    ("phone", "household", "asked"),
    [
        ("13900000001", "河畔新居1-1-101", True),
        ("13900000001", "", True),
        ("03519062210", "河畔新居1-1-101", False),
        ("03519062210", "", True),
    ],
)
def test_a_shared_mobile_is_asked_about_a_landline_only_outside_the_household(
    phone: str, household: str, asked: bool
) -> None:
    judgement = judged(entry("李兰英", phone=phone, household=household), replace(WANG, phone=phone))
    assert ("phone_shared" in judgement.reasons) is asked


def test_the_second_of_two_equal_rows_is_asked_about_and_names_the_first() -> None:
    first = entry(phone="13900000001", birth="1959.2")
    judgements = judge_entries([first, replace(first, row=8, person=replace(first.person, row=8))], registry=NOBODY)
    assert [judgement.status for judgement in judgements] == [PROPOSED, NEEDS_DECISION]
    assert judgements[1].reasons == ("duplicate_in_file",)
    assert [person.row for person in judgements[1].candidates] == [7]


def test_two_people_of_one_name_are_both_proposed_with_a_remark() -> None:
    first = entry(phone="13900000001", birth="1959.2", household="河畔新居1-1-101")
    second = entry(phone="13900000002", birth="1943.8", household="河畔新居2-1-101")
    judgements = judge_entries([first, second], registry=NOBODY)
    assert [judgement.status for judgement in judgements] == [PROPOSED, PROPOSED]
    assert "same_name" in judgements[1].remarks


def test_a_household_told_in_two_grids_is_remarked() -> None:
    first = entry("李兰英", phone="13900000001", household="老院1-1-101", grid="DEMO-01-G08")
    second = entry("王凯", phone="13900000002", household="老院1-1-101", grid="DEMO-01-G11")
    assert "household_in_two_grids" in judge_entries([first, second], registry=NOBODY)[1].remarks


@pytest.mark.parametrize(
    "cell", ["110101199001011234", "11010119900101123X", "110101900101123", "身份证110101199001011234号"]
)
def test_id_numbers_are_never_kept(cell: str) -> None:
    told = entry(note=cell)
    assert not any(digits in told.person.note for digits in ("1101011990", "110101900"))
    assert "id_number_dropped" in told.remarks
    assert without_id_numbers("13914862807 03519062210") == "13914862807 03519062210"


def test_rows_are_counted_by_outcome_and_by_status_while_they_have_none() -> None:
    rows = [{"status": PROPOSED, "outcome": "created"}, {"status": PROPOSED}, {"status": REFUSED}]
    assert count_rows(rows) == {"created": 1, "proposed": 1, "refused": 1}
