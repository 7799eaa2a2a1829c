"""Jobs: the list, each job, and registering many users."""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__)
