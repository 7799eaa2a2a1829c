"""Selections: users that a person ticked on a list, and what is done with them."""

from flask import Blueprint

blueprint = Blueprint("selections", __name__)
