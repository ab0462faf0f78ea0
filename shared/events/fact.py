"""What a fact is: a dataclass with a type, checked by msgspec both ways, wrapped in an envelope on its travels. (ADR 52)"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, dataclass_transform

import msgspec

T = TypeVar("T")

MEMBER = "resident_id"

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time; without a zone it is none, and is refused."""


class Fact(Protocol):
    """Any class that `@fact` has decorated."""

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]
    PARTITION: ClassVar[str]
    CONSUMED: ClassVar[bool]


class Envelope(msgspec.Struct, frozen=True):
    """What travels around a fact (CloudEvents 1.0 attributes and our tracing), never part of its meaning."""

    id: str
    type: str
    subject: str
    occurred_at: datetime
    correlation_id: str = ""
    traceparent: str = ""
    attempts: int = 0


class FactInvalid(ValueError):
    """A fact does not fit its declaration; it will never get better by waiting."""


_CLASSES: dict[str, Any] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(type_: str, *, subject: str, consumed: bool = True) -> Callable[[type[T]], type[T]]:
    """Declare a class as the fact `type_` about the thing whose id is in the field `subject`.

    Facts about one resident stay together wherever a listener shares them out; others do by their subject. (ADR 56)
    `consumed=False` says that no service of this house listens: it is told for programs outside.
    """

    def declare(class_: type[T]) -> type[T]:
        declared: Any = dataclass(frozen=True, kw_only=True)(class_)
        if type_ in _CLASSES:
            raise ValueError(f"{type_} is declared twice")
        names = {f.name for f in fields(declared)}
        if subject not in names:
            raise ValueError(f"{type_} has no field {subject}")
        declared.TYPE, declared.SUBJECT, declared.CONSUMED = type_, subject, consumed
        declared.PARTITION = MEMBER if MEMBER in names else subject
        _CLASSES[type_] = declared
        return declared  # type: ignore[no-any-return]

    return declare


def catalogue() -> dict[str, Any]:
    """Return every declared fact by its type, in order of declaration."""
    return dict(_CLASSES)


def fact_class(type_: str) -> Any:
    """Return the class of the fact `type_`; FactInvalid if none is declared."""
    try:
        return _CLASSES[type_]
    except KeyError:
        raise FactInvalid(f"no fact is called {type_}") from None


def write_fact(fact: Any) -> dict[str, Any]:
    """Return `fact` as JSON-ready data; FactInvalid unless reading it back gives the very same fact."""
    class_: Any = type(fact)
    try:
        data: dict[str, Any] = msgspec.to_builtins(fact)
        same = msgspec.convert(data, class_) == fact
    except (msgspec.ValidationError, TypeError) as error:
        raise FactInvalid(f"{class_.TYPE}: {error}") from error
    if not same:
        raise FactInvalid(f"{class_.TYPE}: a field has another type than declared: {fact}")
    return data


def read_fact(type_: str, told: bytes | dict[str, Any]) -> Any:
    """Return the fact that `told` (JSON, or parsed JSON) tells, tolerant of fields from a newer producer; FactInvalid if it can't be."""
    class_ = fact_class(type_)
    try:
        return msgspec.json.decode(told, type=class_) if isinstance(told, bytes) else msgspec.convert(told, class_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FactInvalid(f"{type_}: {error}") from error


__all__ = ["Envelope", "Fact", "FactInvalid", "Moment", "catalogue", "fact", "fact_class", "read_fact", "write_fact"]
