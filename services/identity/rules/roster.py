"""How a resident roster is judged, row by row: what is certain is proposed, what is not waits for a person's decision.

Every row of the file comes back exactly once, as an entry that was judged or as a line set aside with its reason.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from services.identity.rules.people import (
    MOBILE,
    Birth,
    household_key,
    is_name,
    needs_guardian,
    person_name,
    plain,
    read_birth,
    read_phone,
)
from services.identity.rules.places import GridPlace, find_grid, quarter_of

PROPOSED, NEEDS_DECISION, KNOWN, REFUSED = "proposed", "needs_decision", "known", "refused"
CREATE, FILL, NOTHING = "create", "fill", "nothing"
TAKE, MERGE, SKIP = "take", "merge", "skip"
DECISIONS = (TAKE, MERGE, SKIP)
HEADING_ROWS_MAX = 20
CANDIDATES_MAX = 5
NO_BIRTH = Birth()
NOTE_CHARACTERS_MAX = 200

COLUMNS: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(r"(居民)?姓名|名字|name"),
    "phone": re.compile(r"(联系|手机|移动|固定)?(电话|手机|号码|手机号|手机号码|电话号码|方式)|phone"),
    "birth": re.compile(r"(出生|生日).*|birth.*"),
    "household": re.compile(r"(家庭|居住|现|详细|户籍)?(住址|地址|门牌)(\(.*\))?|address|household"),
    "grid": re.compile(r"(所属|所在)?网格(代码|名称|编号)?|grid(_code)?"),
    "note": re.compile(r"(特长|技能|备注|才艺|专长)([/、及和]?(特长|技能|备注|才艺|专长))*|notes?|talents?"),
}
FOOTER = re.compile(
    r"(填表|制表|审核|复核|负责|经办)人?[:：]?.*|(合计|总计|共计|小计).*"
    r"|(说明|注)[:：].*|(填表|制表)?(日期|时间)[:：].*|第\d+页.*"
)
TWICE = re.compile(r"重复")
GONE = re.compile(r"去世|已故|死亡|迁出|搬走|搬离|不在本")
ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])|(?<![0-9])[0-9]{15}(?![0-9])")
ID_NUMBER_DROPPED = "(证件号已略去)"


class Line(NamedTuple):
    """One line of a sheet: `row` counts through the workbook, `sheet_row` is what the spreadsheet program shows."""

    row: int
    sheet: str
    sheet_row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody to compare with: a resident, or (with `row`) an earlier row of the same file. `household` is a key."""

    resident_id: str = ""
    name: str
    phone: str = ""
    household: str = ""
    birth: Birth = NO_BIRTH
    grid_code: str | None = None
    note: str = ""
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a row says of a person; `faults` say which cells could not be read, `written` has these as they stand."""

    row: int
    person: Person
    address: str = ""
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A line that tells of no person (`reason`: title, heading, blank, footer, no_heading)."""

    line: Line
    reason: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What an import proposes for a row. `action` is what applying it does; `candidates` may be the same person."""

    status: str
    action: str = NOTHING
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    candidates: tuple[Person, ...] = ()


class Likeness(Enum):
    """How two people of one name compare."""

    SAME = "same"
    POSSIBLE = "possible"
    DISTINCT = "distinct"


class Roster(NamedTuple):
    """A file as it was read. Every line is an entry (with its line in `lines`) or set aside, never both.

    `ignored` are the titles of columns that are not kept.
    """

    entries: list[Entry]
    lines: dict[int, Line]
    set_aside: list[SetAside]
    ignored: list[str]


class Directory:
    """People by name, phone and household, so that a roster of thousands is compared in one pass."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._people: dict[tuple[str, str], list[Person]] = {}
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        """Let `person` be found from now on."""
        for key in (("name", person.name), ("phone", person.phone), ("household", person.household)):
            if key[1]:
                self._people.setdefault(key, []).append(person)

    def named(self, name: str) -> list[Person]:
        """Return those of exactly this name."""
        return self._people.get(("name", name), [])

    def with_phone(self, phone: str) -> list[Person]:
        """Return those of this phone; nobody for an empty one."""
        return self._people.get(("phone", phone), [])

    def in_household(self, household: str) -> list[Person]:
        """Return those of this household; nobody for an empty one."""
        return self._people.get(("household", household), [])


def read_roster(lines: Sequence[Line], *, grids: Sequence[GridPlace], this_year: int) -> Roster:
    """Read all lines of all sheets; a sheet without a heading that names a column 姓名 is set aside line by line."""
    roster = Roster([], {}, [], [])
    for sheet in dict.fromkeys(line.sheet for line in lines):
        _read_sheet([line for line in lines if line.sheet == sheet], roster, grids, this_year)
    return roster


def judge_entries(entries: Iterable[Entry], *, registry: Directory) -> list[Judgement]:
    """Judge each entry against the `registry` and the entries before it."""
    earlier = Directory()
    judgements = []
    for entry in entries:
        judgements.append(judge_entry(entry, registry=registry, earlier=earlier))
        earlier.add(entry.person)
    return judgements


