"""How a name, a phone, a birth and a household are read, however they were typed, so that one person is found once.

Nothing here guesses: what cannot be read comes back as a fault from a closed list, beside the text as it was written.
"""

import re
import unicodedata
from dataclasses import dataclass

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
BETWEEN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
NAME_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅.", "·"))
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))

NAME_CHARACTERS_MAX = 40
PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX = 8, 128
YEAR_MIN = 1900
ADULT_ENOUGH_YEARS = 14  # PIPL art. 31: under fourteen a guardian has to agree
MASK = "****"
TAIL_DIGITS = 4

MOBILE = re.compile(r"1\d{10}")  # any second digit: the numbering plan has grown before
LANDLINE = re.compile(r"0(10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")
FOREIGN = re.compile(r"\+(?!86)[1-9]\d{6,14}")
SEVERAL = re.compile(r"[/、,;，；|]|或")

BIRTHS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})年?",
        r"(?P<year>\d{4})[./年-](?P<month>\d{1,2})月?",
        r"(?P<year>\d{4})[./年-](?P<month>\d{1,2})[./月-]\d{1,2}日?",
        r"(?P<year>\d{4})(?P<month>\d{2})(\d{2})?",
    )
)


@dataclass(frozen=True)
class Phone:
    """A number in one canonical form of digits, or the `fault` (phone_incomplete, phone_several, phone_unreadable)."""

    number: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Birth:
    """Year and, where stated, month of birth; the day is never kept (PIPL art. 6, as little as is needed)."""

    year: int | None = None
    month: int | None = None
    fault: str = ""


def plain(text: str) -> str:
    """Return `text` with full-width letters, digits and signs narrowed, invisible marks dropped and spaces single.

    Han characters stay as written: NFKC would replace some of the rare ones that people carry in their names.
    """
    narrow = unicodedata.normalize("NFC", text).translate(FULL_WIDTH)
    spaced = "".join(" " if mark.isspace() else mark for mark in narrow)
    return " ".join("".join(mark for mark in spaced if unicodedata.category(mark) not in ("Cf", "Cc", "Cs")).split())


def person_name(text: str) -> str:
    """Return a name as it is stored and compared: '王  凯' is 王凯, 'Anna  Berg' keeps one space, 𠮷 stays 𠮷."""
    name = BETWEEN_HAN.sub("", plain(text))
    return name.translate(NAME_DOTS) if re.search(f"[{HAN}]", name) else name


def is_name(text: str) -> bool:
    """Tell whether `text` can be somebody's name: some letter in it, and not longer than a name may be."""
    return 0 < len(text) <= NAME_CHARACTERS_MAX and any(mark.isalpha() for mark in text)


def read_phone(text: str) -> Phone:
    """Return the phone in `text`: 11 digits of a mobile, 0 and area code of a landline, or + and a foreign number."""
    written = plain(text).translate(DASHES)
    if not written:
        return Phone()
    number = re.sub(r"[\s().·-]", "", written)
    number = re.sub(r"^(\+|00)?86(?=1\d{10}$|0\d{9,11}$)|^0(?=1[3-9]\d{9}$)", "", number)
    if any(form.fullmatch(number) for form in (MOBILE, LANDLINE, FOREIGN)):
        return Phone(number)
    return Phone(fault=_phone_fault(written, number))


def _phone_fault(written: str, number: str) -> str:
    pieces = [piece for piece in SEVERAL.split(written) if piece.strip()]
    if len(pieces) > 1 and all(read_phone(piece).number for piece in pieces):
        return "phone_several"
    return "phone_incomplete" if re.fullmatch(r"1\d{4,9}|[2-9]\d{6,7}|0\d{5,9}", number) else "phone_unreadable"


def phone_tail(number: str) -> str:
    """Return the last four digits, all that other services and lists ever see of a phone."""
    return number[-TAIL_DIGITS:]


def mask_phone(number: str | None) -> str | None:
    """Return 138****0001 for a number, None for none."""
    return f"{number[:3]}{MASK}{phone_tail(number)}" if number else None


def read_birth(text: str, *, this_year: int) -> Birth:
    """Return year and month from '1951.1', '１９７６．６', '1969年3月', '1982/7', '2008' and full dates."""
    written = re.sub(r"\s|出?生$", "", plain(text).removesuffix(" 00:00:00")).translate(DASHES)
    if not written:
        return Birth()
    found = next((match for form in BIRTHS if (match := form.fullmatch(written))), None)
    if found is None:
        return Birth(fault="birth_unreadable")
    year, month = int(found["year"]), found.groupdict().get("month")
    if not YEAR_MIN <= year <= this_year or not 1 <= int(month or 1) <= 12:
        return Birth(fault="birth_unreadable")
    return Birth(year, int(month) if month else None)


def needs_guardian(birth: Birth, *, this_year: int) -> bool:
    """Tell whether somebody may be under fourteen; by the year alone, so rather once too often than too seldom: who turns fourteen this
    year may not have yet."""
    return birth.year is not None and this_year - birth.year <= ADULT_ENOUGH_YEARS


def household_key(text: str) -> str:
    """Return what makes two ways of writing one address equal: '铝厂老院10号楼1单元401室' and '铝厂老院 10-1-401'."""
    key = plain(text).replace(" ", "").translate(DASHES).lower()
    key = re.sub(r"号?[楼栋幢座](?=\d)|单元(?=\d)|#(?=\d)", "-", key)
    return re.sub(r"(?<=\d)[室户号]$", "", re.sub(r"-{2,}", "-", key)).strip("-")


def may_be_password(password: str, *, phone: str | None) -> bool:
    """Tell whether `password` is long enough to keep and is not simply the phone."""
    return PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX and password != phone
