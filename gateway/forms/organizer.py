"""What organizers fill in: announcing an activity, looking for people, sending files."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional, ValidationError

from gateway import catalogue, words
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, moment_field, needed, offered, zoned
from gateway.forms.courses import possible_courses
from gateway.forms.guardians import birth_in, birth_month_field, birth_year_field, require_year
from gateway.forms.stalls import StallsPart
from gateway.forms.teams import possible_teams
from gateway.uploads import PHOTOS_AT_ONCE_MAX

CAPACITY_MAX = 5000
BLANK_ROWS_MAX = 100


class OccasionForm(StallsPart):
    """What an activity is, however often it comes, with its stalls."""

    id = IdField()
    title = StringField(lazy_gettext("What is it called?"), [needed(), at_most(100)])
    item = SelectField(lazy_gettext("Service item"), [needed(lazy_gettext("Please choose the service item."))])
    kind = RadioField(lazy_gettext("Kind"), [needed()], choices=offered(words.ACTIVITY_KINDS), default="volunteer")
    place = StringField(lazy_gettext("Place"), [needed(), at_most(100)])
    capacity = IntegerField(
        lazy_gettext("Places"),
        [needed(), NumberRange(min=1, max=CAPACITY_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=20,
    )
    course_id = SelectField(lazy_gettext("A session of a course"), [Optional()], default="")
    team_id = SelectField(lazy_gettext("A team runs it"), [Optional()], default="")
    leader_id = SelectField(lazy_gettext("Leader"), [needed()])
    newcomers_first = BooleanField(lazy_gettext("Newcomers first"))
    requires = ManyChecksField(lazy_gettext("Who signs up must be registered with"), choices=[])
    risks = TextAreaField(lazy_gettext("What one should know of risks"), [Optional(), at_most(500)])
    insurance = StringField(lazy_gettext("How people are insured"), [Optional(), at_most(200)])

    def __init__(self, *arguments: Any, leaders: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, leaders=leaders, **options)
        self.item.choices = [("", gettext("Please choose"))] + [
            (item["code"], catalogue.item_name(item["code"])) for item in catalogue.items()
        ]
        self.requires.choices = [(item["code"], catalogue.item_name(item["code"])) for item in catalogue.items()]
        self.leader_id.choices = leaders
        self.course_id.choices = [("", gettext("none")), *possible_courses(options.get("course_id"), options.get("course_title"))]
        self.team_id.choices = [("", gettext("none")), *possible_teams(options.get("team_id"), options.get("team_name"))]

    def plain(self) -> dict[str, Any]:
        """Return what of the request is said once for all times."""
        said = {name: self[name].data or None for name in ("risks", "insurance")}
        names = ("title", "place", "capacity", "leader_id", "newcomers_first", "requires")
        stalls = {"stalls": self.stall_rows()} if self.stalls.entries else {}
        within = {name: self[name].data or None for name in ("team_id", "course_id")}
        return {name: self[name].data for name in names} | said | stalls | within


class ActivityForm(OccasionForm):
    """A dated occasion."""

    starts_at = moment_field(lazy_gettext("Begins"), [InputRequired(lazy_gettext("Please give day and time."))])
    ends_at = moment_field(lazy_gettext("Ends"), [InputRequired(lazy_gettext("Please give day and time."))])

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """Let it end after it began."""
        if self.starts_at.data and field.data and field.data <= self.starts_at.data:
            raise ValidationError(gettext("The end must come after the beginning."))

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return self.changes() | {"item": self.item.data, "kind": self.kind.data}

    def changes(self) -> dict[str, Any]:
        """Return what may still change once it is announced."""
        return self.plain() | {"starts_at": zoned(self.starts_at.data), "ends_at": zoned(self.ends_at.data)}


class SeriesForm(OccasionForm):
    """An occasion that comes again and again: its first day says on which day of the month, or of the week."""

    POINTERS = {"/on": "first_day", "/minutes": "ends"}

    first_day = DateField(lazy_gettext("The first time"), [InputRequired(lazy_gettext("Please give a day."))])
    begins = TimeField(lazy_gettext("Begins"), [InputRequired(lazy_gettext("Please give a time of day."))])
    ends = TimeField(lazy_gettext("Ends"), [InputRequired(lazy_gettext("Please give a time of day."))])
    every = RadioField(lazy_gettext("And then?"), [needed()], choices=offered(words.EVERY), default="month")
    last_day = DateField(lazy_gettext("The last time"), [Optional()])
    days_ahead = SelectField(lazy_gettext("Announce it how long before?"), [needed()], choices=offered(words.DAYS_AHEAD), default="14")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if (present := str(options.get("days_ahead", ""))) and present not in words.DAYS_AHEAD:  # a program chose it
            chosen = SelectChoice(present, gettext("%(days)d days before", days=int(present)))
            self.days_ahead.choices = [*offered(words.DAYS_AHEAD), chosen]

    def validate_ends(self, field: TimeField) -> None:
        """Let it end after it began, on the same day."""
        if self.begins.data and field.data and field.data <= self.begins.data:
            raise ValidationError(gettext("The end must come after the beginning."))

    def body(self) -> dict[str, Any]:
        """Return the request."""
        return self.changes() | {"item": self.item.data, "kind": self.kind.data}

    def changes(self) -> dict[str, Any]:
        """Return what may still change once it is begun."""
        first, begins, ends = self.first_day.data, self.begins.data, self.ends.data
        return self.plain() | {
            "every": self.every.data,
            "on": first.day if self.every.data == "month" else first.isoweekday(),
            "begins": begins.strftime("%H:%M"),
            "minutes": (ends.hour - begins.hour) * 60 + ends.minute - begins.minute,
            "first_day": first.isoformat(),
            "last_day": self.last_day.data.isoformat() if self.last_day.data else None,
            "days_ahead": int(self.days_ahead.data),
        }


class StandsForm(Form):
    """Who stands at which stall, read from the list."""


class NeedOfForm(Form):
    """What somebody needs who calls the office."""

    resident_id = HiddenField()
    text = StringField(lazy_gettext("What is it about?"), [Optional(), at_most(80)])


class PlaceForm(Form):
    """What to do for one person on a roster."""

    act = HiddenField(validators=[AnyOf(("enter", "confirm", "leave"))])


class AbsenceForm(Form):
    """Why somebody who had a place did not come."""

    judgement = HiddenField(validators=[AnyOf(("missed", "excused"))])
    reason = StringField(lazy_gettext("Why did this person not come?"), [needed(), at_most(200)])


class RollForm(Form):
    """Who came, ticked off a list; `arrived_at` where it is entered later."""

    id = IdField()
    arrived_at = moment_field(lazy_gettext("They came at"), [Optional()])


class TypedSheetForm(Form):
    """Who came by a sheet that somebody reads; the ticks are read from the list."""

    id = IdField()
    others = StringField(lazy_gettext("Others who came"), [Optional(), at_most(400)])


class DepartureForm(Form):
    """Who left, ticked off a list, and when."""

    left_at = moment_field(lazy_gettext("They left at"), [InputRequired(lazy_gettext("Please give day and time."))])


class VerificationForm(Form):
    """Confirming all that is ready; the exceptions are read from the rows."""


class CardForm(Form):
    """At which activity a scanned card counts."""

    POINTERS = {"/code": "activity_id"}

    id = IdField()
    activity_id = RadioField(lazy_gettext("At which activity?"), [needed(lazy_gettext("Please choose the activity."))])


class ScanForm(Form):
    """A member card, scanned or typed."""

    POINTERS = {"/code": "code"}

    id = IdField()
    code = StringField(lazy_gettext("Card"), [needed(), at_most(200)])


class CardsForm(Form):
    """Whose cards to print; the ticks are read from the list."""


class FileForm(Form):
    """One file, as the office has it."""

    POINTERS = {"/file": "file"}

    id = IdField()
    file = FileField(lazy_gettext("File"), [FileRequired(lazy_gettext("Please choose a file."))])


class SheetForm(Form):
    """A sheet that was filled in: a table, or photos of the pages of one that we printed."""

    POINTERS = {"/file": "file"}

    id = IdField()
    file = MultipleFileField(lazy_gettext("File, or photos of all pages"), [FileRequired(lazy_gettext("Please choose a file."))])

    def validate_file(self, field: MultipleFileField) -> None:
        """Take a few photos at once, so that nobody waits long and the door is not clogged."""
        if len(field.data) > PHOTOS_AT_ONCE_MAX:
            raise ValidationError(gettext("At most %(max)d photos at once, please.", max=PHOTOS_AT_ONCE_MAX))


class PrintForm(Form):
    """A sheet to print."""

    id = IdField()
    blank_rows = IntegerField(
        lazy_gettext("Blank rows for people who come without signing up"),
        [InputRequired(lazy_gettext("Please give a number.")),
         NumberRange(min=0, max=BLANK_ROWS_MAX, message=lazy_gettext("Between %(min)d and %(max)d, please."))],
        default=5,
    )  # fmt: skip


class DecisionsForm(Form):
    """Decisions on doubtful rows, read from the rows; `leader_id` where they become check-ins."""


class LeaderForm(Form):
    """Who led what a sheet records."""

    leader_id = SelectField(lazy_gettext("Who led these activities?"), [needed()])

    def __init__(self, *arguments: Any, leaders: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.leader_id.choices = leaders


class ResidentForm(Form):
    """What the office may correct about somebody."""

    POINTERS = {"/phone": "phone", "/grid_code": "grid_code", "/household": "household", "/note": "note", "/birth_year": "birth_year",
                "/birth_month": "birth_month"}  # fmt: skip

    phone = StringField(lazy_gettext("New phone (the present one stays if this is empty)"), [Optional(), at_most(40)])
    grid_code = SelectField(lazy_gettext("Grid"), [Optional()])
    household = StringField(lazy_gettext("Building, entrance, flat"), [Optional(), at_most(80)])
    birth_year = birth_year_field()
    birth_month = birth_month_field()
    note = StringField(lazy_gettext("Note"), [Optional(), at_most(200)])

    def __init__(self, *arguments: Any, grids: list[dict[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.grid_code.choices = [("", gettext("none")), *((grid["code"], grid["name"]) for grid in grids)]

    def body(self) -> dict[str, Any]:
        """Return the request."""
        kept = {name: self[name].data or None for name in ("grid_code", "household", "note")}
        return kept | birth_in(self.data) | ({"phone": self.phone.data} if self.phone.data else {})

    def validate_birth_month(self, field: SelectField) -> None:
        """Ask for the year beside a month."""
        require_year(field, self.birth_year)
