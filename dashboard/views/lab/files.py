"""A run as a file: a report, results of tests, requests to send, and the bundle of its users."""

from functools import partial

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from dashboard.forms.lab.runs import BundleForm
from dashboard.services.permissions import Permission
from dashboard.views.lab import blueprint
from dashboard.views.lab.runs import PATH, find_run, run_page
from dashboard.web.context import actor, services
from dashboard.web.files import give
from dashboard.web.rendering.curl import is_control, step_curl, step_path
from dashboard.web.routing import route

_file = partial(route, blueprint, access=Permission.LAB_RUN)


@_file(f"{PATH}.md")
def report(number: int) -> ResponseReturnValue:
    """Return the run as Markdown."""
    return _give(number, "md", "text/markdown")


@_file(f"{PATH}.xml")
def results(number: int) -> ResponseReturnValue:
    """Return the run as JUnit XML: a test is a step."""
    return _give(number, "xml", "application/xml")


@_file(f"{PATH}.http")
def requests(number: int) -> ResponseReturnValue:
    """Return the requests of the run, to be sent from an editor; secrets are variables."""
    return _give(number, "http", "text/plain")


@_file(f"{PATH}/bundle", method="POST", step_up=True, form_at="lab.show")
def bundle(number: int) -> ResponseReturnValue:
    """Return users, links and requests, for a stated reason."""
    run, form = find_run(number), BundleForm(request.form)
    if not form.validate():
        return run_page(run, form, status=422)
    export = services().lab.bundles.write(run, form.reason.data or "", actor())
    return give(export, f"lab-run-{number}.json", "application/json")


def _give(number: int, ending: str, mimetype: str) -> Response:
    text = render_template(
        f"lab/files/run.{ending}",
        run=find_run(number),
        step_curl=step_curl,
        step_path=step_path,
        is_control=is_control,
    )
    response = Response(text, mimetype=mimetype)
    name = f"lab-run-{number}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
