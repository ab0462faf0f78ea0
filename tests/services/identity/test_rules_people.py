"""Names, phones, births and addresses as tired people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.rules.people import (
    Birth,
    household_key,
    is_name,
    mask_phone,
    may_be_password,
    needs_guardian,
    person_name,
    phone_tail,
    plain,
    read_birth,
    read_phone,
)

THIS_YEAR = 2026


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王凯", "王凯"),
        ("王  凯", "王凯"),
        ("王　凯", "王凯"),
        (" 张\u200b桂芝\n", "张桂芝"),
        ("封𠮷", "封𠮷"),
        ("石㐂", "石㐂"),
        ("王䲜", "王䲜"),
        ("欧阳 健", "欧阳健"),
        ("阿迪力・买买提", "阿迪力·买买提"),
        ("Anna   Berg", "Anna Berg"),
        ("Ａｎｎａ", "Anna"),
        ("O'Neill Jr.", "O'Neill Jr."),
        ("", ""),
    ],
)
def test_a_name_is_stored_as_it_would_be_spoken(written: str, name: str) -> None:
    assert person_name(written) == name


@pytest.mark.parametrize(
    ("text", "answer"), [("王", True), ("𠮷", True), ("", False), ("12", False), ("·", False), ("王" * 41, False)]
)
def test_a_name_has_letters_and_an_end(text: str, answer: bool) -> None:
    assert is_name(text) is answer


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13914862807", "13914862807"),
        ("159 3951 0228", "15939510228"),
        ("138-8727-0142", "13887270142"),
        ("１５０１３６１７１５８", "15013617158"),
        ("+8615047777679", "15047777679"),
        ("+86 150-4777-7679", "15047777679"),
        ("008615047777679", "15047777679"),
        ("8615047777679", "15047777679"),
        ("013914862807", "13914862807"),
        ("0351-9062210", "03519062210"),
        ("(0351)9062210", "03519062210"),
        ("010-62345678", "01062345678"),
        ("021 6234 5678", "02162345678"),
        ("+86-351-9062210", ""),
        ("+852 2345 6789", "+85223456789"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_phone_has_one_form_however_it_is_typed(written: str, number: str) -> None:
    assert read_phone(written).number == number


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("1509125816", "phone_incomplete"),
        ("9062210", "phone_incomplete"),
        ("0351-90622", "phone_incomplete"),
        ("139148628071", "phone_unreadable"),
        ("儿子的", "phone_unreadable"),
        ("13914862807(儿子)", "phone_unreadable"),
        ("13914862807/0351-9062210", "phone_several"),
        ("13914862807、13914862808", "phone_several"),
        ("12", "phone_unreadable"),
    ],
)
def test_what_is_no_phone_says_why(written: str, fault: str) -> None:
    assert read_phone(written).fault == fault


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "+86", "0086", "86", "+86 "]),
    st.sampled_from(["", " ", "-"]),
)
def test_any_mobile_survives_prefixes_gaps_and_full_width(number: str, prefix: str, gap: str) -> None:
    typed = prefix + gap.join((number[:3], number[3:7], number[7:]))
    wide = "".join(chr(ord(mark) + 0xFEE0) if mark.isdigit() else mark for mark in typed)
    assert read_phone(typed).number == read_phone(wide).number == number


@given(st.text(max_size=60))
def test_any_text_is_a_phone_or_has_a_fault_never_both(text: str) -> None:
    phone = read_phone(text)
    assert not (phone.number and phone.fault)
    assert bool(phone.number or phone.fault) == bool(plain(text))
    assert read_phone(phone.number).number == phone.number


@pytest.mark.parametrize(
    ("written", "year", "month"),
    [
        ("1951.1", 1951, 1),
        ("１９７６．６", 1976, 6),
        ("1969年3月", 1969, 3),
        ("1982/7", 1982, 7),
        ("2008", 2008, None),
        ("1967-10", 1967, 10),
        ("1967年", 1967, None),
        ("1967 年 10 月", 1967, 10),
        ("1951-01-15", 1951, 1),
        ("1951-01-15 00:00:00", 1951, 1),
        ("1951年1月15日", 1951, 1),
        ("195101", 1951, 1),
        ("19510115", 1951, 1),
        ("1951.1生", 1951, 1),
        ("", None, None),
    ],
)
def test_a_birth_is_kept_as_year_and_month(written: str, year: int | None, month: int | None) -> None:
    assert read_birth(written, this_year=THIS_YEAR) == Birth(year, month)


@pytest.mark.parametrize("written", ["51.1", "1951.13", "1951.0", "2027", "1899", "不详", "1951.1?", "1951.1.1.1"])
def test_a_birth_that_cannot_be_read_is_not_guessed(written: str) -> None:
    assert read_birth(written, this_year=THIS_YEAR) == Birth(fault="birth_unreadable")


@pytest.mark.parametrize(
    ("year", "needed"), [(2013, True), (2011, True), (2010, True), (2009, False), (1951, False), (None, False)]
)
def test_a_guardian_is_asked_for_whoever_may_be_under_fourteen(year: int | None, needed: bool) -> None:
    assert needs_guardian(Birth(year), this_year=2024) is needed


@pytest.mark.parametrize(
    "spelling",
    [
        "铝厂老院10号楼1单元401",
        "铝厂老院10号楼1单元401室",
        "铝厂老院 10-1-401",
        "铝厂老院１０号楼１单元４０１",
        "铝厂老院10栋1单元401户",
        "铝厂老院10#1-401",
    ],
)
def test_one_address_has_one_key(spelling: str) -> None:
    assert household_key(spelling) == "铝厂老院10-1-401"


@pytest.mark.parametrize("other", ["铝厂老院10号楼1单元402", "铝厂老院1号楼1单元401", "向阳里10号楼1单元401", ""])
def test_another_address_has_another_key(other: str) -> None:
    assert household_key(other) != "铝厂老院10-1-401"


@given(st.text(max_size=80))
def test_reading_again_what_was_read_changes_nothing(text: str) -> None:
    assert person_name(person_name(text)) == person_name(text)
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("number", "masked"), [("13800000001", "138****0001"), ("03519062210", "035****2210"), (None, None), ("", None)]
)
def test_a_phone_is_shown_masked(number: str | None, masked: str | None) -> None:
    assert mask_phone(number) == masked


def test_others_learn_four_digits() -> None:
    assert phone_tail("13800000001") == "0001"


@pytest.mark.parametrize(
    ("password", "answer"),
    [
        ("golden-bean", True),
        ("1234567", False),
        ("12345678", True),
        ("金豆金豆金豆金豆", True),
        ("x" * 129, False),
        ("13800000001", False),
    ],
)
def test_a_password_is_long_enough_and_not_the_phone(password: str, answer: bool) -> None:
    assert may_be_password(password, phone="13800000001") is answer
