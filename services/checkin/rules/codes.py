"""The code on the wall: six digits that change every half minute, so that a photographed one is soon worth nothing."""

from datetime import datetime

import pyotp

STEP_SECONDS = 30
WINDOWS_EITHER_SIDE = 1


def new_secret() -> str:
    """Return a fresh secret for one activity's codes."""
    return str(pyotp.random_base32())


def code_at(secret: str, now: datetime) -> tuple[str, int]:
    """Return the code shown `now` and the whole seconds until the next one."""
    return str(pyotp.TOTP(secret, interval=STEP_SECONDS).at(now)), STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def is_right(secret: str, code: str, now: datetime) -> bool:
    """Tell whether `code` is shown now or was, or will be, one window away: phones' and people's clocks differ."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    return bool(totp.verify(code, for_time=now, valid_window=WINDOWS_EITHER_SIDE))
