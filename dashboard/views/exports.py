"""Exports of the audit and of the KYC desk: a page that asks why, and the file."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.exports import FORMATS, AuditExportForm, DeskExportForm, ExportForm
from dashboard.services.exports.exports import Export, Order, Size
from dashboard.services.exports.files import Format
from dashboard.services.permissions import Permission
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings, zone
from dashboard.web.htmx import respond
from dashboard.web.rendering.pii import sees_personal
from dashboard.web.routing import route

blueprint = Blueprint("exports", __name__)
MIMETYPES = {Format.CSV: "text/csv", Format.JSON_LINES: "application/jsonl"}
FILE_COOKIE_S = 60
AUDIT, DESK = "/audit/export", "/kyc/export"


@route(blueprint, AUDIT, access=Permission.AUDIT_READ, step_up=True)
def audit() -> ResponseReturnValue:
    """Ask what an export of these lines is for."""
    return _audit_page(_form("exports.export_audit"))


@route(
    blueprint,
    AUDIT,
    access=Permission.AUDIT_READ,
    method="POST",
    step_up=True,
    form_at="exports.audit",
)
def export_audit() -> ResponseReturnValue:
    """Give the rows of the lines that the address asks for."""
    form, filters = ExportForm(request.form), AuditExportForm(request.args)
    if not filters.validate() or filters.dropped() or not form.validate():
        return _audit_page(form, 422)
    order = _order(form)
    return _file("audit", services().exports.audit(filters.query(zone()), order), order.form)


@route(blueprint, DESK, access=Permission.KYC_BULK, step_up=True)
def desk() -> ResponseReturnValue:
    """Ask what an export of the desk is for."""
    return _desk_page(_form("exports.export_desk"))


@route(
    blueprint,
    DESK,
    access=Permission.KYC_BULK,
    method="POST",
    step_up=True,
    form_at="exports.desk",
)
def export_desk() -> ResponseReturnValue:
    """Give the users of the desk whom the address asks for."""
    form, filters = ExportForm(request.form), DeskExportForm(request.args)
    if not filters.validate() or filters.dropped() or not form.validate():
        return _desk_page(form, 422)
    order = _order(form)
    return _file("kyc", services().exports.desk(filters.query(), order), order.form)


def _form(sent_to: str) -> ExportForm:
    return ExportForm(restore_form(sent_to), data={"format": Format.CSV.value})


def _audit_page(form: ExportForm, status: int = 200) -> Response:
    filters = AuditExportForm(request.args)
    filters.validate()
    size = services().exports.size_of_audit(filters.query(zone()))
    return _page("audit", form, filters, size, status)


def _desk_page(form: ExportForm, status: int = 200) -> Response:
    filters = DeskExportForm(request.args)
    filters.validate()
    size = services().exports.size_of_desk(filters.query())
    return _page("kyc", form, filters, size, status)


def _page(
    what: str,
    form: ExportForm,
    filters: AuditExportForm | DeskExportForm,
    size: Size,
    status: int,
) -> Response:
    arguments = filters.arguments()
    endpoint = "exports.export_audit" if what == "audit" else "exports.export_desk"
    return respond(
        "exports/new.html",
        fragments={},
        status=status,
        what=what,
        form=form,
        formats=FORMATS,
        arguments=arguments,
        filters=filters,
        dropped=filters.dropped(),
        sent_to=url_for(endpoint, **arguments),
        back=url_for(f"{what}.index", **arguments),
        size=size,
    )


def _order(form: ExportForm) -> Order:
    return form.command(actor(), plain=sees_personal())


def _file(what: str, export: Export, form: Format) -> Response:
    """Give the file under a name that says what it is, and what is not in it."""
    cut = f"-newest-{export.size.rows}" if export.size.left_out else ""
    name = f"{what}-{settings().environment}-{export.at:%Y-%m-%d-%H%M%S}{cut}.{form.value}"
    response = Response(export.parts, mimetype=MIMETYPES[form])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.set_cookie(  # for static/app-net.js: the file has begun to come
        f"__Host-dashboard-{settings().environment}-file",
        f"{export.at:%Y%m%d%H%M%S%f}",
        max_age=FILE_COOKIE_S,
        path="/",
        secure=True,
        samesite="Strict",
    )
    return response
