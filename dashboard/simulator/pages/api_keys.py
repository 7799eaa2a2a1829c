"""A stand-in for the vendor's page *Settings > API keys*: list, generate, revoke."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.simulator.pages.frame import page
from dashboard.simulator.settings import KeyPair
from dashboard.simulator.state.users import PARTNERS
from dashboard.simulator.state.world import OnePairError, World
from dashboard.simulator.variants import ONE_PAIR_REFUSED

PATH = "/_simulator/console"
_BODY = """\
<p><strong>This is a stand-in of the simulator.</strong> Its keys open nothing else.</p>
<p>{% for one in partners %}{% if one == partner %}<b>Partner {{ one }}</b>{% else %}
<a href="?partner={{ one }}">Partner {{ one }}</a>{% endif %}
{% endfor %}</p>
{% if problem %}<p role="alert"><b>{{ problem }}</b></p>{% endif %}
{% if made %}
<section aria-labelledby="made"><h2 id="made">Your new pair</h2>
<p>Copy both now: the secret is not shown again.</p>
<dl><dt>API key</dt><dd><code id="api-key">{{ made.api_key }}</code></dd>
<dt>API secret</dt><dd><code id="api-secret">{{ made.api_secret }}</code></dd></dl></section>
{% endif %}
<table border="1">
<caption>API keys of partner {{ partner }}</caption>
<thead><tr><th scope="col">Key</th><th scope="col">Created</th><th scope="col">Last used</th>
<th scope="col">State</th></tr></thead>
<tbody>
{% for pair in pairs %}
<tr><th scope="row"><code>{{ pair.hint }}</code></th><td>{{ pair.created_at }}</td>
<td>{{ pair.last_used_at or "never" }}</td>
<td>{% if pair.revoked_at %}revoked {{ pair.revoked_at }}{% else %}
<form method="post" action="?partner={{ partner }}">
<button type="submit" name="revoke" value="{{ pair.id }}">Revoke {{ pair.hint }}</button></form>
{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
<form method="post" action="?partner={{ partner }}">
<p><button type="submit" name="generate" value="1">Generate new key</button></p>
</form>"""


def create_console(stage: World) -> Blueprint:
    """Return the page; it needs no keys, because it issues them."""
    console = Blueprint("console", __name__)

    @console.get(PATH)
    def show() -> Response:
        return _page(stage)

    @console.post(PATH)
    def change() -> AnyResponse:
        if revoked := request.form.get("revoke", type=int):
            stage.keys.revoke(revoked)
            return redirect(f"{PATH}?partner={_partner()}", 303)
        try:
            _, made = stage.generate_keys(_partner())
        except OnePairError:
            return _page(stage, status=409, problem=ONE_PAIR_REFUSED)
        return _page(stage, made=made)

    return console


def _partner() -> int:
    asked = request.args.get("partner", type=int)
    return asked if asked in PARTNERS else PARTNERS[0]


def _page(
    stage: World, *, status: int = 200, made: KeyPair | None = None, problem: str = ""
) -> Response:
    return page(
        "Settings > API keys",
        _BODY,
        status,
        partner=_partner(),
        partners=PARTNERS,
        pairs=stage.keys.of(_partner()),
        made=made,
        problem=problem,
    )
