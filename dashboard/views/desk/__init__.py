"""The desk: everyone who waits for KYC."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
