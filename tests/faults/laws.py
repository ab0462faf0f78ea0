"""What must hold in the end: each accepted request has its effect exactly once, by the public API; and the services' own laws."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.local.platform import Platform
from shared.local.programs import SERVICES
from shared.local.servers import ServerFailed
from tests.faults.client import Answer, Client, Tally
from tests.faults.load import Book, Purchase
from tests.faults.story import PEOPLE, STOCKS, Cast
from tests.faults.town import Staff, done, pages

OWN_LAWS = [
    ("ledger", "verify-ledger"),
    ("rewards", "verify-stock"),
    *((service, "reconcile") for service in SERVICES),
]
MISSED = re.compile(r"(\d+) without a receipt")
TRIES, TRY_SECONDS = 4, 1.0
SETTLED_BY = {
    "ready": [["hold"]],
    "fulfilled": [["capture", "hold"]],
    "cancelled": [["hold", "release"], ["hold_refused"]],
    "wallet_too_low": [["hold_refused"]],
    "out_of_stock": [[]],
}

Row = Mapping[str, Any]


def broken_own_laws(platform: Platform) -> Iterator[str]:
    """Yield what the services' own commands complain of: the journal, the shelves, and facts that left no receipt."""
    with ThreadPoolExecutor(2) as pool:
        for complaint in pool.map(lambda law: _complaint(platform, *law), OWN_LAWS):
            yield from complaint


def _complaint(platform: Platform, service: str, command: str) -> list[str]:
    """Run a command. Where it missed nothing and only could not compare, because somebody is just reading a late fact (of a tier,
    say), it is run again."""
    complaints: list[str] = []
    for _ in range(TRIES):
        try:
            platform.command(service, command)
        except ServerFailed as failure:
            complaints = [str(failure)]
            if MISSED.findall(complaints[0])[-1:] != ["0"]:
                break
            time.sleep(TRY_SECONDS)
        else:
            return []
    return complaints


