"""500 buyers for 100 items, all at once, the ledger answering: `python -m tests.bench.flash`. First at the one process of the
rewards API, then through the gateway, which has seen none of their sessions before.

Everybody waits for the outcome (`Prefer: wait`). Exactly 100 must get a voucher, 400 a refusal, nobody an error; afterwards no
bean is lost, held beans are the open redemptions, and the laws of stock hold.
"""

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.local.platform import Platform
from shared.web.auth import Caller, sign_token
from tests.bench.alone import run_alone
from tests.bench.crowd import Answer, Request, send_all
from tests.bench.visitors import signed_in

BUYERS, ITEMS, PRICE_BEANS, ROUNDS = 500, 100, 1, 3
WAIT_SECONDS = 10
TARGET_P99_SECONDS, GATEWAY_TARGET_P99_SECONDS = 1.0, 3.0
SETTLE_SECONDS = 20.0


@dataclass(frozen=True)
class Sale:
    """One reward, and the people who want it."""

    community_code: str
    reward_id: str
    buyers: tuple[Caller, ...]
    sessions: tuple[str, ...] = ()
    """What each buyer shows at the gateway."""


def measure(platform: Platform, *, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Hold `rounds` sales at the API and as many through the gateway; return rows {name, figure, unit, peer, ratio, target, holds}."""
    direct = [_hold(sale, platform.service_url("rewards"), _tokens(platform, sale)) for sale in _sales(rounds)]
    through = [_hold(sale, platform.gateway_url, sale.sessions) for sale in _sales(rounds)]
    outcomes = [*direct, *through]
    return [
        _row_of(direct, "answered", TARGET_P99_SECONDS),
        _row_of(through, "answered through the gateway", GATEWAY_TARGET_P99_SECONDS),
        {
            "name": f"{BUYERS} buyers for {ITEMS} items, sold", "figure": outcomes[-1]["sold"], "unit": "pieces",
            "peer": "items", "ratio": outcomes[-1]["sold"] / ITEMS, "target": "exactly 1, nothing stuck, no bean lost",
            "holds": all(outcome["is_sound"] for outcome in outcomes),
        },
    ]  # fmt: skip


def _row_of(outcomes: Sequence[dict[str, Any]], what: str, target_seconds: float) -> dict[str, Any]:
    p99 = statistics.median(outcome["p99_seconds"] for outcome in outcomes)
    return {
        "name": f"{BUYERS} buyers for {ITEMS} items, {what}", "figure": round(p99 * 1000), "unit": "ms at p99",
        "peer": "target", "ratio": round(p99 / target_seconds, 2), "target": f"≤ {target_seconds:.0f} s",
        "holds": p99 <= target_seconds,
    }  # fmt: skip


def _sales(rounds: int) -> Iterator[Sale]:
    for _ in range(rounds):
        yield _prepare()


def _prepare() -> Sale:
    """Open a shop with one reward, and give every buyer the beans that a verified hour earns."""
    from services.identity.worker import worker as identity
    from services.ledger.handlers import post_batch
    from services.ledger.worker import worker as ledger
    from services.rewards import commands
    from services.rewards.worker import worker as rewards

    for worker in (identity, ledger, rewards):
        worker.prepare_database()
    sale = Sale(f"FLASH-{new_id()[-8:]}", new_id(), ())
    steward = Caller(resident_id=new_id(), community_code=sale.community_code, roles=frozenset({"steward"}))
    commands.register_partner(partner_id := new_id(), {"name": "Flash", "kind": "shop"}, caller=steward)
    offer = {"title": "Rice", "price_beans": PRICE_BEANS, "stock": ITEMS, "valid_days": 30, "partner_id": partner_id}
    commands.offer_reward(sale.reward_id, offer, caller=steward)
    buyers = tuple(Caller(resident_id=new_id(), community_code=sale.community_code) for _ in range(BUYERS))
    post_batch([_hour_of(buyer) for buyer in buyers])
    return Sale(sale.community_code, sale.reward_id, buyers, signed_in(buyers))


def _tokens(platform: Platform, sale: Sale) -> tuple[str, ...]:
    """Return what the gateway would show to the services for each buyer."""
    key = str(platform.keys.identity)
    return tuple(sign_token(buyer, private_key_path=key) for buyer in sale.buyers)


def _hour_of(buyer: Caller) -> tuple[Any, Any]:
    from shared.events import Envelope
    from shared.events.checkin import HoursVerified

    now = utc_now()
    fact = HoursVerified(
        record_id=new_id(), activity_id=new_id(), resident_id=buyer.resident_id, community_code=buyer.community_code,
        item="patrol", minutes=60, leader_id=new_id(), led=False, served_on=local_day(now), arrived_at=now, left_at=now,
        method="roll", back_entered=False, verified_by=new_id(), verified_at=now,
    )  # fmt: skip
    return fact, Envelope(id=new_id(), type=fact.TYPE, subject=fact.record_id, occurred_at=now)


def _hold(sale: Sale, url: str, tokens: Sequence[str]) -> dict[str, Any]:
    """Let every buyer ask `url` in the same moment, each with a token of theirs."""
    beans = _beans_of(sale)
    answers = send_all(url, [_request(sale, token) for token in tokens])
    seconds = sorted(answer.seconds for answer in answers)
    statuses = Counter((answer.status, answer.body.get("status")) for answer in answers)
    flaws = [*_flaws_of(answers), *_flaws_after(sale, beans)]
    p99 = seconds[int(len(seconds) * 0.99) - 1] if seconds else float("inf")
    print(f"{dict(statuses)} p50 {statistics.median(seconds):.3f} s, p99 {p99:.3f} s {flaws or ''}")
    return {"p99_seconds": p99, "sold": statuses[201, "ready"], "is_sound": not flaws}


def _request(sale: Sale, token: str) -> Request:
    headers = {"Authorization": f"Bearer {token}", "Prefer": f"wait={WAIT_SECONDS}"}
    return Request("PUT", f"/api/v1/redemptions/{new_id()}", headers, {"reward_id": sale.reward_id, "quantity": 1})


def _flaws_of(answers: list[Answer]) -> list[str]:
    got = Counter(answer.body.get("status") for answer in answers if answer.status == 201)
    wanted = {"ready": ITEMS, "refused": BUYERS - ITEMS}
    return [] if got == wanted else [f"answers {dict(got)}, wanted {wanted}"]


def _flaws_after(sale: Sale, beans: int) -> list[str]:
    """Wait until nothing is on its way any more, then say what is wrong with stock and beans."""
    from services.rewards import queries
    from services.rewards.models import Redemption

    deadline = time.monotonic() + SETTLE_SECONDS
    stuck = {"community_code": sale.community_code, "status": {"$in": ["requested", "reserved"]}}
    while (left := Redemption._get_collection().count_documents(stuck)) and time.monotonic() < deadline:
        time.sleep(0.05)
    flaws = [f"{left} redemptions are stuck"] if left else []
    flaws += queries.verify_stock(community_code=sale.community_code).breaches
    if (now := _beans_of(sale)) != beans:
        flaws.append(f"{beans - now} beans are lost")
    if (held := _beans_of(sale, "held")) != ITEMS * PRICE_BEANS:
        flaws.append(f"{held} beans are held for {ITEMS} open redemptions of {PRICE_BEANS}")
    return flaws


def _beans_of(sale: Sale, field: str = "balance") -> int:
    from services.ledger.models import account_of
    from services.ledger.queries import newest_entries

    heads = newest_entries([account_of(buyer.resident_id, "bean") for buyer in sale.buyers])
    return sum(head[field] for head in heads.values())


if __name__ == "__main__":
    run_alone(measure)
