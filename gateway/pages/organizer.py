"""To come."""

from flask import Blueprint

pages = Blueprint("organizer", __name__)
