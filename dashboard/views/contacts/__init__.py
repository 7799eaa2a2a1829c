"""Contacts with users: their log, and the ways to get a link or a message to a user."""

from flask import Blueprint

blueprint = Blueprint("contacts", __name__)
