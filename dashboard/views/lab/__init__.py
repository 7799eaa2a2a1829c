"""The lab: test users in the state that someone needs. No role may open it in production."""

from flask import Blueprint

blueprint = Blueprint("lab", __name__)
