"""Taking in a batch of facts: copies first, then what touches the journal as one group, then what follows from it."""

from collections.abc import Callable, Sequence
from typing import Any

from services.ledger.commands.closing import close_account
from services.ledger.commands.copies import change_shelf, enter_member, forget_member, move_member, note_roles
from services.ledger.commands.corrections import retakes_for, reversals_for
from services.ledger.commands.newcomers import Newcomers
from services.ledger.commands.posting import Writer
from services.ledger.commands.wishes import wishes_for
from services.ledger.queries.rulebook import Rulebook
from shared.events.checkin import HoursVerified, ParticipationRecorded, RecordWithdrawn
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered, RolesGiven
from shared.events.rewards import FulfilmentUndone, StockChanged
from shared.messaging import Later

_COPIES: dict[type, Callable[[Any], None]] = {
    ResidentRegistered: enter_member,
    ResidentMoved: move_member,
    ResidentLeft: forget_member,
    RolesGiven: note_roles,
    StockChanged: change_shelf,
}
MAY_BRING_A_BONUS = (HoursVerified, ParticipationRecorded, ResidentRegistered)


class Intake:
    """One writer: what it knows of accounts and members makes it fast; that nobody else writes is not needed."""

    def __init__(self) -> None:
        self._writer = Writer()
        self._newcomers = Newcomers()

    def take_in(self, facts: Sequence[Any]) -> None:
        """Give every fact its effect, durably and once; Later if some must wait for others: the rest has its effect by then."""
        for fact in facts:
            if keep := _COPIES.get(type(fact)):
                keep(fact)
        rulebook = Rulebook(fact.community_code for fact in facts)
        too_early = [wish.cause for wish in self._writer.post(wishes_for(facts, rulebook))]
        too_early += self._reverse([fact for fact in facts if isinstance(fact, RecordWithdrawn)])
        too_early += self._retake([fact for fact in facts if isinstance(fact, FulfilmentUndone)])
        for fact in facts:
            if isinstance(fact, ResidentLeft):
                close_account(fact.resident_id)
        self._thank([fact.resident_id for fact in facts if isinstance(fact, MAY_BRING_A_BONUS)])
        if too_early:
            raise Later(f"what comes before was not posted yet: {', '.join(too_early)}")

    def _reverse(self, withdrawn: Sequence[RecordWithdrawn]) -> list[str]:
        wishes, too_early = reversals_for(withdrawn)
        self._writer.post(wishes)
        return [fact.record_id for fact in too_early]

    def _retake(self, undone: Sequence[FulfilmentUndone]) -> list[str]:
        wishes, too_early = retakes_for(undone)
        self._writer.post(wishes)
        return [fact.redemption_id for fact in too_early]

    def _thank(self, resident_ids: Sequence[str]) -> None:
        self._writer.post(self._newcomers.bonuses(resident_ids))
