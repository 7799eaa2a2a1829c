"""Tokens: issuing one, and what we keep of each."""

from flask import Blueprint

blueprint = Blueprint("tokens", __name__)
