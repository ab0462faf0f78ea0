"""What is filled in to thank somebody, to hand thanks on, to report a note and to look at one."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from gateway.forms.base import Form, IdField, at_most, needed, offered
from shared.ids import id_in

WORDS_MAX, ABOUT_MAX, REASON_MAX = 200, 60, 200


class ThanksForm(Form):
    """Whom of those one met, in which words, and whether one may be named."""

    POINTERS = {"/to_id": "person"}

    id = IdField()
    person = RadioField(lazy_gettext("Whom do you thank?"), [needed(lazy_gettext("Please choose."))])
    words = TextAreaField(lazy_gettext("What would you like to say?"), [needed(), at_most(WORDS_MAX)])
    named = BooleanField(lazy_gettext("If they show it in public, my name may stand with it."))

    def __init__(self, *arguments: Any, met: Sequence[Mapping[str, Any]], parts: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._met = {row["resident_id"]: row for row in met}
        self.person.choices = [(id_, self._in_words(row, parts)) for id_, row in self._met.items()]

    def body(self, about: str) -> dict[str, Any]:
        """Return the request, with the proof that the two met."""
        row = self._met[self.person.data]
        said = {"to_id": row["resident_id"], "words": self.words.data, "named": self.named.data}
        return said | {"about": about[:ABOUT_MAX], "proof": row["proof"]}

    @staticmethod
    def _in_words(row: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
        part = str(parts.get(row["part"], ""))
        return " · ".join(filter(None, (row["name"], part, row["stall"])))


class HandedOnForm(Form):
    """Thanks that somebody told the office, for one of its residents."""

    POINTERS = {"/from_id": "from_whom", "/to_id": "from_whom"}

    id = IdField()
    words = TextAreaField(lazy_gettext("What did they say?"), [needed(), at_most(WORDS_MAX)])
    about = StringField(lazy_gettext("What was it about?"), [Optional(), at_most(ABOUT_MAX)])
    from_whom = StringField(lazy_gettext("From whom? (member number, if they are a resident)"), [Optional(), at_most(300)])

    def validate_from_whom(self, field: StringField) -> None:
        """Take a member number or the link on a card."""
        if (field.data or "").strip() and id_in(field.data) is None:
            raise ValidationError(gettext("Please paste the member number or the link that your neighbour's card shows."))

    def body(self, to_id: str) -> dict[str, Any]:
        """Return the request."""
        said = {"to_id": to_id, "words": self.words.data, "about": self.about.data or "", "for_office": True}
        return said | {"from_id": id_in(self.from_whom.data or "")}


class NoteReportForm(Form):
    """Why the office should look at a note."""

    reason = TextAreaField(lazy_gettext("What is wrong with it?"), [needed(), at_most(REASON_MAX)])


class NoteReviewForm(Form):
    """What is done about a reported note."""

    outcome = RadioField(
        lazy_gettext("Decision"), [needed(lazy_gettext("Please choose."))],
        choices=offered({"remove": lazy_gettext("Remove the note"), "keep": lazy_gettext("It is all right; keep it")}),
    )
    reason = StringField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(REASON_MAX)])
