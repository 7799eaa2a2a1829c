"""Which addresses of verification are links on a page, and which are text."""

import pytest

from dashboard.store.kyc.states import InquiryState
from tests.support.sampling import all_of
from tests.views.users.test_next_step import LINK, LINK_OUT, Case
from tests.views.users.test_next_step import case as case  # noqa: PLC0414  a fixture


@all_of(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//inquiry.withpersona.com/verify",
        "http://inquiry.withpersona.com/verify",
        "https://inquiry.withpersona.com.evil.test/verify",
        "https://evil.test/?inquiry.withpersona.com",
        "https://inquiry.withpersona.com@evil.test/",
        "https://user@inquiry.withpersona.com/",
        "https://inquiry.withpersona.com:8443/verify",
        "https:inquiry.withpersona.com",
        "https:///inquiry.withpersona.com",
        "https://inquiry.withpersona.com\\@evil.test/",
        'https://inquiry.withpersona.com/"><img src=x onerror=alert(1)>',
        "https://[::1",
        "https://inquiry.withpersona.com:port/",
        "",
        "verify",
    ],
)
def test_an_address_that_is_not_known_is_text_and_no_link(case: Case, url: str) -> None:
    case.started(InquiryState.HELD, 3, url=url)
    whole = case.support.get(f"/users/{case.id}")
    assert url in whole.words or url.strip() in whole.words
    assert LINK_OUT not in whole.text
    assert f'data-copy="{url}"' not in whole.text


@pytest.mark.parametrize("path", ["", "/kyc"])
def test_an_address_of_20000_letters_is_cut_and_no_link(case: Case, path: str) -> None:
    case.started(InquiryState.HELD, 3, url=f"{LINK}&x={'a' * 20_000}")
    page = case.support.get(f"/users/{case.id}{path}")
    assert "only shown as text" in page.words
    assert LINK_OUT not in page.text
    assert "a" * 501 not in page.text


def test_the_simulator_s_own_links_open_in_the_local_environment(case: Case) -> None:
    url = LINK.replace("https://inquiry.withpersona.com", case.simulator.base_url)
    case.started(InquiryState.HELD, 3, url=url)
    assert f'href="{url}"' in case.html()
