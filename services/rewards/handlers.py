"""Facts from the ledger and from identity: one fact, one command; or all of a batch. All may come twice and out of order."""

from collections.abc import Sequence

from services.rewards import commands
from shared.events import Envelope
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.ledger import BeansCaptured, BeansHeld, BeansReleased, HoldRefused


def on_beans_held(fact: BeansHeld, envelope: Envelope) -> None:
    """Make the voucher, or make it good again."""
    on_all_beans_held([(fact, envelope)])


def on_all_beans_held(told: Sequence[tuple[BeansHeld, Envelope]]) -> None:
    """Make the vouchers of all whose beans were held at about the same moment: at a rush for one reward these are many."""
    commands.make_vouchers([(fact.redemption_id, fact.undos) for fact, _ in told])


def on_hold_refused(fact: HoldRefused, _: Envelope) -> None:
    """Refuse the redemption and give the stock back."""
    commands.refuse_for_wallet(fact.redemption_id, reason=fact.reason, at=fact.refused_at)


def on_beans_captured(fact: BeansCaptured, _: Envelope) -> None:
    """Note that the beans are spent."""
    commands.mark_settled(fact.redemption_id, at=fact.captured_at, undos=fact.undos)


def on_beans_released(fact: BeansReleased, _: Envelope) -> None:
    """Note that the beans are free again."""
    commands.mark_settled(fact.redemption_id, at=fact.released_at, undos=fact.undos)


def on_resident_registered(fact: ResidentRegistered, _: Envelope) -> None:
    """Note the name to show at the counter, and the household."""
    commands.enter_buyer(
        fact.resident_id, community_code=fact.community_code, name=fact.name, at=fact.registered_at,
        household_id=fact.household_id,
    )


def on_resident_moved(fact: ResidentMoved, _: Envelope) -> None:
    """Note the household, which limits go by."""
    commands.move_buyer(
        fact.resident_id, community_code=fact.community_code, household_id=fact.household_id, at=fact.moved_at
    )


def on_resident_left(fact: ResidentLeft, _: Envelope) -> None:
    """Forget the name; the sweeper gives back what is open."""
    commands.forget_buyer(fact.resident_id, community_code=fact.community_code, at=fact.left_at)


SUBSCRIPTIONS = {
    BeansHeld: on_beans_held,
    HoldRefused: on_hold_refused,
    BeansCaptured: on_beans_captured,
    BeansReleased: on_beans_released,
    ResidentRegistered: on_resident_registered,
    ResidentMoved: on_resident_moved,
    ResidentLeft: on_resident_left,
}
TOGETHER = {BeansHeld: on_all_beans_held}
