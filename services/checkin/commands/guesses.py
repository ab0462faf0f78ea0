"""Stop residents who try codes at random."""

from datetime import datetime, timedelta

from services.checkin.errors import TooManyGuesses
from services.checkin.models import CheckIn
from services.checkin.settings import settings

RESIDENTS_BLOCKED_MAX = 10_000


class GuessLimit:
    """Counts wrong guesses.

    They are stored as refused check-ins, so they count over all processes and restarts; a process only asks the
    database after it saw a wrong guess, which keeps the honest path free of a read. What another process could still let
    through is a first guess: one in 300,000.
    """

    def __init__(self) -> None:
        self._blocked_until: dict[str, datetime] = {}

    def check(self, resident_id: str, now: datetime) -> None:
        """Raise TooManyGuesses while the resident is blocked."""
        until = self._blocked_until.get(resident_id)
        if until is not None and now < until:
            raise TooManyGuesses

    def count_wrong(self, resident_id: str, now: datetime) -> None:
        """Block the resident if they guessed wrong too often lately. Call it after the refusal was stored."""
        window = timedelta(minutes=settings().code_guess_minutes)
        recent = CheckIn.objects(resident_id=resident_id, refusal="wrong_code", logged_at__gt=now - window)
        if recent.limit(settings().code_guesses).count(with_limit_and_skip=True) >= settings().code_guesses:
            if len(self._blocked_until) >= RESIDENTS_BLOCKED_MAX:
                self._blocked_until.clear()
            self._blocked_until[resident_id] = now + window
