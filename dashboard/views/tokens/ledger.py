"""The ledger of tokens, the receipt of each, and the receipt of a token that someone found."""

from functools import partial
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.tokens import FoundTokenForm, LedgerForm
from dashboard.services.permissions import Permission
from dashboard.services.tokens.receipts import Compared, GrantKind
from dashboard.views.tokens import blueprint
from dashboard.web.context import services
from dashboard.web.htmx import respond
from dashboard.web.routing import route
from dashboard.web.users.lists import find_named


@route(blueprint, "/tokens", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List who issued a token for which user and why, newest first; never a token."""
    form = LedgerForm(request.args)
    form.validate()
    filters = form.filters(_users(form))
    return respond(
        "tokens/index.html",
        fragments={"ledger": "tokens/_ledger.html"},
        url=url_for("tokens.index", **form.usable()),
        ledger=services().tokens.receipts.ledger(filters),
        filters=filters,
        form=form,
        kinds=tuple(GrantKind),
        list_url=partial(url_for, "tokens.index"),
        unusable=form.dropped(),
    )


@route(blueprint, "/tokens/<int:number>", access=Permission.USERS_READ)
def show(number: int) -> ResponseReturnValue:
    """Show the receipt of a token; its number is that of the attempt in the audit log."""
    receipt = services().tokens.receipts.of_attempt(number) or abort(404)
    return respond("tokens/receipt.html", fragments={}, receipt=receipt, form=FoundTokenForm())


@route(blueprint, "/tokens/find", access=Permission.USERS_READ)
def ask() -> ResponseReturnValue:
    """Show the form that takes a token that someone found."""
    return _find_page(FoundTokenForm())


@route(blueprint, "/tokens/find", access=Permission.USERS_READ, method="POST")
def find() -> ResponseReturnValue:
    """Redirect to a token's receipt. The token is compared in memory, and never sent back."""
    form, receipts = FoundTokenForm(request.form), services().tokens.receipts
    if not form.validate():
        return _find_page(form, status=422)
    if grant := receipts.find(form.text()):
        return redirect(url_for("tokens.show", number=grant.attempt_seq), 303)
    return _find_page(form, compared=receipts.compared())


def _find_page(
    form: FoundTokenForm, *, status: int = 200, compared: Compared | None = None
) -> ResponseReturnValue:
    page = "tokens/find.html"
    return respond(page, fragments={}, status=status, form=form, compared=compared)


def _users(form: LedgerForm) -> frozenset[UUID] | None:
    """Return the users that the filter names by ID or whole email, None without that filter."""
    if user_id := form.user_id():
        return frozenset({user_id})
    email = form.usable().get("user")
    return frozenset(each.user_id for each in find_named(email).users) if email else None
