"""What pages of both sides of the counter say of a voucher."""

from collections.abc import Mapping
from typing import Any

from gateway.views import parsed
from shared.clock import utc_now


def can_be_handed_over(voucher: Mapping[str, Any]) -> bool:
    """Tell whether a use of a voucher (or of the redemption behind it) is left, and its last good day is not over."""
    is_used_up = voucher["used"] >= voucher["uses"]
    is_good = voucher["status"] == "ready" or (voucher["status"] == "fulfilled" and not is_used_up)
    return is_good and parsed(voucher["expires_at"]) > utc_now()


def can_be_undone(voucher: Mapping[str, Any]) -> Any:
    """Return the handing over of a voucher that can still be taken back, the latest if it is fresh enough; else None."""
    standing = [row for row in voucher["fulfilments"] if not row.get("undone_at")]
    return standing[-1] if standing and parsed(standing[-1]["undo_ends_at"]) > utc_now() else None
