"""The floor: the least that the users list can cost with the given parts, and the same server."""

import os

import requests
from flask import Flask, render_template, request

app = Flask(__name__)
upstream = requests.Session()


@app.get("/users")
def users() -> str:
    """Call the upstream once and render its rows."""
    answer = upstream.get(
        f"{os.environ['PARTNER_API_URL']}/api/v1/partner/users",
        params={"page": request.args.get("page", "1"), "limit": "25"},
        headers={
            "X-Api-Key": os.environ["PARTNER_API_KEY"],
            "X-Api-Secret": os.environ["PARTNER_API_SECRET"],
        },
        timeout=5,
    )
    return render_template("floor.html", found=answer.json()["data"])


@app.get("/readyz")
def readyz() -> str:
    """Say that it is there."""
    return "ready"
