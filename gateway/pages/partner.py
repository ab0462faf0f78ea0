"""To come."""

from flask import Blueprint

pages = Blueprint("partner", __name__)
