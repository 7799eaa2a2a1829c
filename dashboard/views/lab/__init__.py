"""The lab: test users in the state that someone needs. Production has none."""

from flask import Blueprint

blueprint = Blueprint("lab", __name__)
