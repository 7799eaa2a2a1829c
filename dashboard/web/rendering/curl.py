"""Requests as commands. Secrets are the variables of our own settings.

The log keeps no body and no parameters of a list: a body is read from a file. Steps of the lab have
theirs, without secrets.
"""

import shlex
from uuid import UUID

from dashboard.partner.api import PREFIX, USER_PREFIX
from dashboard.services.requests.log import LoggedCall
from dashboard.store.lab.steps import LabStep

LINE = " \\\n  "
BASE, AS_USER = f"$PARTNER_API_URL{PREFIX}", f"{USER_PREFIX}/"
SECRETS = ('-H "X-Api-Key: $PARTNER_API_KEY"', '-H "X-Api-Secret: $PARTNER_API_SECRET"')
TOKEN = ('-H "Authorization: Bearer $TOKEN"',)
BODY = ('-H "Content-Type: application/json"', "--data @body.json")


def curl(call: LoggedCall) -> str:
    """Return the command that makes the same request."""
    path = call.path.replace("{userId}", str(call.user_id))
    if path.startswith(AS_USER):
        return LINE.join((f'curl "$PARTNER_API_URL{path}"', *SECRETS, *TOKEN))
    if call.verb == "GET":
        return LINE.join((f'curl "{BASE}{path}"', *SECRETS))
    return LINE.join((f'curl -X {call.verb} "{BASE}{path}"', *SECRETS, *BODY))


def step_curl(step: LabStep, user_id: UUID | None) -> str:
    """Return the command that makes the request of a step. A link's ID is a variable too."""
    path = step_path(step, user_id).replace("{inquiryId}", "$INQUIRY_ID")
    verb = "" if step.verb == "GET" else f"-X {step.verb} "
    parts = [f'curl {verb}"$PARTNER_API_URL{path}"']
    if not is_control(step):
        parts += SECRETS
    if step.body.startswith("{"):
        parts += [BODY[0], f"--data {shlex.quote(step.body)}"]
    elif step.body:
        parts += [f"--data {shlex.quote(step.body)}"]
    return LINE.join(parts)


def step_path(step: LabStep, user_id: UUID | None) -> str:
    """Return the path of a step's request, with the user's ID in it."""
    return step.path.replace("{userId}", str(user_id))


def is_control(step: LabStep) -> bool:
    """Return whether a request was made to the simulator's controls, which take no keys."""
    return step.path.startswith("/_simulator/")