class Census:
    """Asks for everything that the people of a seed own, and compares it with what they were told."""

    def __init__(self, url: str, *, cast: Cast, staff: Staff, book: Book) -> None:
        self._client, self._cast, self._staff, self._book = Client(url, Tally()), cast, staff, book
        self._rules = self._list("/rules")[-1]

    def breaches(self) -> list[str]:
        """Return a sentence for everything that was lost, done twice, or came out otherwise than it was answered."""
        found = [*self._check_ins(), *self._redemptions(), *self._shelves()]
        for number in range(PEOPLE):
            found += [*self._journal(self._cast.person(number)), *self._standing(self._cast.person(number))]
        self._client.close()
        return found

    # --- presence ----------------------------------------------------------------------------------------------------

    def _check_ins(self) -> Iterator[str]:
        """Every accepted check-in stands as it was answered, and none that nobody asked for."""
        rows = [row for activity in self._book.activities for row in self._list(f"/activities/{activity}/check-ins")]
        standing = {row["id"]: row for row in rows}
        for id_, answered in self._book.check_ins.items():
            told = {**answered, "status": "withdrawn"} if id_ in self._book.withdrawn else answered
            for name in ("status", "refusal", "resident_id", "arrived_at", "left_at"):
                if standing.get(id_, {}).get(name) != told.get(name):
                    yield f"check-in {id_}: {name} was answered {told.get(name)}, stands {standing.get(id_, {}).get(name)}"
        for id_ in standing.keys() - self._book.check_ins.keys():
            yield f"check-in {id_} stands and was never answered"
        verified = {id_ for id_, row in standing.items() if row["record_status"] == "verified"}
        right = self._book.records.keys() - self._book.withdrawn
        if verified != right:
            yield f"verified and answered differ: {verified ^ right}"

    # --- beans -------------------------------------------------------------------------------------------------------

    def _journal(self, resident_id: str) -> Iterator[str]:
        """Every record has one entry of beans and one of contribution, of what the rules say; and nothing else stands there."""
        mine = {id_: record for id_, record in self._book.records.items() if record["resident_id"] == resident_id}
        for unit in ("bean", "contribution"):
            rows = self._list(f"/wallets/{resident_id}/transfers?unit={unit}")
            times = Counter(row["cause"] for row in rows if row["kind"] == "earn")
            yield from (f"record {id_} has {times[id_]} {unit} entries" for id_ in mine if times[id_] != 1)
            yield from (f"{unit} entries of {cause}, which nobody verified" for cause in times.keys() - mine.keys())
            yield from self._reversals(mine, rows, unit)
            if unit == "contribution":
                yield from self._contribution(mine, rows)
            else:
                yield from self._beans(resident_id, mine, rows)

    def _reversals(self, mine: Mapping[str, Row], rows: list[Row], unit: str) -> Iterator[str]:
        """Every withdrawn record is taken back once, in full, and no other is."""
        earned, taken = ({row["cause"]: row for row in rows if row["kind"] == kind} for kind in ("earn", "reverse"))
        if taken.keys() != (wrong := mine.keys() & self._book.withdrawn):
            yield f"{unit} taken back of {taken.keys() ^ wrong}, against what was answered"
        for cause in taken.keys() & earned.keys():
            if taken[cause]["explanation"]["wanted"] != _gross(earned[cause]):
                yield f"record {cause} earned {_gross(earned[cause])} {unit}, {taken[cause]['explanation']['wanted']} were taken back"

    def _contribution(self, mine: Mapping[str, Row], rows: list[Row]) -> Iterator[str]:
        for row in rows:
            if row["kind"] == "reverse":
                continue
            points = _contribution_of(mine[row["cause"]], self._rules) if row["cause"] in mine else 0
            if row["delta"] != points:
                yield f"record {row['cause']} earned {row['delta']} contribution, the rules say {points}"

    def _beans(self, resident_id: str, mine: Mapping[str, Row], rows: list[Row]) -> Iterator[str]:
        earned = self._earned(mine, rows)
        given = sum(gift.beans for gift in self._book.gifts.values() if self._cast.person(gift.buyer) == resident_id)
        received = sum(gift.beans for gift in self._book.gifts.values() if self._cast.person(gift.neighbour) == resident_id)
        purchases = self._purchases_of(resident_id)
        spent = sum(row["amount_beans"] for row in purchases if row["status"] == "fulfilled")
        held = sum(row["amount_beans"] for row in purchases if row["status"] == "ready")
        wallet = done(self._ask(f"/wallets/{resident_id}"))
        wanted = {
            "available_beans": earned - given + received - spent - held + wallet["owed_beans"], "held_beans": held,
            "earned_beans": earned, "spent_beans": spent, "gifts_beans": received - given,
        }  # fmt: skip
        got = {name: wallet[name] for name in wanted}
        if got != wanted:
            yield f"wallet of {resident_id} is {got}, should be {wanted}"
        kinds = defaultdict(list)
        for row in rows:
            kinds[row["cause"]].append(row["kind"])
        for row in purchases:
            if sorted(kinds.pop(row["id"], [])) not in (allowed := SETTLED_BY[row["refusal"] or row["status"]]):
                yield f"redemption {row['id']} is {row['status']}, the journal has not {allowed}"
        for id_, gift in self._book.gifts.items():
            halves = [half for half, who in (("give", gift.buyer), ("receive", gift.neighbour)) if self._cast.person(who) == resident_id]
            if kinds.pop(id_, []) != halves:
                yield f"gift {id_} is not the {halves} that was answered to {resident_id}"
        yield from (f"journal moves beans for {cause}: {kinds[cause]}" for cause in kinds.keys() - mine.keys())

    def _earned(self, mine: Mapping[str, Row], rows: list[Row]) -> int:
        """Return what the records earned: by the rules; on days with a withdrawn record, where the cap goes by the order of
        posting, what the journal says, as long as the rules allow it."""
        unclear = {mine[id_]["served_on"] for id_ in mine.keys() & self._book.withdrawn}
        by_rules = _beans_of([record for record in mine.values() if record["served_on"] not in unclear], self._rules)
        right = {id_: record for id_, record in mine.items() if record["served_on"] in unclear and id_ not in self._book.withdrawn}
        posted = sum(_gross(row) for row in rows if row["kind"] == "earn" and row["cause"] in right)
        return by_rules + min(posted, _beans_of(right.values(), self._rules))

    def _purchases_of(self, resident_id: str) -> list[Row]:
        return self._list(f"/redemptions?resident_id={resident_id}")

    # --- redemptions -------------------------------------------------------------------------------------------------

    def _redemptions(self) -> Iterator[str]:
        """Every redemption stands, decided, and as its people were told."""
        for id_, purchase in self._book.purchases.items():
            status = done(self._ask(f"/redemptions/{id_}"))["status"]
            if status not in (allowed := _allowed(purchase)):
                yield f"redemption {id_} is {status}, its people know it as {allowed}"

    def _shelves(self) -> Iterator[str]:
        """Stock, reserved and sold are what the redemptions say, and add up to what was put there."""
        rows = [row for number in range(PEOPLE) for row in self._purchases_of(self._cast.person(number))]
        for number, supplied in enumerate(STOCKS):
            reward = done(self._ask(f"/rewards/{self._cast.reward(number)}"))
            mine = [row for row in rows if row["reward_id"] == reward["id"]]
            pieces = {
                status: sum(row["quantity"] for row in mine if row["status"] == status) for status in ("ready", "fulfilled")
            }
            wanted = (supplied - pieces["ready"] - pieces["fulfilled"], pieces["ready"], pieces["fulfilled"])
            got = (reward["stock"], reward["reserved"], reward["sold"])
            if got != wanted:
                yield f"shelf of reward {number}: stock, reserved, sold are {got}, should be {wanted}"

    # --- standing ----------------------------------------------------------------------------------------------------

    def _standing(self, resident_id: str) -> Iterator[str]:
        """Every deed counts once: an activity where somebody served, took part, or led others who did."""
        records = [row for id_, row in self._book.records.items() if id_ not in self._book.withdrawn]
        activities = {row["activity_id"] for row in records if row["resident_id"] == resident_id}
        led = [activity for activity, told in self._book.activities.items() if self._cast.person(told.leader) == resident_id]
        activities |= {row["activity_id"] for row in records} & set(led)
        deeds = done(self._ask(f"/standings/{resident_id}"))["deeds"]
        if deeds != len(activities):
            yield f"{resident_id} has {deeds} deeds, should have {len(activities)}"

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, path: str) -> Answer:
        return self._client.ask(self._staff.steward, "GET", path)

    def _list(self, path: str) -> list[Row]:
        return pages(self._ask, path)


