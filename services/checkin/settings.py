"""What an operator may tune about catalogue, check-in and verification; each limit has a name and a unit."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from shared.settings import Settings, load


@dataclass(frozen=True, kw_only=True)
class CheckinSettings(Settings):
    """The check-in service's own settings beside those of the house."""

    service: ClassVar[str] = "checkin"

    public_url: str = "http://localhost:8080"
    """Where the gateway is reached; QR codes carry links below it."""

    opens_before_minutes: int = 60
    """Check-in opens so long before the planned start."""

    code_guesses: int = 5
    """Wrong codes that one resident may try within `code_guess_minutes`."""

    code_guess_minutes: int = 10

    cap_minutes_a_day: int = 720
    """Verified minutes of one resident on one day, unless a reviewer gives a reason for more."""

    least_minutes: int = 0
    """Who was there for fewer minutes than this is given none, unless a reviewer gives a reason."""

    other_times_hours: int = 24
    """Within so many hours after leaving a resident may say that they came or left at other times."""

    back_entered_after_hours: int = 24
    """What is logged later than this after the planned end is marked as back-entered."""

    objection_working_days: int = 10
    """An objection to a neighbour's hours is to be decided within so many working days."""

    forgotten_after_hours: int = 24
    """A check-in without a departure is closed at the planned end so long after it."""

    doubtful_minutes_a_day: int = 480
    """More than this of one resident on one day is shown to the reviewer first."""

    doubtful_entry_days: int = 3
    """What is logged later than this after the planned end is shown to the reviewer first."""

    doubtful_pair_records: int = 8
    """More records than this of one resident under one leader within `doubtful_pair_days` are shown to the reviewer first."""

    doubtful_pair_days: int = 30

    adult_age: int = 18
    """Below this age a guardian's consent is needed to take part; identity reads the same variable."""

    minor_minutes_day: int = 240
    """Minors do not sign up for more minutes of one day than this, and more is shown to the reviewer first."""

    elder_age: int = 70
    """From this age on people are told, and never refused, when a day gets long."""

    elder_minutes_day: int = 240
    """An elder who plans more minutes of one day than this is told before they sign up."""

    elder_minutes_in_a_row: int = 120
    """An elder who plans, or is there for, more minutes without a rest than this is told so."""

    rest_minutes: int = 20
    """A gap shorter than this between two activities is no rest."""

    copy_patience_ms: int = 1500
    """How long a request waits for a resident's copy that may still be on its way from identity."""

    places_given_before_hours: int = 72
    """Where newcomers go first, places are given so long before the start, and sign-ups are gathered until then."""

    newcomer_days: int = 180
    """Who came to something within so many days is no newcomer."""

    asked_before_hours: int = 48
    """Who signed up earlier than this before the start is asked whether they come."""

    answered_before_hours: int = 24
    """A place without an answer goes on to those who wait so long before the start."""

    offer_hours: int = 24
    """How long an offered place waits for an answer."""

    offers_end_before_hours: int = 2
    """Nothing is offered any more so long before the start: a free place is the first comer's."""

    absence_days: int = 14
    """A witness says within so many days after the closing why somebody did not come."""

    missed_weighs_days: int = 90
    """Who missed a place within so many days waits behind those who did not."""

    count_days: int = 7
    """What a stall came to is entered and corrected within so many days after the end."""

    needs_kept_days: int = 7
    """What people said they need is deleted so many days after the end."""

    visit_days: int = 7
    """A helper enters a visit within so many days after it."""

    rating_days: int = 14
    """A deed that a unit did is rated by both sides within so many days after it was confirmed."""

    group_addresses_path: str = ""
    """A JSON file with the groups that are told of activities: community code → addresses as apprise takes them. None where empty."""

    sheet_bytes: int = 5_000_000


@cache
def settings() -> CheckinSettings:
    """Return the settings of this process, read once."""
    return load(CheckinSettings)
