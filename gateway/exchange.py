"""The file by which records go to the national system. Which field is called what is data, in `exchange_fields.json`.

The mapping says of itself that it is unverified, and so does every file that is made by it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext

from gateway import catalogue
from gateway.clients import checkin
from gateway.clients.paging import all_items
from gateway.language import shown_language
from gateway.spans import Span
from gateway.views import local
from gateway.workbooks import written

FIELDS_FILE = Path(__file__).parent / "exchange_fields.json"
PAGE = 200
MINUTES = "minutes"
MOMENTS = ("arrived_at", "left_at")

Record = Mapping[str, Any]


@cache
def mapping() -> Mapping[str, Any]:
    """Return the standard's name, whether the mapping was compared with it, a note on that, and the fields in their order."""
    told: Mapping[str, Any] = json.loads(FIELDS_FILE.read_text())
    return told


def note() -> str:
    """Return what the mapping says of itself, in the reader's language."""
    return str(mapping()["note_en" if shown_language() == "en" else "note_zh"])


def records_of(span: Span, as_of: str, *, is_open: bool = False) -> Iterator[Record]:
    """Return the records of a span that may be shared as of a moment, by day, read as they are asked for; `is_open` those alone that
    have no national number."""
    only = {"open": "true"} if is_open else {}
    return all_items(lambda cursor: checkin.exchange_records(*span.bounds, as_of=as_of, limit=PAGE, cursor=cursor, **only))


def workbook(records: Sequence[Record]) -> bytes:
    """Return the records as XLSX: a sheet with the fields by their Chinese names, and one that says what the mapping is worth."""
    fields = mapping()["fields"]
    heading = [field["name_zh"] for field in fields]
    rows = [list(_filled(record).values()) for record in records]
    total = [gettext("Sum"), *[""] * (len(fields) - 2), sum(record[MINUTES] for record in records)]
    about = [[mapping()["standard"], ""], *([field["field"], field["name_zh"]] for field in fields), [note(), ""]]
    return written({gettext("Records"): [heading, *rows, total], gettext("About this file"): about})


def document(records: Sequence[Record], span: Span, as_of: str) -> str:
    """Return the records as JSON, under the names of the fields, with the period and what the mapping is worth."""
    head = {name: mapping()[name] for name in ("standard", "is_verified", "note_zh", "note_en")}
    told = {**head, **span.query, "as_of": as_of, "records": [_filled(record) for record in records]}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _filled(record: Record) -> dict[str, Any]:
    """Return a record by the fields of the mapping, in their order."""
    told = {
        **record, "item_name": catalogue.item_name(record["item"]), "community_name": catalogue.community_name(record["community_code"]),
        **{name: f"{local(record[name]):%Y-%m-%d %H:%M}" for name in MOMENTS},
    }  # fmt: skip
    return {field["field"]: told[field["from"]] if told[field["from"]] is not None else "" for field in mapping()["fields"]}