def judge_entry(entry: Entry, *, registry: Directory, earlier: Directory) -> Judgement:
    """Say what is to become of `entry`; a resident who is certainly meant is known before anything else is asked."""
    if not is_name(entry.person.name):
        return Judgement(status=REFUSED, reasons=("name_missing" if not entry.person.name else "name_unreadable",))
    meant = [person for person in registry.named(entry.person.name) if likeness(entry.person, person) is Likeness.SAME]
    if meant:
        return _judge_known(entry, meant)
    reasons, candidates = _doubts(entry, registry, earlier)
    reasons += entry.faults
    return Judgement(
        status=NEEDS_DECISION if reasons else PROPOSED,
        action=CREATE,
        reasons=tuple(dict.fromkeys(reasons)),
        remarks=_remarks(entry, registry, earlier),
        candidates=tuple(candidates[:CANDIDATES_MAX]),
    )


def likeness(one: Person, other: Person) -> Likeness:
    """Compare two people of one name by phone, household and birth, where both state them.

    A shared phone, or a shared household and birth, is the same person unless the births contradict; so is a household
    with nothing said besides (or the same file, imported again, would ask again). Distinct needs another birth, or both
    another phone and another household. All else is for a person to say: an unknown mark proves nothing.
    """
    phone, household = _agree(one.phone, other.phone), _agree(one.household, other.household)
    birth = _births_agree(one.birth, other.birth)
    if phone or household:
        nothing_besides = not (one.phone or other.phone or one.birth.year or other.birth.year)
        certain = birth is not False and (phone or birth or nothing_besides)
        return Likeness.SAME if certain else Likeness.POSSIBLE
    elsewhere = phone is False and household is False
    return Likeness.DISTINCT if birth is False or elsewhere else Likeness.POSSIBLE


def differences(entry: Entry, person: Person) -> tuple[list[str], list[str]]:
    """Return which marks of `entry` contradict `person`, and which it adds to what is not known yet."""
    told = entry.person
    birth = _births_agree(told.birth, person.birth)
    note = note_to_keep(told.note)
    contradicts = [
        name
        for name, agree in (
            ("phone", _agree(told.phone, person.phone)),
            ("household", _agree(told.household, person.household)),
            ("birth", birth),
            ("grid", _agree(told.grid_code or "", person.grid_code or "")),
            ("note", _agree(note, person.note)),
        )
        if agree is False
    ]
    adds = [name for name in ("phone", "household", "grid_code") if getattr(told, name) and not getattr(person, name)]
    adds += ["birth"] if birth is None and _knows_more(told.birth, person.birth) else []
    adds += ["note"] if note and not person.note else []
    return contradicts, adds


