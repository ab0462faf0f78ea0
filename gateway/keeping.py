"""What was typed into a form while the session ran out: kept in the reader's own browser until they have signed in again."""

from typing import Any

from flask import request, session

FIELDS_MAX, CHARACTERS_MAX = 100, 1500  # a cookie holds 4 KiB
OURS = frozenset({"csrf_token", "password", "pin"})


def keep_form() -> None:
    """Keep the form of this request, unless there is none, or more than a cookie holds."""
    fields = [[name, value] for name, value in request.form.items(multi=True) if name not in OURS]
    size = sum(len(name) + len(value.encode()) for name, value in fields)
    if fields and not request.files and len(fields) <= FIELDS_MAX and size <= CHARACTERS_MAX:
        session["kept"] = {"path": request.full_path.rstrip("?"), "fields": fields}


def kept_form() -> dict[str, Any] | None:
    """Return `path` and `fields` ([name, value]…) of the form that was kept, and keep it no longer."""
    found: dict[str, Any] | None = session.pop("kept", None)
    return found


def has_kept_form() -> bool:
    """Tell whether a form waits to be sent on."""
    return "kept" in session
