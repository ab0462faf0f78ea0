"""How much a page may be sent at once: one file, or a few where photos of several pages come together."""

from flask import Flask, current_app, request

PHOTOS_AT_ONCE_MAX = 4
OF_SEVERAL = frozenset({"organizer.send_sheet"})


def register(app: Flask) -> None:
    """Make room before anything reads the form, so before the forms' tokens are checked."""
    app.before_request(_make_room)


def _make_room() -> None:
    if request.endpoint in OF_SEVERAL:
        request.max_content_length = current_app.config["MAX_CONTENT_LENGTH"] * PHOTOS_AT_ONCE_MAX