def _allowed(purchase: Purchase) -> set[str]:
    if purchase.fulfilled and purchase.cancelled:
        return {"handed over and given back: impossible"}
    if purchase.fulfilled:
        return {"fulfilled"}
    if purchase.cancelled:
        return {"cancelled"}
    first = purchase.asked["status"]
    return {"ready", "refused"} if first in ("requested", "reserved") else {first}


def _gross(row: Row) -> int:
    """Return what a deed's entry earned, with what of it repaid a debt."""
    return int(row["delta"]) + int(row["explanation"].get("repaid", 0))


def _beans_of(records: Iterable[Row], rules: Row) -> int:
    """Return what the rules give for a resident's records: by item and minutes, capped by activity and by day."""
    by_day: Counter[str] = Counter()
    for record in records:
        rate = rules["item_beans_per_hour"].get(record["item"], rules["beans_per_hour"])
        served = rules["participation_beans"] if record["kind"] == "participation" else record["minutes"] * rate // 60
        bonus = rules["leading_bonus_beans"] if record["leader_id"] == record["resident_id"] else 0
        by_day[record["served_on"]] += min(served + bonus, rules["cap_activity_beans"])
    return sum(min(beans, rules["cap_day_beans"]) for beans in by_day.values())


def _contribution_of(record: Row, rules: Row) -> int:
    bonus = rules["contribution_leading"] if record["leader_id"] == record["resident_id"] else 0
    if record["kind"] == "participation":
        return int(rules["contribution_participation"]) + bonus
    return int(record["minutes"]) * rules["contribution_per_hour"] // 60 + bonus
