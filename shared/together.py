"""Doing for many in one go what each of them asked for alone: five hundred people at one shelf are one queue, not a brawl."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

GROUP_MAX = 500


class Together(Generic[T, R]):
    """Serves its callers in groups: whoever's turn it is works for all who wait by then.

    `work` gets the items of a group in order of arrival and returns an outcome for each, in the same order. Works with
    threads and with greenlets alike. Each caller works at most for the group that serves themselves.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], *, limit: int = GROUP_MAX) -> None:
        self._work, self._limit = work, limit
        self._waiting: list[_Ticket[T, R]] = []
        self._guard = Lock()
        self._turn = Lock()

    def do(self, item: T) -> R:
        """Return the outcome for `item`; raises what the group's work raised."""
        ticket: _Ticket[T, R] = _Ticket(item)
        with self._guard:
            self._waiting.append(ticket)
        with self._turn:
            while not ticket.is_served:
                self._serve(self._next_group())
        return ticket.outcome()

    def _next_group(self) -> "list[_Ticket[T, R]]":
        with self._guard:
            group, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
        return group

    def _serve(self, group: "list[_Ticket[T, R]]") -> None:
        try:
            outcomes = self._work([ticket.item for ticket in group])
        except BaseException as error:  # whatever it is, everybody in the group must hear of it
            for ticket in group:
                ticket.fail(error)
            raise
        for ticket, outcome in zip(group, outcomes, strict=True):
            ticket.serve(outcome)


class _Ticket(Generic[T, R]):
    """One caller's place in the queue."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.is_served = False
        self._outcome: R
        self._error: BaseException | None = None

    def serve(self, outcome: R) -> None:
        self._outcome, self.is_served = outcome, True

    def fail(self, error: BaseException) -> None:
        self._error, self.is_served = error, True

    def outcome(self) -> R:
        if self._error:
            raise self._error
        return self._outcome