def count_rows(rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """Return how many rows have which outcome, or which status while they have none."""
    return dict(Counter(row.get("outcome") or row["status"] for row in rows))


def note_to_keep(note: str) -> str:
    """Return what of a note is about the person; 'entered twice' is about the file."""
    return "" if TWICE.search(note) else note


def without_id_numbers(text: str) -> str:
    """Return `text` with anything that looks like an ID card's number taken out: such numbers are never stored."""
    return ID_NUMBER.sub(ID_NUMBER_DROPPED, text)


def _judge_known(entry: Entry, meant: list[Person]) -> Judgement:
    """Judge an entry whose person is registered: nothing new, something to fill in, or something that contradicts."""
    compared = [differences(entry, person) for person in meant]
    for person, (contradicts, adds) in zip(meant, compared, strict=True):
        if not contradicts and not adds:
            return Judgement(status=KNOWN, remarks=entry.remarks + entry.faults, candidates=(person,))
    contradicts, _ = compared[0]
    if len(meant) == 1 and not contradicts:
        return Judgement(status=PROPOSED, action=FILL, remarks=entry.remarks + entry.faults, candidates=(meant[0],))
    reasons = tuple(f"{name}_differs" for name in contradicts) or ("several_known",)
    candidates = tuple(meant[:CANDIDATES_MAX])
    return Judgement(status=NEEDS_DECISION, action=FILL, reasons=reasons, remarks=entry.remarks, candidates=candidates)


def _doubts(entry: Entry, registry: Directory, earlier: Directory) -> tuple[list[str], list[Person]]:
    """Return why `entry` may not simply become a new resident, and who else may be meant."""
    told = entry.person
    reasons, candidates = [], []
    for person in [*registry.named(told.name), *earlier.named(told.name)]:
        if (like := likeness(told, person)) is not Likeness.DISTINCT:
            reasons.append("duplicate_in_file" if like is Likeness.SAME and person.row else "same_person_possible")
            candidates.append(person)
    for person in [*registry.with_phone(told.phone), *earlier.with_phone(told.phone)]:
        if person.name != told.name and not _shares_landline(told, person):
            reasons.append("phone_shared")
            candidates.append(person)
    reasons += ["marked_twice"] if TWICE.search(told.note) else []
    reasons += ["marked_gone"] if GONE.search(told.note) else []
    return reasons, candidates


def _shares_landline(one: Person, other: Person) -> bool:
    return not MOBILE.fullmatch(one.phone) and bool(_agree(one.household, other.household))


def _remarks(entry: Entry, registry: Directory, earlier: Directory) -> tuple[str, ...]:
    """Return what staff should see though it stops nothing: people of one name, a household told in two grids."""
    told, remarks = entry.person, list(entry.remarks)
    if registry.named(told.name) or earlier.named(told.name):
        remarks.append("same_name")
    neighbours = [*registry.in_household(told.household), *earlier.in_household(told.household)]
    if any(_agree(told.grid_code or "", person.grid_code or "") is False for person in neighbours):
        remarks.append("household_in_two_grids")
    return tuple(remarks)


def _agree(one: str, other: str) -> bool | None:
    """Return None where either is unknown."""
    return one == other if one and other else None


def _births_agree(one: Birth, other: Birth) -> bool | None:
    if one.year is None or other.year is None:
        return None
    if one.year != other.year or (one.month and other.month and one.month != other.month):
        return False
    return True if bool(one.month) == bool(other.month) else None


def _knows_more(one: Birth, other: Birth) -> bool:
    return (one.year is not None and other.year is None) or (one.month is not None and other.month is None)


def _read_sheet(lines: Sequence[Line], roster: Roster, grids: Sequence[GridPlace], this_year: int) -> None:
    at = next((at for at, line in enumerate(lines[:HEADING_ROWS_MAX]) if "name" in _columns(line.cells)), None)
    if at is None:
        roster.set_aside.extend(_without_person(lines, "no_heading"))
        return
    columns = _columns(lines[at].cells)
    roster.ignored.extend(cell for place, cell in enumerate(lines[at].cells) if cell and place not in columns.values())
    roster.set_aside.extend(_without_person(lines[:at], "title"))
    roster.set_aside.append(SetAside(line=lines[at], reason="heading"))
    for line in lines[at + 1 :]:
        told = {name: line.cells[place] if place < len(line.cells) else "" for name, place in columns.items()}
        if reason := _no_person(line, told):
            roster.set_aside.append(SetAside(line=line, reason=reason))
        else:
            roster.lines[line.row] = line
            roster.entries.append(read_entry(line.row, told, grids=grids, this_year=this_year))


def read_entry(row: int, told: Mapping[str, str], *, grids: Sequence[GridPlace], this_year: int) -> Entry:
    """Return what one row says: `told` gives the cells by column (name, phone, birth, household, grid, note)."""
    clean = {name: without_id_numbers(plain(cell)) for name, cell in told.items()}
    phone, birth = read_phone(clean.get("phone", "")), read_birth(clean.get("birth", ""), this_year=this_year)
    grid = find_grid(clean.get("grid", ""), grids)
    address, note = clean.get("household", ""), clean.get("note", "")
    faults = {
        "phone": phone.fault,
        "birth": birth.fault or ("guardian_needed" if needs_guardian(birth, this_year=this_year) else ""),
        "grid": _grid_fault(clean.get("grid", ""), grid, quarter_of(address, grids)),
        "note": "note_too_long" if len(note) > NOTE_CHARACTERS_MAX else "",
    }
    person = Person(
        name=person_name(clean.get("name", "")),
        phone=phone.number,
        household=household_key(address),
        birth=birth,
        grid_code=grid.code if grid else None,
        note=note[:NOTE_CHARACTERS_MAX],
        row=row,
    )
    return Entry(
        row=row,
        person=person,
        address=address,
        faults=tuple(filter(None, faults.values())),
        remarks=_gaps(clean),
        written={name: clean[name] for name, fault in faults.items() if fault},
    )


def _without_person(lines: Iterable[Line], reason: str) -> list[SetAside]:
    return [SetAside(line=line, reason=reason if any(line.cells) else "blank") for line in lines]


def _gaps(told: Mapping[str, str]) -> tuple[str, ...]:
    gaps = [f"{name}_missing" for name in ("phone", "household", "grid") if not told.get(name)]
    dropped = any(ID_NUMBER_DROPPED in cell for cell in told.values())
    return (*gaps, "id_number_dropped") if dropped else tuple(gaps)


def _grid_fault(written: str, grid: GridPlace | None, quarter: str | None) -> str:
    if not written:
        return ""
    if grid is None:
        return "grid_unknown"
    return "grid_not_of_quarter" if quarter and quarter != grid.quarter_name else ""


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Return where each known column stands; of two with one meaning (电话, 手机) the first one counts."""
    titles = [plain(cell).replace(" ", "").lower() for cell in cells]
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        for name, form in COLUMNS.items():
            if form.fullmatch(title):
                found.setdefault(name, place)
    return found


def _no_person(line: Line, told: Mapping[str, str]) -> str:
    """Return why a line below the heading tells of nobody, or an empty string."""
    filled = [cell for cell in (plain(cell) for cell in line.cells) if cell]
    if not filled:
        return "blank"
    if "name" in _columns(line.cells) and "phone" in _columns(line.cells):
        return "heading"
    nameless = not told["name"] or FOOTER.fullmatch(plain(told["name"]))
    return "footer" if nameless and any(FOOTER.fullmatch(cell) for cell in filled) else ""
