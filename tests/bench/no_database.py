"""Check-in without its durable write: all of its HTTP, its checks and its judgement, and then nothing. The bench's peer for it."""

from flask import Flask

from services.checkin.app import create_app as create_checkin
from shared.mongo import GroupInsert


def create_app() -> Flask:
    """Return the WSGI app."""
    GroupInsert.insert = lambda self, document: None  # type: ignore[method-assign]
    return create_checkin()
