"""A community's life, week by week, through the API: who joins, what is held, who comes, whom the office asks, what is redeemed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.clients.paging import all_items
from shared.clock import ZONE
from shared.ids import derive_id
from shared.web.paging import PAGE_LIMIT_MAX
from tests.simulation.house import House, Person, Refused
from tests.simulation.moving_clock import MovingClock, lived_by
from tests.simulation.office import COMMUNITY, POLICIES, Ask, put
from tests.simulation.town import SLOTS, Dweller, Occasion, Town

FIRST_MONDAY = datetime(2025, 1, 6, tzinfo=ZoneInfo(ZONE))
LED_EVERY_WEEKS = 3
NOTICE_WEEKS = 2
"""So many weeks ahead an activity is announced."""
DAYS_OF = {"weekday": (0, 1, 2, 3, 4), "weekend": (5, 6)}
HOURS_OF = {"morning": 9, "afternoon": 14, "evening": 19}
HOURS_LONG = 2
SHELF = (("大米 2.5 公斤", 40), ("剪发一次", 20), ("洗衣液一瓶", 25), ("社区食堂午餐一份", 12), ("家电上门检修一次", 60))
PASSWORD = "golden-bean"


@dataclass(frozen=True)
class Plan:
    """A life. What the office holds and asks in a week, and the beans' worth that is put on the shelf in a month, grow with the households;
    `terms` are other thresholds of the tiers than the first version's."""

    seed: int = 1
    households: int = 5_000
    weeks: int = 104
    policy: str = "next-steps"
    activities_per_thousand: float = 8.0
    asks_per_thousand: float = 30.0
    stock_beans_a_month_per_thousand: int = 3_000
    terms: dict[str, int] = field(default_factory=dict)

    def scaled(self, per_thousand: float) -> int:
        """Return how many there are of something of which a thousand households have so many."""
        return max(1, round(per_thousand * self.households / 1_000))


@dataclass(frozen=True)
class Week:
    """How the community stands when a week ends. `actual` counts by tier; beans and percents as the coverage page shows them."""

    number: int
    day: str
    registered: int
    talents: int
    backbone: int
    enthusiast: int
    participant: int
    brought: int
    outstanding_beans: int
    stock_value_beans: int
    coverage_percent: int | None
    issued_month_beans: int
    redeemed: int
    asked: int
    agreed: int
    deeds: int


Say = Callable[[str], None]


