"""Pure decisions about thank-you notes: who may see one, what it may say, how many there may be."""

from enum import StrEnum

WORDS_CHARACTERS_MAX = 200
ABOUT_CHARACTERS_MAX = 60
NOTES_A_DAY_MAX = 10
OUTCOMES = ("remove", "keep")
THANKS = "thanks"
"""What a service proves that lets somebody thank somebody: that they met (`about` is whom)."""


class Way(StrEnum):
    """How a note came: by its writer, by their proxy, or said to the office, which hands it on."""

    OWN = "own"
    PROXY = "proxy"
    OFFICE = "office"


class NoteStatus(StrEnum):
    """Where a note stands. Its words are there only while it is given."""

    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    REMOVED = "removed"


def is_public(status: str, *, shown: bool, hidden: bool, reported: bool) -> bool:
    """Tell whether a note may stand on the honour page: its receiver allows it, and nobody has to look at it first."""
    return status == NoteStatus.GIVEN and shown and not hidden and not reported
