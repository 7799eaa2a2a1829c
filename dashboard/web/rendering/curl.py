"""A logged request as a command. Secrets are the variables of our own settings.

A body and the parameters of a list aren't kept: a body is read from a file.
"""

from dashboard.partner.client import PREFIX, USER_PREFIX
from dashboard.services.requests.log import LoggedCall

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
