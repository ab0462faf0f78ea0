"""By which letters and characters a name is found. Pure: the readings of the characters are given."""

from collections.abc import Iterable, Sequence
from itertools import islice, product

from services.talent.rules.skills import fold

READINGS_MAX = 16
KEYS_MAX = 240


def initials_of(readings: Sequence[Sequence[str]]) -> list[str]:
    """Return the initial strings by which a name can be found, from each character's possible readings (单 is dan and shan).

    At most READINGS_MAX combinations; letters are lower case.
    """
    return sorted({"".join(syllable[0] for syllable in spoken) for spoken in _spoken(_initials(readings))} - {""})


def keys_of(name: str, readings: Sequence[Sequence[str]]) -> list[str]:
    """Return the strings of which one begins with what somebody types who looks for `name`: its characters from each of them on, its
    initials and its full pinyin from each syllable on (王小明: 小明, xm, xiaoming …). One index answers for all of them.
    """
    written = fold(name)
    spoken = _spoken(readings)
    initials = ("".join(syllable[0] for syllable in syllables) for syllables in _spoken(_initials(readings)))
    parts = [written, *initials]
    suffixes = [part[at:] for part in parts for at in range(len(part))]
    pinyin = ["".join(syllables[at:]) for syllables in spoken for at in range(len(syllables))]
    return list(islice(dict.fromkeys(suffixes + pinyin), KEYS_MAX))


def _initials(readings: Sequence[Sequence[str]]) -> list[list[str]]:
    return [sorted({reading[0] for reading in options if _is_latin(reading)}) for options in readings]


def _spoken(readings: Iterable[Iterable[str]]) -> list[tuple[str, ...]]:
    """Return the ways in which a name is spoken, READINGS_MAX at most; a character without a reading is passed over."""
    options = [sorted({reading.lower() for reading in choices if _is_latin(reading)}) for choices in readings]
    return list(islice(product(*[choices for choices in options if choices]), READINGS_MAX))


def _is_latin(reading: str) -> bool:
    return reading[:1].isascii() and reading[:1].isalpha()
