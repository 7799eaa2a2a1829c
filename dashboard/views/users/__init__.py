"""Users: the list, one of them, and registering one."""

from flask import Blueprint

blueprint = Blueprint("users", __name__)
