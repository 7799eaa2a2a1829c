"""Files of many rows: lists, and proof packs."""

from flask import Blueprint

blueprint = Blueprint("exports", __name__)
