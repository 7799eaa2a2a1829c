from playwright.sync_api import expect
import pytest
from dashboard.services.permissions import Role
from tests.browser.conftest import enter

@pytest.mark.usefixtures("started")
def test_shots(new_context, add_person):
    who = add_person(Role.KYC)
    first = True
    for name, size in {"1280": (1280, 800), "390": (390, 844)}.items():
        for scheme in ("light", "dark"):
            page = new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme).new_page()
            page.goto("/")
            enter(page, *add_person(Role.KYC))
            for path in ("kyc", "users"):
                page.goto(f"/{path}")
                for n in (0, 2, 3):
                    page.locator("input[form=pick]").nth(n).check()
                expect(page.locator("#pick b")).to_have_text("3 users selected")
                page.screenshot(path=f"/tmp/k/select/{path}-{scheme}-{name}.png")
                page.keyboard.press("Escape") if path == "kyc" else None
                page.wait_for_timeout(500)
            number = page.get_by_role("link", name="Set tags").get_attribute("href").split("/")[2]
            if scheme == "light":
                for what in ("tags", "owner", "links"):
                    page.goto(f"/selections/{number}/{what}")
                    page.screenshot(path=f"/tmp/k/select/{what}-{name}.png", full_page=True)
