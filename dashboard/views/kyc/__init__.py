"""KYC: one user's start, and links from elsewhere."""

from flask import Blueprint

blueprint = Blueprint("kyc", __name__)
