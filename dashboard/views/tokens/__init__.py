"""Tokens: issuing one, and what was kept of those that were issued."""

from flask import Blueprint

blueprint = Blueprint("tokens", __name__)
