"""Texts to users: the message for one user, and the texts that admins edit."""

from flask import Blueprint

blueprint = Blueprint("texts", __name__)
