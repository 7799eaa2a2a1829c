"""Flask-Admin over 100,000 users, as its documentation would have it, behind a log-in.

`python -m tests.bench.peers.flask_admin_site COUNT` makes the database.
"""

import os
import sys

from flask import Flask, session
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from whitenoise import WhiteNoise

from tests.bench.peers.people import people

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ["PEER_SECRET"],
    SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['PEER_FOLDER']}/flask-admin.sqlite3",
)
db = SQLAlchemy(app)


class Person(db.Model):
    """A user of Qash."""

    id = db.Column(db.Integer, primary_key=True)
    uuid = db.Column(db.Uuid, unique=True)
    email = db.Column(db.String, unique=True)
    status = db.Column(db.String, index=True)
    country = db.Column(db.String, index=True)
    phone = db.Column(db.String)
    language = db.Column(db.String)
    registered_at = db.Column(db.DateTime, index=True)


class PersonView(ModelView):
    """The same columns as ours, 25 rows, two filters, a search."""

    column_list = ("email", "status", "country", "phone", "language", "uuid", "registered_at")
    column_filters = ("status", "country")
    column_searchable_list = ("email",)
    column_default_sort = ("registered_at", True)
    page_size = 25

    def is_accessible(self) -> bool:
        """Let in anyone who has logged in."""
        return "in" in session


Admin(app).add_view(PersonView(Person, db))
app.wsgi_app = WhiteNoise(app.wsgi_app)


@app.get("/ready")
def ready() -> str:
    """Say that it is there."""
    return "ready"


@app.post("/log-in")
def log_in() -> str:
    """Log in without a check: only the list is measured."""
    session["in"] = True
    return "in"


if __name__ == "__main__":
    with app.app_context():
        db.create_all()
        rows = list(people(int(sys.argv[1])))
        for first in range(0, len(rows), 5000):
            db.session.execute(db.insert(Person), rows[first : first + 5000])
        db.session.commit()
