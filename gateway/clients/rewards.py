"""Calls that pages make of rewards: the shelf, redemptions, vouchers, partners."""

from typing import Any, BinaryIO

from gateway.clients.service import call, with_id

ENTRIES_AT_ONCE = 200


def rewards(**wanted: Any) -> Any:
    """Return a page of the shelf."""
    return with_id("reward", call("rewards").get("/rewards", **wanted))


def reward(reward_id: str) -> Any:
    """Return one reward."""
    return with_id("reward", call("rewards").get(f"/rewards/{reward_id}"))


def offer(reward_id: str, body: dict[str, Any]) -> Any:
    """Put a reward on the shelf."""
    return call("rewards").put(f"/rewards/{reward_id}", body)


def change(reward_id: str, body: dict[str, Any]) -> Any:
    """Change a reward: price, more stock, offered or not."""
    return call("rewards").patch(f"/rewards/{reward_id}", body)


def partners(**wanted: Any) -> Any:
    """Return the community's partners."""
    return with_id("partner", call("rewards").get("/partners", **wanted))


def enter_partner(partner_id: str, body: dict[str, Any]) -> Any:
    """Enter or rename a partner."""
    return call("rewards").put(f"/partners/{partner_id}", body)


def redeem(redemption_id: str, reward_id: str, quantity: int, *, wait_seconds: int) -> Any:
    """Ask for a reward and wait a moment for the outcome."""
    body = {"reward_id": reward_id, "quantity": quantity}
    return call("rewards").put(f"/redemptions/{redemption_id}", body, wait_seconds=wait_seconds)


def stand_in_line(redemption_id: str, reward_id: str) -> Any:
    """Take a place in line for what is sold out."""
    return call("rewards").put(f"/redemptions/{redemption_id}", {"reward_id": reward_id, "quantity": 1, "in_line": True})


def accept(redemption_id: str, *, wait_seconds: int) -> Any:
    """Say yes to what was set aside, and wait a moment for the outcome."""
    return call("rewards").put(f"/redemptions/{redemption_id}/acceptance", wait_seconds=wait_seconds)


def send_photo(photo_id: str, reward_id: str, file: tuple[str, BinaryIO]) -> Any:
    """Send a picture of a reward."""
    return call("rewards").send(f"/reward-photos/{photo_id}", file, {"reward_id": reward_id})


def send_price_list(list_id: str, file: tuple[str, BinaryIO]) -> Any:
    """Propose the rows of a price list."""
    return call("rewards").send(f"/price-lists/{list_id}", file)


def price_list(list_id: str) -> Any:
    """Return a price list with its rows."""
    return call("rewards").get(f"/price-lists/{list_id}")


def decide_price_list(list_id: str, rows: list[dict[str, Any]]) -> Any:
    """Decide on rows of a price list."""
    return call("rewards").put(f"/price-lists/{list_id}/decisions", {"rows": rows})


def apply_price_list(list_id: str) -> Any:
    """Put what is clear on the shelf."""
    return call("rewards").put(f"/price-lists/{list_id}/application")


def redemptions(**wanted: Any) -> Any:
    """Return the reader's redemptions, newest first."""
    return with_id("redemption", call("rewards").get("/redemptions", **wanted))


def redemption(redemption_id: str) -> Any:
    """Return one redemption."""
    return with_id("redemption", call("rewards").get(f"/redemptions/{redemption_id}"))


def cancel(redemption_id: str) -> Any:
    """Give a reward back before it is handed over."""
    return call("rewards").delete(f"/redemptions/{redemption_id}")


def voucher(code: str) -> Any:
    """Return what a voucher stands for."""
    return call("rewards").get(f"/vouchers/{code}")


def hand_over(code: str, body: dict[str, Any]) -> Any:
    """Note that the partner handed the reward over, or one use of it (`id`), now or as a slip says (`fulfilled_at`)."""
    return call("rewards").put(f"/vouchers/{code}/fulfilment", body)


def undo(code: str, fulfilment_id: str, reason: str) -> Any:
    """Take a handing over back."""
    return call("rewards").put(f"/vouchers/{code}/fulfilments/{fulfilment_id}/undo", {"reason": reason})


def day(partner_id: str, on: str, *, cursor: str | None = None) -> Any:
    """Return a partner's settlement of one day."""
    return call("rewards").get(f"/partners/{partner_id}/day", on=on, cursor=cursor)


def month(partner_id: str, wanted: str, **more: Any) -> Any:
    """Return a partner's settlement of one month (`YYYY-MM`)."""
    return call("rewards").get(f"/partners/{partner_id}/month", month=wanted, **more)


def whole_month(partner_id: str, wanted: str) -> Any:
    """Return the same with every entry of the month."""
    found = page = month(partner_id, wanted, limit=ENTRIES_AT_ONCE)
    while page["next_cursor"]:
        page = month(partner_id, wanted, limit=ENTRIES_AT_ONCE, cursor=page["next_cursor"])
        found["items"] += page["items"]
    return found
