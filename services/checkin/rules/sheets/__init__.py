"""Reading a sign-in sheet as tired people type it: words, then layout, then people, then one proposal a row.

What is certain is proposed, what is not is shown for a decision, nothing is guessed silently and nothing is lost.
"""

from services.checkin.rules.sheets.layout import Line, Worksheet, lay_out
from services.checkin.rules.sheets.people import Person
from services.checkin.rules.sheets.proposals import Note, Proposal, Reading, is_ahead, propose

__all__ = ["Line", "Note", "Person", "Proposal", "Reading", "Worksheet", "is_ahead", "lay_out", "propose"]
