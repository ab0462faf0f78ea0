"""What a fact is: a dataclass with a type, checked by marshmallow both ways, wrapped in an envelope on its travels."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Protocol, TypeVar, dataclass_transform, get_args, get_origin, get_type_hints

import marshmallow

T = TypeVar("T")


class Fact(Protocol):
    """Any class that `@fact` has decorated."""

    TYPE: ClassVar[str]
    SUBJECT: ClassVar[str]
    CONSUMED: ClassVar[bool]


@dataclass(frozen=True)
class Envelope:
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

    `consumed=False` says that no service of this house listens: it is told for programs outside.
    """

    def declare(class_: type[T]) -> type[T]:
        declared: Any = dataclass(frozen=True, kw_only=True)(class_)
        if type_ in _CLASSES:
            raise ValueError(f"{type_} is declared twice")
        if subject not in {f.name for f in fields(declared)}:
            raise ValueError(f"{type_} has no field {subject}")
        declared.TYPE, declared.SUBJECT, declared.CONSUMED = type_, subject, consumed
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
        data = dict(schema_of(class_).dump(fact))
        same = read_fact(class_.TYPE, data) == fact
    except (ValueError, TypeError, AttributeError) as error:
        raise FactInvalid(f"{class_.TYPE}: {error}") from error
    if not same:
        raise FactInvalid(f"{class_.TYPE}: a field has another type than declared: {fact}")
    return data


def read_fact(type_: str, data: Any) -> Any:
    """Return the fact that `data` (parsed JSON) tells, tolerant of fields from a newer producer; FactInvalid if it can't be."""
    class_ = fact_class(type_)
    try:
        return _build(class_, schema_of(class_).load(data, unknown=marshmallow.EXCLUDE))
    except (marshmallow.ValidationError, TypeError) as error:
        raise FactInvalid(f"{type_}: {error}") from error


@cache
def schema_of(class_: Any) -> marshmallow.Schema:
    """Return the marshmallow schema that the dataclass's annotations spell out."""
    hints = get_type_hints(class_)
    rows: dict[str, marshmallow.fields.Field[Any]] = {}
    for row in fields(class_):
        rows[row.name] = _field(hints[row.name], **_requirement(row))
    return marshmallow.Schema.from_dict(rows, name=class_.__name__)()


def _requirement(row: Any) -> dict[str, Any]:
    missing = row.default if row.default_factory is _MISSING else row.default_factory
    return {"required": True} if missing is _MISSING else {"load_default": missing}


def _field(hint: Any, **options: Any) -> marshmallow.fields.Field[Any]:
    if isinstance(hint, UnionType):
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return _field(inner, allow_none=True, **options)
    if get_origin(hint) is list:
        return marshmallow.fields.List(_field(get_args(hint)[0]), **options)
    if is_dataclass(hint):
        nested: Any = hint
        return marshmallow.fields.Nested(schema_of(nested), unknown=marshmallow.EXCLUDE, **options)
    return _SIMPLE[hint](**options)


def _build(class_: Any, values: dict[str, Any]) -> Any:
    hints = get_type_hints(class_)
    return class_(**{name: _build_value(hints[name], value) for name, value in values.items()})


def _build_value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is list and is_dataclass(inner := get_args(hint)[0]):
        return [_build(inner, row) for row in value]
    if is_dataclass(hint) and value is not None:
        return _build(hint, value)
    return value


_MISSING = field().default_factory
_SIMPLE: dict[Any, Callable[..., marshmallow.fields.Field[Any]]] = {
    str: marshmallow.fields.String,
    int: lambda **options: marshmallow.fields.Integer(strict=True, **options),
    bool: lambda **options: marshmallow.fields.Boolean(truthy={True}, falsy={False}, **options),
    date: marshmallow.fields.Date,
    datetime: lambda **options: marshmallow.fields.AwareDateTime(format="iso", **options),
}

__all__ = ["Envelope", "Fact", "FactInvalid", "catalogue", "fact", "fact_class", "read_fact", "schema_of", "write_fact"]
