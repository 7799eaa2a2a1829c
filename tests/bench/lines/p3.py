"""P3: a cold page in Chromium: requests and bytes, with its HTML as it is and compressed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import Figure
from tests.bench.stage import Served, run_stage
from tests.browser.support.install import find_chromium
from tests.browser.support.stage import FLAGS

PACKED = {"Accept-Encoding": "gzip, deflate, br, zstd"}  # Chromium's
KNOWN = 1_000
REQUESTS, PLAIN_KB, PACKED_KB = 6, 60, 35


@dataclass
class Traffic:
    """The browser's requests for a page."""

    urls: list[str] = field(default_factory=list)
    cached: int = 0
    sent: int = 0  # bytes, heads too

    def watch(self, network: Any) -> None:  # noqa: ANN401  Playwright's
        """Count from now on."""
        network.on("Network.requestWillBeSent", lambda e: self.urls.append(e["request"]["url"]))
        network.on("Network.requestServedFromCache", lambda _: self._hit())
        network.on("Network.responseReceived", lambda e: self._received(e["response"]))
        network.on("Network.loadingFinished", self._finished)
        network.send("Network.enable")

    def _hit(self) -> None:
        self.cached += 1

    def _received(self, response: dict[str, Any]) -> None:
        self.cached += bool(response.get("fromDiskCache"))

    def _finished(self, event: dict[str, Any]) -> None:
        self.sent += int(event["encodedDataLength"])


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    with run_stage(bench.folder, known=KNOWN) as stage, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        cold, again = _views(browser, stage.dashboard)
        browser.close()
        client = stage.dashboard.client()
        html, packed = client.get(LIST).body, client.get(LIST, PACKED).body
    foreign = [url for url in cold.urls if not url.startswith(stage.dashboard.url)]
    fetched = len(again.urls) - again.cached
    yield Figure(
        "P3",
        "cold users list: requests",
        f"{len(cold.urls)}, {len(foreign)} to others",
        goal=f"≤ {REQUESTS}, 0",
        holds=len(cold.urls) <= REQUESTS and not foreign,
    )
    for what, size, goal in (
        ("bytes, HTML uncompressed", cold.sent - len(packed) + len(html), PLAIN_KB),
        ("bytes as we send them", cold.sent, PACKED_KB),
    ):
        yield Figure(
            "P3",
            f"cold users list: {what}",
            f"{size / 1000:.1f} KB",
            goal=f"≤ {goal} KB",
            holds=size <= goal * 1000,
        )
    yield Figure("P3", "second view: requests", str(fetched), goal="≤ 1", holds=fetched <= 1)


def _views(browser: Browser, served: Served) -> tuple[Traffic, Traffic]:
    """Load the list twice, in a browser that knows nothing of it."""
    context = browser.new_context()
    secure = served.url.replace("http:", "https:")  # as a browser sees localhost
    for cookie in served.headers["Cookie"].split("; "):
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": secure, "secure": True}])
    seen = []
    for _ in range(2):
        page, traffic = context.new_page(), Traffic()
        traffic.watch(context.new_cdp_session(page))
        page.goto(served.url + LIST, wait_until="networkidle")
        page.close()
        seen.append(traffic)
    context.close()
    return seen[0], seen[1]
