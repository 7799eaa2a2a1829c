"""Exports of the audit, of the KYC desk and of users: a page that asks why, and the file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.desk import find_new_arguments
from dashboard.forms.exports import (
    FORMATS,
    AuditExportForm,
    DeskExportForm,
    ExportForm,
    UsersExportForm,
)
from dashboard.services.audit.log import LineFilters
from dashboard.services.exports.users import DirectoryQuery
from dashboard.services.files.order import Export, Order, Size
from dashboard.services.files.tables import Format
from dashboard.services.permissions import Permission
from dashboard.views.exports import blueprint
from dashboard.web.addresses import with_query
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings, zone
from dashboard.web.files import MIMETYPES, give
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route
from dashboard.web.sight import reader, sees_personal

F = TypeVar("F", AuditExportForm, DeskExportForm, UsersExportForm)
_audit = partial(route, blueprint, "/audit/export", access=Permission.AUDIT_READ, step_up=True)
_desk = partial(route, blueprint, "/kyc/export", access=Permission.KYC_BULK, step_up=True)

_users = partial(route, blueprint, "/users/export", access=Permission.USERS_EXPORT, step_up=True)


@dataclass(frozen=True)
class _Exported(Generic[F]):
    """An export, and the filters of its address."""

    name: str
    listed_at: str
    sent_to: str
    filters: Callable[[MultiDict[str, str]], F]
    size: Callable[[F], Size]
    leaves_users_out: Callable[[F], bool]
    file: Callable[[F, Order], Export]


def _query(filters: UsersExportForm) -> DirectoryQuery:
    listing = services().directory.listing
    if not listing.status().is_on:
        abort(404)
    return listing.query(filters.filters(), reader())


def _lines(filters: AuditExportForm) -> LineFilters:
    return filters.query(zone(), partly=sees_personal())


AUDIT = _Exported(
    "audit",
    "audit.index",
    "exports.export_audit",
    lambda given: AuditExportForm(given, plain=sees_personal()),
    lambda filters: services().exports.size_of_audit(_lines(filters)),
    lambda filters: services().audit.log.leaves_users_out(_lines(filters)),
    lambda filters, order: services().exports.audit(_lines(filters), order),
)
DESK = _Exported(
    "kyc",
    "desk.index",
    "exports.export_desk",
    lambda given: DeskExportForm(given, holds=services().directory.listing.holds),
    lambda filters: services().exports.size_of_desk(filters.filters(), reader()),
    lambda _filters: False,
    lambda filters, order: services().exports.desk(filters.filters(), reader(), order),
)
USERS = _Exported(
    "users",
    "users.index",
    "exports.export_users",
    lambda given: UsersExportForm(given, holds=services().directory.listing.holds),
    lambda filters: services().exports.users.size(_query(filters)),
    lambda _filters: False,
    lambda filters, order: services().exports.users.export(_query(filters), order),
)


@_audit()
def audit() -> ResponseReturnValue:
    """Ask what an export of these lines is for."""
    return _ask(AUDIT)


@_audit(method="POST", form_at="exports.audit")
def export_audit() -> ResponseReturnValue:
    """Give the rows of the lines that the address asks for."""
    return _give(AUDIT)


@_desk()
def desk() -> ResponseReturnValue:
    """Ask what an export of the desk is for."""
    moved = find_new_arguments(request.args)
    if moved is not None:
        return redirect_to(with_query(url_for("exports.desk"), moved))
    return _ask(DESK)


@_desk(method="POST", form_at="exports.desk")
def export_desk() -> ResponseReturnValue:
    """Export the users of the desk that match the address."""
    return _give(DESK)


@_users()
def users() -> ResponseReturnValue:
    """Ask what an export of these users is for."""
    return _ask(USERS)


@_users(method="POST", form_at="exports.users")
def export_users() -> ResponseReturnValue:
    """Export the users of the directory that match the address."""
    return _give(USERS)


def _ask(exported: _Exported[F], refused: ExportForm | None = None) -> Response:
    filters = exported.filters(request.args)
    filters.validate()
    arguments: dict[str, Any] = filters.arguments()
    restored = ExportForm(restore_form(exported.sent_to), data={"format": Format.CSV.value})
    return respond(
        "exports/new.html",
        fragments={},
        status=422 if refused else 200,
        what=exported.name,
        form=refused or restored,
        formats=FORMATS,
        arguments=arguments,
        filters=filters,
        dropped=filters.dropped(),
        sent_to=url_for(exported.sent_to, **arguments),
        back=url_for(exported.listed_at, **arguments),
        size=exported.size(filters),
        users_left_out=exported.leaves_users_out(filters),
    )


def _give(exported: _Exported[F]) -> Response:
    """Give the file under a name that says what it is, and what is not in it."""
    form, filters = ExportForm(request.form), exported.filters(request.args)
    if not filters.validate() or filters.dropped() or not form.validate():
        return _ask(exported, form)
    order = form.command(actor(), plain=sees_personal())
    export = exported.file(filters, order)
    cut = f"-newest-{export.size.rows}" if export.size.left_out else ""
    at = f"{export.at:%Y-%m-%d-%H%M%S}"
    name = f"{exported.name}-{settings().environment}-{at}{cut}.{order.form.value}"
    return give(export, name, MIMETYPES[order.form])
