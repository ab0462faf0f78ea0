"""Fields refuse what databases, logs and people choke on, and say so."""

from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from shared.problems import Invalid
from shared.web import decode_cursor, encode_cursor, fields
from shared.web.errors import field_errors


def loaded(field: Any, value: Any) -> Any:
    return Schema.from_dict({"it": field})().load({"it": value})["it"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (fields.StrictInteger(min=1, max=20), "5"),
        (fields.StrictInteger(min=1, max=20), 5.0),
        (fields.StrictInteger(min=1, max=20), True),
        (fields.StrictInteger(min=1, max=20), 0),
        (fields.StrictInteger(), 2**63),
        (fields.StrictInteger(), 2.5e-42),
        (fields.QueryInteger(max=200), "٣"),
        (fields.QueryInteger(max=200), "1e2"),
        (fields.Flag(), "true"),
        (fields.Flag(), 1),
        (fields.Text(), "   "),
        (fields.Text(), "a\x00b"),
        (fields.Text(), "a\nb"),
        (fields.Text(), "\ud800"),
        (fields.Text(max=3), "四个字了"),
        (fields.Id(), "not-an-id"),
        (fields.Id(), "urn:uuid:12345678-1234-1234-1234-123456789abc"),
        (fields.Code(), "DEMO 01"),
        (fields.Choice(["a", "b"]), "c"),
        (fields.Moment(), "2026-11-05T09:00:00"),
        (fields.Moment(), "1999-12-31T23:59:59+08:00"),
        (fields.Moment(), 0),
        (fields.Day(), "2026-13-01"),
        (fields.Day(), "2026-1-1"),
        (fields.Day(), "0001-01-01"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(field: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        loaded(field, value)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        (fields.Text(), "  封𠮷 ", "封𠮷"),
        (fields.Text(lines=True), "一\r\n二", "一\n二"),
        (fields.Text(blank=True), "", ""),
        (fields.Id(), "12345678-1234-1234-1234-123456789ABC", "12345678-1234-1234-1234-123456789abc"),
        (fields.StrictInteger(min=1, max=20), 20, 20),
        (fields.QueryInteger(max=200), "200", 200),
    ],
)
def test_a_value_that_fits_is_kept_as_people_mean_it(field: Any, value: Any, kept: Any) -> None:
    assert loaded(field, value) == kept


def test_a_cursor_comes_back_and_a_foreign_one_is_refused() -> None:
    assert decode_cursor(encode_cursor("name", 7), str, int) == ("name", 7)
    assert decode_cursor(None, str) is None
    for foreign in ("x", "é", encode_cursor(1), "A" * 500, encode_cursor({"$gt": ""}, 7)):
        with pytest.raises(Invalid):
            decode_cursor(foreign, str, int)


def test_nested_messages_become_json_pointers() -> None:
    tree = {"skills": {0: {"licence/no": ["Bad."]}}, "_schema": ["Whole."], "name": ["A.", "B."]}

    assert list(field_errors(tree)) == [
        ("/skills/0/licence~1no", "Bad."),
        ("/", "Whole."),
        ("/name", "A."),
        ("/name", "B."),
    ]
