"""A shop with a shelf and people who redeem there: fresh ids in every test, so that nothing needs cleaning."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.rewards import commands, queries
from services.rewards.commands import redeeming
from services.rewards.commands.redeeming import Wish
from services.rewards.models import Redemption, Reward, shelf_of
from services.rewards.rules.shelf import Shelf
from shared.clock import utc_now
from shared.ids import new_id
from shared.web import Caller

COMMUNITY = "DEMO-01"


@dataclass
class Shop:
    """A partner with one reward on offer."""

    stock: int = 10
    price_beans: int = 5
    terms: dict[str, Any] = field(default_factory=dict)
    community_code: str = COMMUNITY
    partner_id: str = field(default_factory=new_id)
    reward_id: str = field(default_factory=new_id)

    def open(self) -> "Shop":
        """Register the partner and put the reward on the shelf."""
        commands.register_partner(self.partner_id, {"name": "巷口小店", "kind": "shop"}, caller=self.steward)
        commands.offer_reward(self.reward_id, self.offer, caller=self.partner)
        return self

    @property
    def offer(self) -> dict[str, Any]:
        """The body that puts the reward on the shelf."""
        return {"title": "大米五斤", "price_beans": self.price_beans, "stock": self.stock, "valid_days": 30, **self.terms}

    @property
    def partner(self) -> Caller:
        """Somebody who stands at this shop's counter."""
        return self.somebody("partner", partner_id=self.partner_id)

    @property
    def steward(self) -> Caller:
        """The community's secretary."""
        return self.somebody("steward")

    def somebody(self, *roles: str, **more: Any) -> Caller:
        """Return a new person of this community."""
        return Caller(
            resident_id=new_id(), community_code=self.community_code, roles=frozenset({"resident", *roles}), **more
        )

    def redeem(self, quantity: int = 1, *, by: Caller | None = None, redemption_id: str | None = None) -> Redemption:
        """Let somebody redeem here; return the redemption as it stands when they are answered."""
        wish = Wish(self.reward_id, quantity)
        return commands.request_redemption(redemption_id or new_id(), wish, caller=by or self.somebody())[0]

    def enter(self, quantity: int = 1, *, by: Caller | None = None) -> Redemption:
        """Let somebody redeem, and the process that serves them die right after the first write."""
        reward = queries.reward_as_it_stands(self.reward_id, community_code=self.community_code)
        assert reward is not None
        wish = Wish(self.reward_id, quantity)
        return redeeming.enter(new_id(), wish, reward=reward, caller=by or self.somebody())[0]

    def redeem_to_voucher(self, quantity: int = 1, *, by: Caller | None = None) -> Redemption:
        """Let somebody redeem, and the ledger hold their beans."""
        redemption = self.redeem(quantity, by=by)
        commands.make_voucher(redemption.id, undos=0)
        return stands(redemption)

    @property
    def reward(self) -> Reward:
        """The reward as it stands in the database."""
        return Reward.objects(id=self.reward_id).get()

    @property
    def shelf(self) -> Shelf:
        """The shelf as it stands in the database."""
        return shelf_of(Reward._get_collection().find_one({"_id": self.reward_id}))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Stock, reserved, sold."""
        return self.shelf.stock, self.shelf.reserved, self.shelf.sold


def stands(redemption: Redemption) -> Redemption:
    """Return a redemption as it stands in the database."""
    return Redemption.objects(id=redemption.id).get()


def make_overdue(redemption: Redemption, **also: Any) -> None:
    """Let the moment at which the sweeper has to look at a redemption be past."""
    past = utc_now() - timedelta(seconds=1)
    changes = dict.fromkeys(("due_at", *also), past)
    Redemption._get_collection().update_one({"_id": redemption.id}, {"$set": changes})


@pytest.fixture
def rewards(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """Return a client of the rewards API, its database prepared."""
    return client_of("rewards")


@pytest.fixture
def shop(rewards: FlaskClient) -> Shop:
    """Return an open shop with 10 pieces at 5 beans."""
    return Shop().open()


@pytest.fixture
def shop_with(rewards: FlaskClient) -> Callable[..., Shop]:
    """Return the function that opens a shop with this and that."""
    return lambda **what: Shop(**what).open()
