"""Photos of printed sheets as people send them: several at once, each read by itself."""

from collections.abc import Sequence

from flask import flash
from werkzeug.datastructures import FileStorage

from gateway import refusals
from gateway.clients import checkin
from gateway.errors import ServiceRefused
from gateway.forms.base import Form
from shared.ids import derive_beside

HEAD_BYTES = 12


def is_photo(file: FileStorage) -> bool:
    """Tell by its first bytes whether a file is a picture (JPEG, PNG or WebP); it can be read from the beginning afterwards."""
    head = file.stream.read(HEAD_BYTES)
    file.stream.seek(0)
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG")) or (head.startswith(b"RIFF") and head.endswith(b"WEBP"))


def read_photos(form_id: str, photos: Sequence[FileStorage], form: Form) -> str | None:
    """Have each photo read; return the sheet that the last readable one shows. Where none can be read, the form says why.

    The id of each follows from the form's, so a double click reads none of them twice.
    """
    sheet_id, refused = None, []
    for number, photo in enumerate(photos):
        try:
            sheet = checkin.send_sheet_photo(derive_beside(form_id, "sheet-photo", str(number)), (photo.filename or "photo", photo.stream))
            sheet_id = sheet["id"]
        except ServiceRefused as error:
            refused.append(f"{photo.filename}: {refusals.in_words(error)}")
    for reason in refused:
        if sheet_id:
            flash(reason, "stop")
        else:
            form.form_errors.append(reason)
    return sheet_id
