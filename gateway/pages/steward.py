"""To come."""

from flask import Blueprint

pages = Blueprint("steward", __name__)
