"""The simulator as a Flask application: who is calling, which fault applies, what is logged."""

import time
import uuid

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from dashboard.simulator.api.controls import CONTROLS_PREFIX, create_controls
from dashboard.simulator.api.partner import create_api
from dashboard.simulator.api.responses import RefusalError, refusal
from dashboard.simulator.api.user import JWKS_PATH, create_user_api
from dashboard.simulator.faults.breaches import BREACHES
from dashboard.simulator.faults.plan import Fault
from dashboard.simulator.faults.play import dripping, held, hung_up, redirected, spoil
from dashboard.simulator.pages.api_keys import create_console
from dashboard.simulator.pages.verification import create_verification
from dashboard.simulator.settings import SimulatorSettings
from dashboard.simulator.state.clock import Clock
from dashboard.simulator.state.world import World
from dashboard.simulator.variants import FAULT_TEXTS, REQUEST_ID_HEADER

BODY_MAX = 1_000_000
_WRONG_KEYS = "Invalid partner credentials"
_GONE = 503
_OK = 200


def create_simulator(settings: SimulatorSettings, clock: Clock | None = None) -> Flask:
    """Return the application; its people are in `settings.database`, made if they are missing."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX
    app.json = _OrderedJson(app)
    stage = World(settings, clock or Clock())
    app.register_blueprint(create_api(stage))
    app.register_blueprint(create_user_api(stage))
    app.register_blueprint(create_controls(stage))
    app.register_blueprint(create_verification(stage))
    app.register_blueprint(create_console(stage))
    _add_errors(app, stage)

    @app.before_request
    def receive() -> Response | None:
        stage.happenings.play(stage.clock())
        is_open = request.path.startswith(CONTROLS_PREFIX) or request.path == JWKS_PATH
        return None if is_open else _received(stage)

    app.after_request(lambda answer: _sent(answer, stage))
    return app


class _OrderedJson(DefaultJSONProvider):
    """JSON with its fields in the contract's order."""

    sort_keys = False


def _add_errors(app: Flask, stage: World) -> None:
    @app.errorhandler(RefusalError)
    def refuse(error: RefusalError) -> Response:
        return refusal(error.status, error.text, stage.rivals)

    @app.errorhandler(HTTPException)
    def refuse_otherwise(error: HTTPException) -> Response:
        return refusal(error.code or 500, error.name, stage.rivals)


def _received(stage: World) -> Response | None:
    """Log a call, play its fault, check its keys; return the answer if that is all."""
    pair = stage.find_pair(request)
    g.partner = pair.partner if pair else None
    g.fault = stage.faults.take(request.method, request.path)
    g.entry = stage.journal.note(request, pair, g.fault)
    answer = _in_place_of_the_work(g.fault, stage) if g.fault else None
    if answer is None and g.partner is None:
        return refusal(401, _WRONG_KEYS, stage.rivals)
    return answer


def _sent(answer: Response, stage: World) -> Response:
    fault: Fault | None = g.get("fault")
    if fault and fault.is_silent:
        return _silent(fault, answer)
    if fault and fault.done:
        answer = _refused(fault, stage) or answer
    if fault and fault.body:
        answer = spoil(answer, fault.body, fault.status or _OK)
    for name in stage.rivals.broken:
        breach = BREACHES[name]
        if breach.is_about(request.method, request.path, answer.status_code):
            answer = breach.play(answer)
    if fault and fault.retry_after_s is not None:
        answer.headers["Retry-After"] = str(fault.retry_after_s)
    answer.headers[REQUEST_ID_HEADER] = uuid.uuid4().hex
    if "entry" in g:
        g.entry.status = answer.status_code
    return answer


def _silent(fault: Fault, answer: Response) -> Response:
    if fault.reset:
        return hung_up()
    return held() if fault.hang else dripping(answer, str(fault.drip))


def _in_place_of_the_work(fault: Fault, stage: World) -> Response | None:
    """Play what comes before the work; return the answer if it takes the work's place."""
    resets = stage.resets
    time.sleep(fault.latency_ms / 1000)
    if stage.resets != resets:  # the caller and what they asked about are gone
        return refusal(_GONE, FAULT_TEXTS[_GONE], stage.rivals)
    if "before" in (fault.reset, fault.hang):
        return hung_up()
    return None if fault.done or fault.reset or fault.hang else _refused(fault, stage)


def _refused(fault: Fault, stage: World) -> Response | None:
    if fault.redirect:
        return redirected(fault.redirect)
    if fault.status:
        return refusal(fault.status, FAULT_TEXTS.get(fault.status, "Fault"), stage.rivals)
    return None
