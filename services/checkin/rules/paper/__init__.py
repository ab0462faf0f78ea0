"""The printed sign-in sheet: where everything stands on it, what a photo of it says, and what follows for its rows.

`marks` and `codes` look at pictures. They are imported where a picture has come: the library is large, and few processes see one.
"""

from services.checkin.rules.paper.layout import ROWS_A_PAGE, ROWS_MAX, Corner, Line, Square, lines_of, meaning_of
from services.checkin.rules.paper.merging import ABSENT, CAME, CODE_UNSEEN, NEEDS_DECISION, UNSEEN, Mark, Standing

__all__ = [
    "ABSENT", "CAME", "CODE_UNSEEN", "NEEDS_DECISION", "ROWS_A_PAGE", "ROWS_MAX", "UNSEEN", "Corner", "Line", "Mark", "Square",
    "Standing", "lines_of", "meaning_of",
]
