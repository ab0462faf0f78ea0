"""The worker's own commands and jobs."""

from collections.abc import Callable
from typing import Any

import pytest

from services.rewards.models import Redemption, Reward
from shared.ids import new_id
from tests.conftest import worker_of
from tests.services.rewards.conftest import Shop


@pytest.fixture
def shop(shop_with: Callable[..., Shop]) -> Shop:
    """Return an open shop in a community of its own."""
    return shop_with(community_code=f"WORKER-{new_id()[-8:]}")


@pytest.fixture
def worker(shop: Shop) -> Any:
    """Return the worker, read only now that its settings stand in the environment."""
    return worker_of("rewards")


def test_verify_stock_says_what_it_looked_at_and_fails_on_a_breach(
    shop: Shop, worker: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    verify_stock = worker.commands["verify-stock"]
    redemption = shop.redeem_to_voucher()
    assert verify_stock([shop.community_code]) == 0
    assert "stock: 1 rewards, 1 redemptions, 0 breaches" in capsys.readouterr().out
    Redemption._get_collection().update_one({"_id": redemption.id}, {"$unset": {"voucher_code": ""}})
    assert verify_stock([shop.community_code]) == 1
    assert f"BROKEN redemption {redemption.id}: ready, has no voucher" in capsys.readouterr().out


def test_every_job_runs_and_runs_again(shop: Shop, worker: Any) -> None:
    shop.redeem_to_voucher()
    for _ in range(2):
        for job in worker.jobs:
            job.run()
    assert not Reward.objects(id=shop.reward_id).get().unannounced
