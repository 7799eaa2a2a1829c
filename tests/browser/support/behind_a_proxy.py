"""A page behind a proxy that answers in the dashboard's place, and what must stay as it was."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.support.servers.proxy import Proxy

BUSY = "#main [aria-busy=true], #main [aria-disabled=true]"
# What a person sees, but for the times, which go on, and the marks of a request that is over.
SEEN = """() => {
  const main = document.getElementById("main").cloneNode(true);
  for (const time of main.querySelectorAll("time")) time.textContent = "";
  const typed = [...document.querySelectorAll("#main :is(input, select, textarea)")];
  const focused = document.activeElement;
  return {
    text: main.textContent.replace(/\\s+/g, " "),
    elements: [...main.querySelectorAll("*")].map((each) => each.localName + "#" + each.id).join(),
    typed: typed.map((each) => each.name + "=" + each.value).join("&"),
    busy: document.querySelectorAll("BUSY").length,
    focused: focused.localName + "#" + focused.id + (focused.getAttribute("aria-label") ?? ""),
    title: document.title,
    url: location.href,
  };
}""".replace("BUSY", BUSY)


@dataclass(frozen=True)
class Behind:
    """A page, and the proxy between it and the dashboard."""

    page: Page
    proxy: Proxy

    def goto(self, path: str) -> None:
        """Open a page, with nothing in its way."""
        self.proxy.pass_on()
        self.page.goto(self.proxy.url + path)

    def seen(self) -> dict[str, object]:
        """Return what the page shows and holds."""
        seen: dict[str, object] = self.page.evaluate(SEEN)
        return seen

    def expect_alert(self, words: str) -> None:
        """Wait for the alert with these words, close it, and wait until nothing is busy."""
        alert = self.page.locator("#toasts [role=alert]").filter(has_text=words)
        expect(alert).to_be_visible()
        expect(alert).to_have_count(1)
        alert.get_by_role("button", name="Dismiss").evaluate("button => button.click()")
        expect(alert).to_have_count(0)
        expect(self.page.locator(BUSY)).to_have_count(0)
