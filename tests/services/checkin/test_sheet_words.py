"""How people write times, durations, dates and phones, and what may be trusted of it."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.rules.sheets import words


@pytest.mark.parametrize(("text", "at"), [
    ("9:00", time(9)), ("８：５５", time(8, 55)), ("11：30", time(11, 30)), ("08:30:00", time(8, 30)), ("11.00", time(11)),
    ("9点半", time(9, 30)), ("9.05", time(9, 5)), ("９：０５", time(9, 5)), ("11点半", time(11, 30)), ("0905", time(9, 5)),
    ("下午2点", time(14)), ("九点", time(9)), ("十一点半", time(11, 30)), ("九点二十", time(9, 20)), ("上午9:30", time(9, 30)),
    ("9:30pm", time(21, 30)), ("2026-11-05 09:00:00", time(9)), ("中午12点", time(12)), ("9点一刻", time(9, 15)),
])
def test_a_time_of_day_is_read(text, at):
    assert words.read_clock(text).at == at


@pytest.mark.parametrize(("text", "choices"), [
    ("下午12点", (time(12), time(0))),
    ("9.5", (time(9, 5), time(9, 30), time(9, 50))),
    ("25:00", ()), ("9:75", ()), ("两小时", ()), ("", ()), ("不知道", ()),
])
def test_an_uncertain_time_is_never_guessed(text, choices):
    assert words.read_clock(text) == words.ClockReading(None, choices)


@pytest.mark.parametrize(("text", "minutes"), [
    ("两小时", 120), ("2个半小时", 150), ("一个半小时", 90), ("半小时", 30), ("90分钟", 90), ("1小时30分", 90), ("2.5小时", 150),
    ("两个小时", 120), ("1小时半", 90), ("十二小时", 720), ("11:00", None), ("", None), ("2.5", None),
])
def test_a_duration_is_read(text, minutes):
    assert words.read_minutes(text) == minutes


@pytest.mark.parametrize(("text", "bare", "minutes"), [
    ("2.5", "hours", 150), ("2", "hours", 120), ("1.5", "hours", 90), ("45", "minutes", 45)])
def test_a_mere_number_takes_the_unit_of_its_column(text, bare, minutes):
    assert words.read_minutes(text, bare=bare) == minutes


@pytest.mark.parametrize(("text", "day"), [
    ("日期:2026年11月5日", date(2026, 11, 5)), ("太极拳晨练 2026/11/13 7:00—8:00", date(2026, 11, 13)),
    ("sign-in-2026-11-12.xlsx", date(2026, 11, 12)), ("2026.11.5", date(2026, 11, 5)), ("2026-02-30", None), ("11月12日", None),
])
def test_a_full_date_is_found(text, day):
    assert words.read_date(text) == day


@pytest.mark.parametrize(("text", "month_day"), [
    ("环境整治志愿服务 11月12日 14:00-16:30", (11, 12)), ("2026年11月5日", None), ("13月1日", None), ("11.12环境整治", None)])
def test_a_date_without_a_year_is_told_apart(text, month_day):
    assert words.read_day_of_year(text) == month_day


def test_a_date_without_a_year_is_the_latest_that_has_passed():
    assert words.nearest_past(11, 12, today=date(2026, 11, 22)) == date(2026, 11, 12)
    assert words.nearest_past(12, 30, today=date(2027, 1, 3)) == date(2026, 12, 30)
    assert words.nearest_past(2, 29, today=date(2027, 1, 3)) == date(2024, 2, 29)


@pytest.mark.parametrize(("text", "span"), [
    ("志愿服务 11月12日 14:00-16:30 河畔新居", (time(14), time(16, 30))), ("太极拳晨练 2026/11/13 7:00—8:00", (time(7), time(8))),
    ("下午2点到4点半", (time(14), time(16, 30))), ("16:30-14:00", None), ("2026-11-13", None),
])
def test_a_span_is_found_in_a_title(text, span):
    assert words.read_range(text) == span


@pytest.mark.parametrize(("text", "tail", "note"), [
    ("342", "0342", "tail_padded"), ("9427", "9427", None), ("13870004769", "4769", None), ("+86 139 1404 0314", "0314", None),
    ("１７７６８５２０８５５", "0855", None), ("0351-2199385", "9385", None), ("13870004769.0", "4769", None), ("", None, None),
    ("1899014692", None, "phone_incomplete"), ("没有", None, "phone_unreadable"),
])
def test_the_end_of_a_phone_number_is_trusted_or_not(text, tail, note):
    assert words.read_phone(text) == words.PhoneReading(tail, note)


@given(st.text(max_size=30))
def test_no_text_upsets_a_reader(text):
    for read in (words.read_clock, words.read_date, words.read_day_of_year, words.read_range, words.read_phone):
        read(text)
    words.read_minutes(text, bare="hours")


@given(st.times())
def test_a_plain_time_is_read_back(at):
    assert words.read_clock(at.strftime("%H:%M")).at == at.replace(second=0, microsecond=0)
