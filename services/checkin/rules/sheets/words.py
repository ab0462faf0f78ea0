"""Times, durations, dates and phones as people write them. Every reader answers None for what it does not understand."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

_NUMERALS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"(\d+(?:\.\d+)?|[〇零一二两三四五六七八九十]+)"
_MORNING, _AFTERNOON = ("上午", "早上", "早晨", "凌晨", "am"), ("下午", "晚上", "傍晚", "pm")
_HALF_DAY = r"(上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|am|pm)?"
_CLOCK = re.compile(rf"^{_HALF_DAY}(\d{{1,2}})[:.h](\d{{2}})(?::(\d{{2}})(?:\.0+)?)?(am|pm)?$")
_SPOKEN_MINUTES = r"(半|整|一刻|三刻|(\d{1,2}|[一二三四五]?十[一二三四五六七八九]?)分?)?"
_SPOKEN = re.compile(rf"^{_HALF_DAY}(\d{{1,2}}|[一二两三四五六七八九十]+)[点时]{_SPOKEN_MINUTES}$")
_BARE = re.compile(r"^(\d{1,2})(\d{2})$")
_DOUBTFUL = re.compile(r"^(\d{1,2})[:.](\d)$")
_DATED_TIME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}[t ](.+)$")
_DATE = re.compile(r"(?<!\d)(?:(\d{4})\s*[年./-]\s*)(\d{1,2})\s*[月./-]\s*(\d{1,2})(?!\d)")
_DAY_OF_YEAR = re.compile(r"(?<![\d年./-])(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_CLOCK_WORD = rf"{_HALF_DAY}\s*\d{{1,2}}\s*(?:[:.]\s*\d{{2}}|[点时]半?)"
_RANGE = re.compile(rf"({_CLOCK_WORD})\s*(?:-|—|–|~|〜|至|到)+\s*({_CLOCK_WORD})")


@dataclass(frozen=True)
class ClockReading:
    """A time of day: `at` when certain; otherwise `choices`, the times that may be meant (none: unreadable)."""

    at: time | None = None
    choices: tuple[time, ...] = ()


@dataclass(frozen=True)
class PhoneReading:
    """What a phone cell tells: the last four digits if they can be trusted, and what was odd about it."""

    tail: str | None = None
    note: str | None = None


def plain(text: str) -> str:
    """Return `text` with full-width forms made narrow (NFKC), one space between words, none around."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def squeezed(text: str) -> str:
    """Return `text` plain, without any space and in lower case: how names, times and headings are compared."""
    return "".join(plain(text).split()).lower()


def read_clock(text: str) -> ClockReading:
    """Return the time of day in a cell such as `９：０５`, `9.05`, `9点半`, `08:30:00`, `下午2点`, `0905`.

    `下午12点` may be noon or midnight and `9.5` may be 9:05, 9:30 or 9:50, so these come back as choices.
    """
    word = squeezed(text)
    if dated := _DATED_TIME.match(plain(text).lower()):
        word = squeezed(dated[1])
    if match := _CLOCK.match(word):
        return _in_half_day(match[1] or match[5], int(match[2]), int(match[3]))
    if match := _SPOKEN.match(word):
        return _in_half_day(match[1], _whole(match[2]), _minutes_spoken(match[3]))
    if match := _BARE.match(word):
        return _in_half_day(None, int(match[1]), int(match[2]))
    if match := _DOUBTFUL.match(word):
        hour, digit = int(match[1]), int(match[2])
        return ClockReading(choices=_times((hour, digit), (hour, digit * 6), (hour, digit * 10)))
    return ClockReading()


