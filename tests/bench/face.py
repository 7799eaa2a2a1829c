"""The face, measured: every page in both themes, two widths and both languages.

`make bench ONLY=face` prints what axe, html-validate and Nu say, what moves, what is cut off and
how much is sent, each beside its goal. html-validate needs Node.js, Nu needs Java as well.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from dashboard.services.permissions import Role
from dashboard.wiring import build_services
from tests.bench.conftest import Report
from tests.browser.conftest import AddPerson, NewContext, Server
from tests.browser.support.every_page import DRAWN, PATHS, user_of
from tests.browser.support.handled import handle
from tests.browser.support.worked import PAGES, sweep, work
from tests.support.servers.simulator_process import RunningSimulator

STATES = ("active", "pending", "suspended")
SIZES = ((1280, 800), (390, 800))
LISTS = ("/users", "/kyc", "/tokens", "/audit", "/staff")
TOOLS = ("html-validate@10", "vnu-jar@26")
RULES = {
    "extends": ["html-validate:recommended"],
    # Matters of taste: a `div` with a role, check boxes of one name, long titles, our own files.
    "rules": {
        "prefer-native-element": "off",
        "form-dup-name": "off",
        "long-title": "off",
        "require-sri": "off",
    },
}
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => { sum += each.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 400);
})"""
LARGEST = """() => new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => { last = each.startTime; }))
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(last), 400);
})"""
FIRST_ROW = "document.querySelector('tbody tr')?.getBoundingClientRect().top ?? 0"


@pytest.fixture
def visit(
    new_context: NewContext, add_person: AddPerson, server: Server, simulator: RunningSimulator
) -> Callable[..., tuple[Page, list[str]]]:
    """Open a browser of an admin; return a page, and the paths of every page."""
    admin = add_person(Role.ADMIN)

    def open_page(**options: object) -> Page:
        page = new_context(**{"viewport": {"width": 1280, "height": 800}, **options}).new_page()
        page.goto("/users")
        enter(page, *admin)
        return page

    desk = open_page()
    known = {status: user_of(simulator, status)["id"] for status in STATES}
    known |= work(desk, server, admin[0], simulator)
    sweep(build_services(server.config, server.database))
    paths = [path.format(**known) for path in (*PATHS, *PAGES)] + handle(desk, simulator)
    return lambda **options: (open_page(**options), paths)


def enter(page: Page, email: str, password: str) -> None:
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("button.primary").click()
    page.wait_for_url(lambda url: "/login" not in url)


def test_axe_and_width(visit: Callable[..., tuple[Page, list[str]]], report: Report) -> None:
    nodes, runs, wide = 0, 0, set[str]()
    for theme, locale in product(("light", "dark"), ("en", "es")):
        page, paths = visit(color_scheme=theme, locale=locale)
        for path in ("/login", *paths):
            page.goto(path)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate(DRAWN)
                found = Axe().run(page).response["violations"]
                nodes += sum(len(each["nodes"]) for each in found)
                runs += 1
            page.set_viewport_size({"width": 320, "height": 800})
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                wide.add(path)
    report.line("axe, all impacts: nodes", "0", f"{nodes} in {runs} runs", met=not nodes)
    report.line("pages that scroll sideways at 320 px", "0", str(len(wide)), met=not wide)


def test_what_moves_and_how_soon_it_is_there(
    visit: Callable[..., tuple[Page, list[str]]], new_context: NewContext, report: Report
) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto("/login")
    shift = page.evaluate(SHIFT)
    report.line("log-in: CLS", "0", f"{shift:.3f}", met=shift == 0)
    page, paths = visit()
    slowest = 0.0
    for path in ("/users", paths[7], "/kyc", "/"):
        page.goto(path)
        slowest = max(slowest, page.evaluate(LARGEST))
    report.line(
        "LCP of list, user, desk, overview: slowest",
        "<= 1200 ms",
        f"{slowest:.0f} ms",
        met=slowest <= 1200,
    )
    narrow, _ = visit(is_mobile=True, has_touch=True, viewport={"width": 390, "height": 800})
    for path in LISTS:
        narrow.goto(path)
        top = narrow.evaluate(FIRST_ROW)
        report.line(f"first row at 390 px: {path}", "<= 200 px", f"{top:.0f} px", met=top <= 200)


def test_what_is_sent(visit: Callable[..., tuple[Page, list[str]]], report: Report) -> None:
    page, _ = visit()
    for what, path, goal_kb, is_cold in (
        ("cold users list", "/users", 60, True),
        ("page 2, warm", "/users?page=2", 15, False),
    ):
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.send("Network.setCacheDisabled", {"cacheDisabled": is_cold})
        sizes: list[int] = []
        cdp.on("Network.loadingFinished", partial(note_size, sizes))
        page.goto(path, wait_until="networkidle")
        sent_kb = sum(sizes) / 1000
        report.line(
            f"{what}: bytes as sent",
            f"<= {goal_kb} KB",
            f"{sent_kb:.1f} KB in {len(sizes)} requests",
            met=sent_kb <= goal_kb,
        )
        cdp.detach()


def note_size(sizes: list[int], event: dict[str, int]) -> None:
    sizes.append(int(event["encodedDataLength"]))


def test_the_html(
    visit: Callable[..., tuple[Page, list[str]]], report: Report, tmp_path: Path
) -> None:
    if not shutil.which("npm"):
        report.line("html-validate, Nu: errors", "0 / 0", "not measured: no npm", met=False)
        return
    for locale in ("en", "es"):
        page, paths = visit(locale=locale)
        for number, path in enumerate(("/login", *paths)):
            answer = page.request.get(path)
            name = re.sub(r"\W+", "-", path).strip("-") or "overview"
            (tmp_path / f"{locale}-{number:02}-{name[:40]}.html").write_text(answer.text())
    run("npm", "install", "--silent", "--prefix", str(tmp_path / "tools"), *TOOLS)
    files = [str(file) for file in sorted(tmp_path.glob("*.html"))]
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(RULES))
    validate = tmp_path / "tools/node_modules/.bin/html-validate"
    told = tmp_path / "told.json"
    run(str(validate), "--formatter", f"json={told}", *files, cwd=tmp_path)
    errors = [error for file in json.loads(told.read_text()) for error in file["messages"]]
    show(error["ruleId"] for error in errors)
    report.line("html-validate: errors", "0", str(len(errors)), met=not errors)
    if not shutil.which("java"):
        report.line("Nu: errors", "0", "not measured: no Java", met=False)
        return
    jar = tmp_path / "tools/node_modules/vnu-jar/build/dist/vnu.jar"
    nu = run("java", "-jar", str(jar), "--errors-only", "--format", "json", "--stdout", *files)
    found = json.loads(nu)["messages"]
    show(each["message"] for each in found)
    report.line("Nu: errors", "0", str(len(found)), met=not found)


def run(*command: str, cwd: Path | None = None) -> str:
    """Return what a tool printed; these exit with 1 when they found something."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603  tools of this bench
    return done.stdout


def show(messages: Iterable[str]) -> None:
    """Print each kind of message once, with its number."""
    for message, count in Counter(messages).most_common(20):
        print(f"{count:4} {message}")  # noqa: T201  the bench's own output