class Life:
    """One community, from its first day on."""

    def __init__(self, plan: Plan, *, say: Say = print) -> None:
        self.plan, self._say = plan, say
        self.clock = MovingClock(FIRST_MONDAY.astimezone(UTC))
        self.house = House()
        self.weeks: list[Week] = []
        self.redeemed = self.asked = self.agreed = self.deeds = 0
        self._coming: list[Occasion] = []
        self._shelf: list[tuple[str, int]] = []

    def live(self) -> list[Week]:
        """Live through all weeks; returns how each ended."""
        with lived_by(self.clock):
            self._found()
            for week in range(self.plan.weeks):
                self._monday(week)
                for day in range(7):
                    self._day(week, day)
                self._sunday_night(week)
        return self.weeks

    def laws_broken(self) -> int:
        """Return how many checks of the journal's laws, and of the standings against the deeds, fail at the end."""
        from services.engagement.commands.judging import judge_all
        from services.ledger.queries import verify_ledger

        with lived_by(self.clock):
            known = [person.id for person in self.town.people if person.is_registered]
            return verify_ledger().broken + len(judge_all(known).differing)

    # --- what happens once ---------------------------------------------------------------------------------------------

    def _found(self) -> None:
        from services.identity.commands.places import found_community

        items = self.house.as_("", COMMUNITY).get("/service-items")["items"]
        codes, licensed = [row["code"] for row in items], [row["code"] for row in items if row["licence_required"]]
        self.town = Town(self.plan.seed, self.plan.households, codes, licensed)
        table = _place_table(self.town.grids, self.plan.households)
        _, steward_id = found_community(
            table, community_code=COMMUNITY, steward_name="书记", steward_phone="13900000000", password=PASSWORD
        )
        self.steward = self.house.as_(steward_id, COMMUNITY, "steward")
        self._leader_id, reviewer_id, shop_id, keeper_id = (self._id("office", name) for name in ("leader", "reviewer", "shop", "keeper"))
        for resident_id, name in ((self._leader_id, "网格员"), (reviewer_id, "社工"), (keeper_id, "店主")):
            self._register(resident_id, name, self.town.grids[0], f"office {name}", consents=["service"])
        self.steward.put(f"/partners/{shop_id}", {"name": "便民超市", "kind": "shop"})
        for resident_id in (self._leader_id, reviewer_id):
            self.steward.put(f"/residents/{resident_id}/roles", {"roles": ["organizer"]})
        self.steward.put(f"/residents/{keeper_id}/roles", {"roles": ["partner"], "partner_id": shop_id})
        self.organizer = self.house.as_(self._leader_id, COMMUNITY, "organizer")
        self.reviewer = self.house.as_(reviewer_id, COMMUNITY, "organizer")
        self.keeper = self.house.as_(keeper_id, COMMUNITY, "partner", partner_id=shop_id)
        self.steward.put(f"/communities/{COMMUNITY}/base", {"households": self.plan.households})
        for title, price in SHELF:
            reward_id = self._id("reward", title)
            self.keeper.put(f"/rewards/{reward_id}", {"title": title, "price_beans": price, "stock": 0, "partner_id": shop_id})
            self._shelf.append((reward_id, price))
        self._adopt_terms()
        self.house.deliver()

    def _adopt_terms(self) -> None:
        """Let other thresholds of the tiers hold from tomorrow on, where the plan names any."""
        if not self.plan.terms:
            return
        usual = {"window_days": 180, "repeated_deeds": 3, "led_activities": 1, "mobilized_people": 1, "mobilized_a_month": 5}
        rules = f"/tier-rules/{self._id('tier-rules')}"
        self.steward.put(rules, {"note": "模拟用", **usual, **self.plan.terms})
        self.steward.put(f"{rules}/preview")
        self.house.do_jobs(["engagement"])
        tomorrow = (FIRST_MONDAY + timedelta(days=1)).date().isoformat()
        self.steward.put(f"{rules}/adoption", {"applies_from": tomorrow})

    # --- a week --------------------------------------------------------------------------------------------------------

    def _monday(self, week: int) -> None:
        """People join and leave, talents are put forward and decided, activities announced, seen, and asked to."""
        self.clock.move_to(self._moment(week, 0, 8))
        self.town.weeks_rest()
        self._part(week)
        self._join(week)
        self._decide()
        self._put_forward(week)
        self._announce(week)
        if week % 4 == 0:
            self._restock()
        self.house.deliver()
        self.house.do_jobs(["engagement"])
        self._see_posters(week)
        self._ask(week)
        self.house.deliver()

    def _day(self, week: int, day: int) -> None:
        """What is held on a day is held, one after the other; on Saturdays people redeem."""
        today = sorted((one for one in self._coming if (one.week, one.day) == (week, day)), key=lambda one: (one.hour, one.id))
        for occasion in today:
            self._hold(occasion, week)
        self._coming = [one for one in self._coming if one not in today]
        if day == 5:
            self.clock.move_to(self._moment(week, day, 17))
            self.house.deliver()
            self._redeem(week)
        self.house.deliver()

    def _sunday_night(self, week: int) -> None:
        self.clock.move_to(self._moment(week, 6, 23))
        self.house.do_jobs()
        self.house.do_jobs(["engagement"])
        self.weeks.append(self._measured(week))
        self._say(_told(self.weeks[-1], self.plan))

    # --- who lives here ------------------------------------------------------------------------------------------------

    def _register(self, resident_id: str, name: str, grid: str, household: str, *, consents: Sequence[str], by: str | None = None) -> None:
        body = {"community_code": COMMUNITY, "name": name, "consents": consents, "grid_code": grid, "household": household}
        self.steward.put(f"/residents/{resident_id}", body | ({"invited_by": by} if by else {}))

    def _join(self, week: int) -> None:
        for person in self.town.people:
            if person.is_registered:
                continue
            by = self.town.joins(person, week)
            if by is False:
                continue
            consents = ["service", "contact"] if person.agrees_to_be_asked else ["service"]
            brought_by = by.id if isinstance(by, Dweller) else None
            self._register(person.id, person.name, person.grid_code, person.household, consents=consents, by=brought_by)
            person.is_registered = True
        self.house.deliver()

    def _part(self, week: int) -> None:
        for person in self.town.people:
            if person.is_here and self.town.happens(self.town.temper.moves_away, "moves away", week, person):
                for occasion in self._coming:
                    occasion.signed_up.pop(person.number, None)
                self.steward.put(f"/residents/{person.id}/departure", {"reason": "moved"})
                person.has_left, person.is_talent = True, False
        self.house.deliver()

    def _put_forward(self, week: int) -> None:
        """Who has a skill offers it, or is noticed by the office after having come twice."""
        for person in self.town.people:
            if not (person.is_here and person.skill) or person.is_put_forward:
                continue
            offers = self.town.happens(self.town.temper.offers_skill * (0.5 + person.warmth), "offers", week, person)
            noticed = person.deeds >= 2 and self.town.happens(self.town.temper.is_noticed, "is noticed", week, person)
            if not (offers or noticed):
                continue
            channel, who = ("self", self._own(person)) if offers else ("organization", self.organizer)
            evidence = {} if offers else {"evidence": {"body": "社区居委会", "ground": "visit", "about": "活动中了解到的"}}
            who.put(
                f"/nominations/{self._id('nomination', person.id)}",
                {"channel": channel, "candidate_id": person.id, "skills": [{"skill": person.skill}], "statement": "", **evidence},
            )
            person.is_put_forward = True

    def _decide(self) -> None:
        """Admit whose notice is over."""
        for person in self.town.people:
            if not person.is_put_forward or person.is_talent or person.has_left:
                continue
            try:
                self.steward.put(
                    f"/nominations/{self._id('nomination', person.id)}/decision", {"decision": "admit", "reason": "公示期内无异议。"}
                )
            except Refused as refusal:
                if refusal.name != "notice-not-over":
                    raise
                continue
            person.is_talent = True

    # --- activities ----------------------------------------------------------------------------------------------------

    def _announce(self, week: int) -> None:
        """Announce the activities of the week after next; in the first week those of the next two as well."""
        for ahead in range(NOTICE_WEEKS + 1) if week == 0 else (NOTICE_WEEKS,):
            for number in range(self.plan.scaled(self.plan.activities_per_thousand)):
                self._coming.append(self._announced(week + ahead, number))

    def _announced(self, week: int, number: int) -> Occasion:
        dice = random.Random(f"{self.plan.seed}/activity/{week}/{number}")
        leader = self._free_leader(week)
        item = leader.skill if leader and leader.skill else dice.choice(sorted({skill for one in self.town.people for skill in one.likes}))
        slot = dice.choice(SLOTS)
        which, part = slot.split("-")
        occasion = Occasion(
            id=self._id("activity", str(week), str(number)), item=item, slot=slot, grid_code=dice.choice(self.town.grids),
            leader=leader.number if leader else None, kind="volunteer" if leader or dice.random() < 0.7 else "participation",
            capacity=dice.choice((15, 20, 30)), week=week, day=dice.choice(DAYS_OF[which]), hour=HOURS_OF[part],
        )  # fmt: skip
        if occasion.kind == "participation":
            occasion.capacity = 60
        starts_at = self._moment(week, occasion.day, occasion.hour)
        self.organizer.put(f"/activities/{occasion.id}", {
            "item": item, "title": f"{item} {week}-{number}", "kind": occasion.kind, "capacity": occasion.capacity,
            "starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=HOURS_LONG)).isoformat(),
            "place": _grid_name(occasion.grid_code), "leader_id": leader.id if leader else self._leader_id,
        })  # fmt: skip
        if leader:
            occasion.signed_up[leader.number] = None
        return occasion

    def _free_leader(self, week: int) -> Dweller | None:
        """Return a talent who would lead and has not for a while."""
        willing = (one for one in self.town.people if one.is_talent and not one.has_left and week - one.led_in >= LED_EVERY_WEEKS)
        for person in willing:
            if person.will_lead or self.town.happens(self.town.temper.offers_to_lead * person.warmth, "offers to lead", week, person):
                person.led_in, person.will_lead = week, False
                return person
        return None

    def _see_posters(self, week: int) -> None:
        shown = [one for one in self._coming if one.week == week]
        for occasion in shown:
            for person in self.town.people:
                if not person.is_here or person.number in occasion.signed_up:
                    continue
                if self.town.comes_by_oneself(person, occasion, week, among=len(shown)):
                    self._sign_up(person, occasion)

    def _sign_up(self, person: Dweller, occasion: Occasion) -> None:
        if len(occasion.signed_up) >= occasion.capacity or any(
            person.number in one.signed_up and (one.week, one.day, one.hour) == (occasion.week, occasion.day, occasion.hour)
            for one in self._coming
        ):
            return
        self.organizer.put(f"/activities/{occasion.id}/sign-ups/{person.id}")
        occasion.signed_up[person.number] = None

    def _hold(self, occasion: Occasion, week: int) -> None:
        """Who keeps their word is ticked off the roll; somebody else confirms the hours that evening."""
        starts_at = self._moment(occasion.week, occasion.day, occasion.hour)
        ends_at = starts_at + timedelta(hours=HOURS_LONG)
        people = [self.town.people[number] for number in occasion.signed_up]
        keeps = self.town.temper.keeps_word
        came = [one for one in people if one.number == occasion.leader or self.town.happens(keeps, occasion.id, week, one)]
        self.clock.move_to(starts_at)
        for person in came:
            self.organizer.put(f"/check-ins/{self._id('check-in', occasion.id, person.id)}", {
                "activity_id": occasion.id, "resident_id": person.id, "method": "roll",
                "arrived_at": starts_at.isoformat(), "left_at": ends_at.isoformat(),
            })  # fmt: skip
            self.town.came(person, week)
        self.clock.move_to(ends_at + timedelta(minutes=30))
        self.reviewer.put(f"/activities/{occasion.id}/verification", {"exceptions": []})
        self.organizer.put(f"/activities/{occasion.id}/closing")
        self.deeds += len(came)

    # --- asking --------------------------------------------------------------------------------------------------------

    def _ask(self, week: int) -> None:
        most, coming = self.plan.scaled(self.plan.asks_per_thousand), [one for one in self._coming if one.week >= week]
        made = 0
        for ask in POLICIES[self.plan.policy](self.organizer, self.town, coming, week):
            if made == most:
                break
            if put(self.organizer, ask):
                made += 1
                self._answer(ask, coming, week)
        self.asked += made

    def _answer(self, ask: Ask, coming: Sequence[Occasion], week: int) -> None:
        """Somebody says whether they come, and to what; who is only spoken to chooses what suits them best."""
        person, told = ask.dweller, {"answer": "not_this_time"}
        occasion = next((one for one in coming if one.id == ask.occasion_id), None)
        if ask.act == "assign":
            likelihood = self.town.temper.leads_when_asked * (0.2 + 0.8 * person.warmth) * person.energy
            if person.is_talent and self.town.happens(likelihood, "asked to lead", week, person):
                person.will_lead, told = True, {"answer": "coming"}
        else:
            wanted = occasion or max(coming, key=lambda one: (person.fit(one), one.id), default=None)
            if wanted and person.number not in wanted.signed_up and self.town.comes_when_asked(person, wanted, week):
                self._sign_up(person, wanted)
                told = {"answer": "coming"}
        if told["answer"] != "coming" and self.town.happens(self.town.temper.says_never, "says never", week, person):
            told = {"answer": "never"}
        self.agreed += told["answer"] == "coming"
        self.organizer.put(f"/invitations/{ask.id}/answer", told)

    # --- beans ---------------------------------------------------------------------------------------------------------

    def _restock(self) -> None:
        each = self.plan.scaled(self.plan.stock_beans_a_month_per_thousand) // len(self._shelf)
        for reward_id, price in self._shelf:
            reward = self.keeper.get(f"/rewards/{reward_id}")
            if pieces := each // price:
                self.keeper.patch(f"/rewards/{reward_id}", {"revision": reward["revision"], "add_stock": pieces})

    def _redeem(self, week: int) -> None:
        """Some of those who can afford something ask for it; the partner hands it over the same afternoon."""
        asked = []
        for person in self.town.people:
            if not (person.is_here and person.deeds) or not self.town.happens(self.town.temper.redeems, "redeems", week, person):
                continue
            available = self._own(person).get(f"/wallets/{person.id}")["available_beans"]
            if wished := [reward_id for reward_id, price in self._shelf if price <= available]:
                at = int(self.town.draw("what", week, person) * len(wished))
                asked.append((person, self._id("redemption", person.id, str(week)), wished[at]))
        bought = [(person, redemption_id) for person, redemption_id, reward_id in asked if self._ask_for(person, redemption_id, reward_id)]
        self.house.deliver()
        for person, redemption_id in bought:
            redemption = self._own(person).get(f"/redemptions/{redemption_id}")
            if redemption["status"] == "ready":
                self.keeper.put(f"/vouchers/{redemption['voucher_code']}/fulfilment")
                person.gladness = 1.0
                self.redeemed += 1

    def _ask_for(self, person: Dweller, redemption_id: str, reward_id: str) -> bool:
        """Ask for a reward; False where the shelf is empty."""
        try:
            self._own(person).put(f"/redemptions/{redemption_id}", {"reward_id": reward_id})
        except Refused as refusal:
            if refusal.name == "out-of-stock":
                return False
            raise
        return True

    # --- how it stands -------------------------------------------------------------------------------------------------

    def _measured(self, week: int) -> Week:
        stands = self.steward.get(f"/communities/{COMMUNITY}/engagement")
        (coverage,) = self.steward.get(f"/communities/{COMMUNITY}/coverage/history?limit=1")["items"]
        beans = ("outstanding_beans", "stock_value_beans", "coverage_percent", "issued_month_beans")
        tiers = ("backbone", "enthusiast", "participant")
        return Week(
            number=week + 1, day=self._moment(week, 6, 23).date().isoformat(), registered=sum(one.is_here for one in self.town.people),
            talents=sum(one.is_talent for one in self.town.people), brought=self._brought_by_backbones(),
            redeemed=self.redeemed, asked=self.asked, agreed=self.agreed, deeds=self.deeds,
            **{name: coverage[name] for name in beans}, **{name: stands["actual"][name] for name in tiers},
        )  # fmt: skip

    def _brought_by_backbones(self) -> int:
        path = f"/communities/{COMMUNITY}/reach?limit={PAGE_LIMIT_MAX}"
        bringers = all_items(lambda cursor: self.steward.get(f"{path}&cursor={cursor}" if cursor else path))
        return sum(row["acting"] for row in bringers if row["tier"] == "backbone")

    def _own(self, person: Dweller) -> Person:
        return self.house.as_(person.id, COMMUNITY)

    def _id(self, *parts: str) -> str:
        return derive_id("simulated", str(self.plan.seed), *parts)

    def _moment(self, week: int, day: int, hour: int) -> datetime:
        return (FIRST_MONDAY + timedelta(weeks=week, days=day, hours=hour)).astimezone(UTC)


def as_rows(weeks: Sequence[Week]) -> list[dict[str, Any]]:
    """Return the weeks as plain rows."""
    return [asdict(week) for week in weeks]


def _told(week: Week, plan: Plan) -> str:
    reached = week.backbone + week.enthusiast + week.participant
    return (
        f"seed {plan.seed} {plan.policy}: week {week.number} of {plan.weeks}, {week.registered} registered, {reached} reached"
        f" ({week.backbone} / {week.enthusiast} / {week.participant}), {week.deeds} deeds, {week.outstanding_beans} beans outstanding"
    )


def _grid_name(grid_code: str) -> str:
    return f"第{int(grid_code[-2:])}网格"


def _place_table(grids: Sequence[str], households: int) -> bytes:
    rows = ["区,街道,社区,社区代码,小区,网格,网格代码,户数"]
    rows += [f"试验区,模拟街道,模拟社区,{COMMUNITY},模拟小区,{_grid_name(code)},{code},{households // len(grids)}" for code in grids]
    return "\r\n".join(rows).encode("utf-8-sig")
