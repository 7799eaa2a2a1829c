"""Jobs: the list, one of them, and registering many users."""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__)
