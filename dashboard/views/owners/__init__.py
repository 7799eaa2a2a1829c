"""Who follows users up: owners and snoozes."""

from flask import Blueprint

blueprint = Blueprint("owners", __name__)