def read_minutes(text: str, *, bare: str | None = None) -> int | None:
    """Return the minutes of a duration such as `两小时`, `2个半小时`, `90分钟`; `bare` is the unit of a mere number
    (`hours` or `minutes`), None if a mere number is no duration."""
    word = squeezed(text).replace("钟头", "小时")
    if bare and re.fullmatch(r"\d{1,4}(\.\d+)?", word):
        return round(float(word) * (60 if bare == "hours" else 1))
    if word in ("半小时", "半个小时"):
        return 30
    if match := re.fullmatch(rf"{_NUMBER}个?半小时", word):
        return round(_amount(match[1]) * 60) + 30
    if match := re.fullmatch(rf"{_NUMBER}(?:个?小时|h)(?:(\d{{1,2}})分钟?|(半))?", word):
        return round(_amount(match[1]) * 60) + (30 if match[3] else int(match[2] or 0))
    if match := re.fullmatch(r"(\d{1,3})(?:分钟?|min)", word):
        return int(match[1])
    return None


def read_date(text: str) -> date | None:
    """Return the first full date in `text` (`2026年11月5日`, `2026/11/13`, `2026-11-05`), None if there is none."""
    for match in _DATE.finditer(plain(text)):
        if found := _day(int(match[1]), int(match[2]), int(match[3])):
            return found
    return None


def read_day_of_year(text: str) -> tuple[int, int] | None:
    """Return month and day of a date without a year (`11月12日`), None if there is none."""
    match = _DAY_OF_YEAR.search(plain(text))
    return (int(match[1]), int(match[2])) if match and _day(2024, int(match[1]), int(match[2])) else None


def nearest_past(month: int, day: int, *, today: date) -> date | None:
    """Return the latest such day of the year that is not after `today`: people write down what has happened."""
    past = (_day(today.year - back, month, day) for back in range(9))
    return next((found for found in past if found and found <= today), None)


def read_range(text: str) -> tuple[time, time] | None:
    """Return the times of a span such as `14:00-16:30` or `7:00—8:00` inside `text`, None unless both are certain."""
    if not (match := _RANGE.search(plain(text).lower())):
        return None
    half = (match[2] or "") if not match[4] else ""
    begin, end = read_clock(match[1]).at, read_clock(half + match[3]).at
    return (begin, end) if begin and end and begin < end else None


def read_phone(text: str) -> PhoneReading:
    """Return the trusted last four digits of a phone cell.

    A spreadsheet eats the zero before `0342`, so up to four digits are filled up. A mobile number has eleven digits: with
    one missing or too many nobody knows which, so nothing of it is trusted.
    """
    word = re.sub(r"[\s\-()]", "", plain(text)).removesuffix(".0")
    word = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", word)
    if not word:
        return PhoneReading()
    if not word.isdecimal():
        return PhoneReading(note="phone_unreadable")
    if len(word) <= 4:
        return PhoneReading(word.zfill(4), "tail_padded" if len(word) < 4 else None)
    if re.fullmatch(r"1\d{10}|0\d{9,11}|[2-8]\d{6,7}", word):
        return PhoneReading(word[-4:])
    return PhoneReading(note="phone_incomplete")


def _in_half_day(half: str | None, hour: int, minute: int) -> ClockReading:
    if half in _AFTERNOON and hour == 12:
        return ClockReading(choices=_times((12, minute), (0, minute)))
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half == "中午" and hour < 3:
        hour += 12
    if half in _MORNING and hour == 12:
        return ClockReading(choices=_times((0, minute), (12, minute)))
    found = _times((hour, minute))
    return ClockReading(at=found[0]) if found else ClockReading()


def _times(*pairs: tuple[int, int]) -> tuple[time, ...]:
    return tuple(dict.fromkeys(time(hour, minute) for hour, minute in pairs if hour < 24 and minute < 60))


def _minutes_spoken(word: str | None) -> int:
    fixed = {None: 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
    return fixed[word] if word in fixed else _whole(str(word).removesuffix("分"))


def _whole(word: str) -> int:
    if word.isdecimal():
        return int(word)
    tens, ten, ones = word.partition("十")
    if not ten:
        return _NUMERALS.get(word, 99)
    return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)


def _amount(word: str) -> float:
    return float(word) if word[0].isdigit() else float(_whole(word))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 2000 <= year <= 2100 else None
    except ValueError:
        return None
