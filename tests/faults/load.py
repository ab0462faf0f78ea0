"""People at work: several at a time live the stories of a seed, and every answer that they get is written down."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import quote

from shared.clock import utc_now
from tests.faults.client import Answer, Client, Tally
from tests.faults.story import HOURS_OPEN, Cast, Errand, Gathering, Present, Visit, story
from tests.faults.town import Staff

AT_A_TIME = 4
PAUSE_SECONDS = 0.06
WAIT_SECONDS = 5
LINGERING_SECONDS = 4.0
LOST_RACES = frozenset({"voucher-cancelled", "redemption-closed"})
NO_GIFT = frozenset({"wallet-too-low", "gift-too-large", "not-while-owing"})


@dataclass
class Purchase:
    """A redemption as its people know it: what was asked, and every answer since."""

    errand: Errand
    asked: Mapping[str, Any]
    fulfilled: bool = False
    cancelled: bool = False
    asked_at: float = field(default_factory=time.monotonic)


@dataclass
class Book:
    """Everything that was answered: check-ins and verified records by id, redemptions, and refusals nobody could expect."""

    activities: dict[str, Gathering] = field(default_factory=dict)
    check_ins: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    records: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    gifts: dict[str, Present] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)

    @property
    def effects(self) -> int:
        """How many answers say that something was done for good."""
        ends = sum(1 + purchase.fulfilled + purchase.cancelled for purchase in self.purchases.values())
        deeds = len(self.activities) + len(self.check_ins) + len(self.records) + len(self.withdrawn)
        return deeds + ends + len(self.gifts)


class Enough(Exception):
    """The load is over: nobody begins anything new."""


class Load:
    """The people of one seed, at work within `with load:`, whatever ends it."""

    def __init__(self, url: str, *, cast: Cast, staff: Staff, buyers: Mapping[int, str]) -> None:
        self.book, self.tally = Book(), Tally()
        self._url, self._cast, self._staff, self._buyers = url, cast, staff, buyers
        self._numbers = itertools.count()
        self._enough = threading.Event()
        self._began = utc_now().replace(second=0, microsecond=0)
        self._pool = ThreadPoolExecutor(2 * AT_A_TIME)  # half of them for those who must do two things at once
        self._clients = threading.local()
        self._open: list[Client] = []
        self._acts: list[Future[None]] = []
        self._lingering: deque[Purchase] = deque()

    @property
    def seed(self) -> int:
        """The seed whose stories are lived."""
        return self._cast.seed

    def __enter__(self) -> Self:
        """Let everybody begin."""
        self._acts = [self._pool.submit(self._act) for _ in range(AT_A_TIME)]
        return self

    def __exit__(self, *_: object) -> None:
        """Let everybody finish the request that they are at, and no more; raises what went wrong with anybody."""
        self._enough.set()
        try:
            for act in self._acts:
                act.result()
        finally:
            self._pool.shutdown()
            for client in self._open:
                client.close()

    def _act(self) -> None:
        try:
            while True:
                match story(self._cast.seed, next(self._numbers)):
                    case Gathering() as gathering:
                        self._gather(gathering)
                    case Errand() as errand:
                        self._shop(errand)
                    case Present() as present:
                        self._give(present)
        except Enough:
            pass

    # --- service -----------------------------------------------------------------------------------------------------

    def _gather(self, gathering: Gathering) -> None:
        activity_id = self._cast.id_of("activity", gathering.number)
        starts_at = self._began - timedelta(days=gathering.days_ago, hours=HOURS_OPEN - 1)
        ends_at = starts_at + timedelta(hours=HOURS_OPEN)
        announcement = {
            "item": gathering.item, "title": f"第{gathering.number}次活动", "kind": gathering.kind, "place": "广场",
            "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "capacity": 50,
            "leader_id": self._cast.person(gathering.leader),
        }  # fmt: skip
        if self._ask(self._staff.organizer, "PUT", f"/activities/{activity_id}", announcement).status >= 400:
            return
        self.book.activities[activity_id] = gathering
        for count, visit in enumerate(gathering.visits, start=1):
            self._log(activity_id, gathering, visit, starts_at)
            if count == gathering.first_review_after:
                self._review(activity_id)
        self._review(activity_id)
        for visit in gathering.visits:
            if visit.proves_wrong:
                self._withdraw(self._cast.id_of("check-in", gathering.number, visit.person))

    def _withdraw(self, record_id: str) -> None:
        if record_id not in self.book.records:
            return
        answer = self._ask(self._staff.steward, "PUT", f"/service-records/{record_id}/withdrawal", {"reason": "不在场"})
        if answer.status < 400:
            self.book.withdrawn.add(record_id)

    def _log(self, activity_id: str, gathering: Gathering, visit: Visit, starts_at: datetime) -> None:
        check_in_id = self._cast.id_of("check-in", gathering.number, visit.person)
        arrived_at = starts_at + timedelta(minutes=visit.late_minutes)
        left_at = arrived_at + timedelta(minutes=visit.stay_minutes)
        who, body = self._staff.organizer, {"activity_id": activity_id, "method": "roll"}
        if visit.method == "code":
            who = self._buyers[visit.person]
            code = self._ask(self._staff.organizer, "GET", f"/activities/{activity_id}/code").body["code"]
            body |= {"method": "code", "code": code}
            left_at = starts_at + timedelta(hours=HOURS_OPEN)
        else:
            body |= {"resident_id": self._cast.person(visit.person), "arrived_at": arrived_at.isoformat()}
        if visit.method == "roll":
            body |= {"left_at": left_at.isoformat()}
        answer = self._ask(who, "PUT", f"/check-ins/{check_in_id}", body)
        if answer.status < 400 and answer.body["status"] == "accepted" and visit.method != "roll":
            departure = {"left_at": left_at.isoformat()}
            self.book.check_ins[check_in_id] = answer.body
            answer = self._ask(self._staff.organizer, "PUT", f"/check-ins/{check_in_id}/departure", departure)
        if answer.status < 400:
            self.book.check_ins[check_in_id] = answer.body

    def _review(self, activity_id: str) -> None:
        answer = self._ask(self._staff.reviewer, "PUT", f"/activities/{activity_id}/verification", {"exceptions": []})
        if answer.status < 400:
            self.book.records |= {record["record_id"]: record for record in answer.body["verified"]}

    # --- redeeming ---------------------------------------------------------------------------------------------------

    def _shop(self, errand: Errand) -> None:
        self._hand_over_lingering()
        redemption_id = self._cast.id_of("redemption", errand.number)
        wish = {"reward_id": self._cast.reward(errand.reward), "quantity": errand.quantity}
        asked = self._ask(
            self._buyers[errand.buyer], "PUT", f"/redemptions/{redemption_id}", wish, prefer=f"wait={WAIT_SECONDS}"
        )
        if asked.status >= 400:
            return
        purchase = self.book.purchases[redemption_id] = Purchase(errand, asked.body)
        if errand.ending == "both" and asked.body["status"] == "ready":
            handing_over = self._pool.submit(self._hand_over, purchase)
            self._give_back(redemption_id, purchase)
            handing_over.result()
        elif errand.ending == "fulfil" and asked.body["status"] == "ready":
            self._lingering.append(purchase) if errand.lingers else self._hand_over(purchase)
        elif errand.ending == "cancel" and asked.body["status"] in ("ready", "reserved"):
            self._give_back(redemption_id, purchase)

    def _hand_over_lingering(self) -> None:
        """Hand over what somebody wanted a while ago, if nobody else does; in the end some vouchers are left."""
        with suppress(IndexError):
            purchase = self._lingering.popleft()
            if time.monotonic() < purchase.asked_at + LINGERING_SECONDS:
                self._lingering.appendleft(purchase)
            else:
                self._hand_over(purchase)

    def _hand_over(self, purchase: Purchase) -> None:
        code = quote(purchase.asked["voucher_code"])
        answer = self._ask(self._staff.partner, "PUT", f"/vouchers/{code}/fulfilment", {})
        purchase.fulfilled = answer.status == 200 and answer.body["status"] == "fulfilled"

    def _give_back(self, redemption_id: str, purchase: Purchase) -> None:
        answer = self._ask(self._buyers[purchase.errand.buyer], "DELETE", f"/redemptions/{redemption_id}")
        purchase.cancelled = answer.status == 200 and answer.body["status"] == "cancelled"

    # --- giving ------------------------------------------------------------------------------------------------------

    def _give(self, present: Present) -> None:
        gift_id = self._cast.id_of("gift", present.number)
        body = {"resident_id": self._cast.person(present.neighbour), "beans": present.beans}
        if self._ask(self._buyers[present.buyer], "PUT", f"/gifts/{gift_id}", body).status < 400:
            self.book.gifts[gift_id] = present

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, token: str, method: str, path: str, body: Any = None, *, prefer: str = "") -> Answer:
        """Ask unless it is enough; what was sent once is repeated until it is answered."""
        if self._enough.is_set():
            raise Enough
        answer = self._client().ask(token, method, path, body, prefer=prefer)
        if answer.status >= 400 and answer.slug not in LOST_RACES | NO_GIFT:
            self.book.surprises.append(f"{method} {path}: {answer}")
        time.sleep(PAUSE_SECONDS)
        return answer

    def _client(self) -> Client:
        if not hasattr(self._clients, "mine"):
            self._clients.mine = Client(self._url, self.tally)
            self._open.append(self._clients.mine)
        mine: Client = self._clients.mine
        return mine
