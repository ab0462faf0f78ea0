"""One proposal for every row of a sheet: taken, needing a decision, or refused, always with the reasons.

Reasons are codes with parameters; pages say them in the reader's language.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from services.checkin.rules.sheets.layout import Line, Worksheet
from services.checkin.rules.sheets.people import Directory, Match, Person, directory_of, match
from services.checkin.rules.sheets.words import (
    nearest_past,
    plain,
    read_clock,
    read_date,
    read_day_of_year,
    read_minutes,
    read_phone,
    squeezed,
)

TAKEN, NEEDS_DECISION, REFUSED = "taken", "needs_decision", "refused"
MOST_MINUTES = 720
"""Who is said to have stayed longer than this most likely slipped with the pen."""

_NOTES = frozenset({
    "tail_padded", "phone_incomplete", "phone_unreadable", "phone_not_on_record", "matched_by_name", "same_as_above",
    "departure_from_duration", "departure_from_hours", "times_from_title", "item_from_title",
})
"""Reasons that only say how a value was found; every other reason asks for a decision or refuses."""

_REFUSING = frozenset({"outsider", "no_heading"})
_DITTO = frozenset({"同上", "〃", '"', "“", "”", "″", "''", "//", "同前", "ditto"})
_OUTSIDER = re.compile("外来|外单位|非本社区|外社区|路过")
_RECREATION = re.compile("晨练|讲座|联欢|观影|比赛|参观|听课")
_SHEET_WORD = re.compile("(签到|签名|登记|报名)(表|单|册)$")


@dataclass(frozen=True)
class Note:
    """A reason: its code and what it speaks of (JSON values)."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a worksheet as a whole says: the occasion, and how its own total compares with the rows that are there."""

    worksheet: str
    title: str
    place: str
    day: date | None
    item: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    people_counted: int
    people_stated: int | None
    notes: tuple[Note, ...] = ()
    other_lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """What one row is taken to mean. `choices` are readings of a time that a person must choose from."""

    worksheet: str
    line: int
    cells: dict[str, str]
    name: str
    title: str
    status: str
    reasons: tuple[Note, ...]
    phone_tail: str | None = None
    resident_id: str | None = None
    candidates: tuple[str, ...] = ()
    item: str | None = None
    day: date | None = None
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    choices: dict[str, list[datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Times:
    """When a person came and went, as far as it is certain, with the reasons for the rest."""

    arrived_at: datetime | None
    left_at: datetime | None
    notes: tuple[Note, ...]
    choices: dict[str, list[datetime]]


@dataclass(frozen=True)
class Context:
    """What rows of one worksheet are read against."""

    sheet: Worksheet
    title: str
    day: date | None
    item: str | None
    columns: frozenset[str]
    directory: Directory
    item_words: Mapping[str, str]
    day_hints: tuple[date, ...]
    now: datetime


def propose(
    sheets: Sequence[Worksheet], *, people: Iterable[Person], item_words: Mapping[str, str], file_name: str, now: datetime,
) -> tuple[list[Reading], list[Proposal]]:
    """Return what each worksheet and each of its rows is taken to mean.

    `item_words` gives a catalogue code for every code, name and alias (squeezed); `now` is aware, in the community's zone:
    sheets have no zone of their own, and a date without a year is the latest one that has passed.
    """
    directory, hints = directory_of(people), _day_hints(sheets, file_name)
    readings, proposals = [], []
    for sheet in sheets:
        context, notes = _context(sheet, directory=directory, item_words=item_words, hints=hints, now=now)
        rows = _propose_rows(context)
        readings.append(_reading(context, rows, notes))
        proposals += rows
    return readings, _mark_double_rows(proposals)


def is_ahead(day: date | None, arrived_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a row speaks of what has not been yet; `now` is aware, in the community's zone."""
    return (day is not None and day > now.date()) or (arrived_at is not None and arrived_at > now)


def code_in(text: str, item_words: Mapping[str, str]) -> str | None:
    """Return the one catalogue code that `text` names, whole or inside a longer phrase; None for none or several."""
    word = squeezed(text)
    if word in item_words:
        return item_words[word]
    inside = [known for known in item_words if len(known) > 1 and known in word]
    longest = [known for known in inside if not any(known != other and known in other for other in inside)]
    codes = {item_words[known] for known in longest}
    return codes.pop() if len(codes) == 1 else None


def _day_hints(sheets: Sequence[Worksheet], file_name: str) -> tuple[date, ...]:
    return tuple(filter(None, [read_date(file_name), *(sheet.day for sheet in sheets)]))


def _context(
    sheet: Worksheet, *, directory: Directory, item_words: Mapping[str, str], hints: tuple[date, ...], now: datetime,
) -> tuple[Context, list[Note]]:
    if now.tzinfo is None:
        raise ValueError("a sheet is read in its community's zone")
    day, notes = _day_of(sheet, hints, now.date())
    title = _title_of(sheet)
    item = code_in(title, item_words) or code_in(sheet.name, item_words)
    columns = frozenset(column for line in sheet.lines for column in line.cells)
    if _RECREATION.search(title):
        notes.append(Note("kind_to_check", {"title": title}))
    return Context(sheet, title, day, item, columns, directory, item_words, hints, now), notes


def _day_of(sheet: Worksheet, hints: tuple[date, ...], today: date) -> tuple[date | None, list[Note]]:
    if sheet.day:
        return sheet.day, []
    if sheet.day_of_year:
        return _with_year(sheet.day_of_year, hints, today)
    if hints:
        return hints[0], [Note("day_from_elsewhere", {"day": hints[0].isoformat()})]
    return None, [Note("day_missing")]


def _with_year(month_day: tuple[int, int], hints: tuple[date, ...], today: date) -> tuple[date | None, list[Note]]:
    """Return the date with the year of a hint (file name, another worksheet) or the latest that has passed."""
    month, day = month_day
    if same := next((hint for hint in hints if (hint.month, hint.day) == month_day), None):
        return same, []
    latest = date(hints[0].year, 12, 31) if hints else today
    found = nearest_past(month, day, today=latest)
    return found, [Note("year_inferred", {"day": found.isoformat() if found else None})]


def _title_of(sheet: Worksheet) -> str:
    """Return the title without its date, its times and the word 'sign-in sheet'; the worksheet's name if nothing is left."""
    words = re.split(r"\d{4}\s*[年./-]|\d{1,2}\s*月\s*\d|\d{1,2}[:.]\d{2}", plain(sheet.title))[0].strip()
    return _SHEET_WORD.sub("", words).strip() or sheet.name


def _place_of(sheet: Worksheet) -> str:
    """Return the labelled place, else what follows the times in the title (`14:00-16:30 河畔新居`)."""
    if sheet.place:
        return sheet.place
    after = re.search(r"\d{1,2}[:.]\d{2}\s*[-—–~至到]+\s*\d{1,2}[:.]\d{2}\s+(\S.*)$", plain(sheet.title))
    return after[1] if after else ""


def _reading(context: Context, rows: Sequence[Proposal], notes: list[Note]) -> Reading:
    sheet = context.sheet
    if sheet.people_stated is not None and sheet.people_stated != len(rows):
        notes.append(Note("total_differs", {"stated": sheet.people_stated, "counted": len(rows)}))
    if sheet.numbers_missing:
        notes.append(Note("numbers_missing", {"numbers": list(sheet.numbers_missing[:20])}))
    starts_at, ends_at = _occasion_times(context, rows)
    return Reading(
        worksheet=sheet.name, title=context.title, place=_place_of(sheet), day=context.day, item=context.item,
        starts_at=starts_at, ends_at=ends_at, people_counted=len(rows), people_stated=sheet.people_stated,
        notes=tuple(notes), other_lines=sheet.other_lines,
    )


def _occasion_times(context: Context, rows: Sequence[Proposal]) -> tuple[datetime | None, datetime | None]:
    """Return the occasion's times: the title's, else from the first certain arrival to the last certain departure."""
    if context.sheet.span and context.day:
        begin, end = context.sheet.span
        return _moment(context, context.day, begin), _moment(context, context.day, end)
    arrivals = [row.arrived_at for row in rows if row.arrived_at]
    departures = [row.left_at for row in rows if row.left_at]
    return min(arrivals, default=None), max(departures, default=None)


def _propose_rows(context: Context) -> list[Proposal]:
    rows: list[Proposal] = []
    above: dict[str, str] = {}
    for line in context.sheet.lines:
        cells, repeated = _without_ditto(line, above)
        rows.append(_propose(context, replace(line, cells=cells), original=line, repeated=repeated))
        above = cells
    return rows


def _without_ditto(line: Line, above: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the cells with ditto marks replaced by what stands above, and the columns where that happened."""
    repeated = [column for column, text in line.cells.items() if squeezed(text) in _DITTO]
    cells = {column: above.get(column, "") if column in repeated else text for column, text in line.cells.items()}
    return cells, [column for column in repeated if cells[column]]


def _propose(context: Context, line: Line, *, original: Line, repeated: list[str]) -> Proposal:
    phone, notes = read_phone(line["phone"]), [Note("same_as_above", {"column": column}) for column in repeated]
    if phone.note:
        notes.append(Note(phone.note, {"text": line["phone"]}))
    who, person_notes = _judge_person(context, line, phone.tail)
    item, item_notes = _judge_item(context, line)
    day, day_notes = _judge_day(context, line)
    times = _judge_times(context, line, day)
    notes += [*person_notes, *item_notes, *day_notes, *times.notes]
    if is_ahead(day, times.arrived_at, now=context.now):
        notes.append(Note("day_ahead"))
    if not context.sheet.has_heading:
        notes = [Note("no_heading")]
    return Proposal(
        worksheet=context.sheet.name, line=line.number, cells=dict(original.cells), name=plain(line["name"]),
        title=context.title, status=_status(notes), reasons=tuple(notes), phone_tail=phone.tail,
        resident_id=who.resident_id, candidates=who.candidates, item=item, day=day,
        arrived_at=times.arrived_at, left_at=times.left_at, choices=times.choices,
    )


def _status(notes: Iterable[Note]) -> str:
    codes = {note.code for note in notes}
    if codes & _REFUSING:
        return REFUSED
    return TAKEN if codes <= _NOTES else NEEDS_DECISION


def _judge_person(context: Context, line: Line, tail: str | None) -> tuple[Match, list[Note]]:
    if not line["name"]:
        owners = context.directory.by_tail.get(tail or "", [])
        return Match(candidates=tuple(person.resident_id for person in owners)), [Note("name_missing")]
    found = match(context.directory, line["name"], tail)
    if not _OUTSIDER.search(line["remark"]):
        return found, [Note(found.code, {"name": plain(line["name"])})] if found.code else []
    if found.code == "unknown_resident":
        return found, [Note("outsider", {"name": plain(line["name"])})]
    return Match(candidates=found.candidates), [Note("outsider_of_this_name", {"name": plain(line["name"])})]


def _judge_item(context: Context, line: Line) -> tuple[str | None, list[Note]]:
    if text := line["item"]:
        code = code_in(text, context.item_words)
        return code, [] if code else [Note("item_unknown", {"text": text})]
    if context.item:
        return context.item, [Note("item_from_title")] if "item" in context.columns else []
    return None, [Note("item_missing")]


def _judge_day(context: Context, line: Line) -> tuple[date | None, list[Note]]:
    if text := line["day"]:
        if day := read_date(text):
            return day, []
        if month_day := read_day_of_year(text):
            return _with_year(month_day, context.day_hints, context.now.date())[0], []
        return None, [Note("day_unreadable", {"text": text})]
    return context.day, [] if context.day else [Note("day_missing")]


def _judge_times(context: Context, line: Line, day: date | None) -> Times:
    if day is None:
        return Times(None, None, (), {})
    arrived_at, arrival_notes, arrivals = _judge_arrival(context, line, day)
    left_at, departure_notes, departures = _judge_departure(context, line, day, arrived_at)
    notes, choices = (*arrival_notes, *departure_notes), {}
    if arrivals:
        choices["arrived_at"] = arrivals
    if departures:
        choices["left_at"] = departures
    return _judge_span(Times(arrived_at, left_at, notes, choices))


def _judge_span(times: Times) -> Times:
    """Doubt times that run backwards or last longer than a day's work: both are shown as choices, none is believed."""
    if times.arrived_at is None or times.left_at is None:
        return times
    minutes = int((times.left_at - times.arrived_at).total_seconds() // 60)
    if minutes <= 0:
        swapped = {"arrived_at": [times.left_at], "left_at": [times.arrived_at]}
        return Times(None, None, (*times.notes, Note("times_reversed")), swapped)
    if minutes > MOST_MINUTES:
        doubt = Note("too_long", {"minutes": minutes})
        return Times(times.arrived_at, None, (*times.notes, doubt), {"left_at": [times.left_at]})
    return times


def _judge_arrival(context: Context, line: Line, day: date) -> tuple[datetime | None, list[Note], list[datetime]]:
    if text := line["arrived"]:
        clock = read_clock(text)
        if clock.at:
            return _moment(context, day, clock.at), [], []
        choices = [_moment(context, day, at) for at in clock.choices]
        return None, [Note("arrival_unclear" if choices else "arrival_unreadable", {"text": text})], choices
    if context.sheet.span and "arrived" not in context.columns:
        return _moment(context, day, context.sheet.span[0]), [Note("times_from_title")], []
    return None, [Note("arrival_missing")], []


def _judge_departure(
    context: Context, line: Line, day: date, arrived_at: datetime | None,
) -> tuple[datetime | None, list[Note], list[datetime]]:
    if text := line["left"]:
        return _read_departure(context, text, day, arrived_at)
    for column in ("hours", "minutes"):
        if text := line[column]:
            return _after(arrived_at, read_minutes(text, bare=column), text, "departure_from_hours")
    if context.sheet.span and not context.columns & {"left", "hours", "minutes"}:
        return _moment(context, day, context.sheet.span[1]), [], []
    return None, [Note("departure_missing")], []


def _read_departure(
    context: Context, text: str, day: date, arrived_at: datetime | None,
) -> tuple[datetime | None, list[Note], list[datetime]]:
    clock = read_clock(text)
    if clock.at:
        return _moment(context, day, clock.at), [], []
    if clock.choices:
        return None, [Note("departure_unclear", {"text": text})], _choices(context, day, clock.choices, arrived_at)
    return _after(arrived_at, read_minutes(text), text, "departure_from_duration")


def _after(
    arrived_at: datetime | None, minutes: int | None, text: str, code: str,
) -> tuple[datetime | None, list[Note], list[datetime]]:
    if minutes is None:
        return None, [Note("departure_unreadable", {"text": text})], []
    left_at = arrived_at + timedelta(minutes=minutes) if arrived_at else None
    return left_at, [Note(code, {"text": text, "minutes": minutes})], []


def _choices(context: Context, day: date, clocks: Iterable[time], arrived_at: datetime | None) -> list[datetime]:
    """Return the moments that may be meant; midnight after an arrival is the next day's."""
    moments = [_moment(context, day, at) for at in clocks]
    return [at + timedelta(days=1) if arrived_at and at < arrived_at else at for at in moments]


def _moment(context: Context, day: date, at: time) -> datetime:
    return datetime.combine(day, at, context.now.tzinfo)


def _mark_double_rows(proposals: list[Proposal]) -> list[Proposal]:
    """Open every later row that says one person was at two places at a time, or twice at the same."""
    seen: dict[tuple[str, date], list[Proposal]] = {}
    marked = []
    for row in proposals:
        if row.resident_id and row.day and row.status != REFUSED:
            earlier = seen.setdefault((row.resident_id, row.day), [])
            if clash := next((other for other in earlier if _clash(row, other)), None):
                note = Note("double_row", {"worksheet": clash.worksheet, "line": clash.line})
                row = replace(row, status=NEEDS_DECISION, reasons=(*row.reasons, note))
            earlier.append(row)
        marked.append(row)
    return marked


def _clash(row: Proposal, other: Proposal) -> bool:
    if (row.item, row.title) == (other.item, other.title):
        return True
    mine, theirs = _moments(row), _moments(other)
    return not (mine and theirs) or (min(mine) < max(theirs) and min(theirs) < max(mine)) or min(mine) == min(theirs)


def _moments(row: Proposal) -> list[datetime]:
    certain = [at for at in (row.arrived_at, row.left_at) if at]
    return certain + [at for choices in row.choices.values() for at in choices]
