"""Files that people send: small, named by the field `file`, and never larger in memory than their limit."""

from flask import request
from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema

from shared.problems import Invalid, TooLarge

UPLOAD_BYTES_MAX = 8 * 2**20


class UploadIn(Schema):
    """A multipart form with one file."""

    class Meta:
        unknown = RAISE

    file = Upload(required=True)


def uploaded_file(*, limit_bytes: int = UPLOAD_BYTES_MAX) -> tuple[str, bytes]:
    """Return the name and content of the form's `file`; Invalid where it is missing or empty, TooLarge over the limit."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid(errors={"/file": "Please choose a file."})
    content = sent.stream.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise TooLarge(
            f"A file may have at most {limit_bytes // 2**20} MiB.", errors={"/file": "This file is too large."}
        )
    if not content:
        raise Invalid(errors={"/file": "This file is empty."})
    return sent.filename, content
