"""The one judge of verification links, and the masks of what they hold."""

import pytest

from dashboard.services.kyc_links import KycLinks
from dashboard.services.masking.inquiries import (
    answer_without_inquiries,
    end_of,
    masked_inquiry,
    without_inquiries,
)
from tests.support.sampling import all_of

HOST = "inquiry.withpersona.com"
ORIGIN = "http://127.0.0.1:5001"
ID = "inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"
LINK = f"https://{HOST}/verify?inquiry-id={ID}"
LINKS = KycLinks((HOST,), ORIGIN)


@pytest.mark.parametrize(
    "url",
    [
        LINK,
        LINK.replace("https", "HTTPS"),
        LINK.replace(HOST, HOST.upper()),
        f"https://{HOST}?inquiry-id={ID}",
        f"{ORIGIN}/_simulator/verify?inquiry-id={ID}",
    ],
)
def test_a_verification_link_is_one(url: str) -> None:
    assert LINKS.is_link(url, ID)


@all_of(
    "url",
    [
        None,
        "",
        "verify",
        LINK.replace("https", "http"),
        LINK.replace("https:", ""),
        LINK.replace(HOST, f"user@{HOST}"),
        LINK.replace(HOST, f"user:word@{HOST}"),
        LINK.replace(HOST, f"@{HOST}"),
        LINK.replace(HOST, f"{HOST}:443"),
        LINK.replace(HOST, f"{HOST}:8443"),
        LINK.replace(HOST, f"{HOST}:"),
        LINK.replace(HOST, f"{HOST}."),
        LINK.replace(HOST, f"{HOST}.evil.test"),
        LINK.replace(HOST, "evil.test"),
        LINK.replace(HOST, "xn--inquiry-.withpersona.com"),
        LINK.replace(HOST, "inquiry\u3002withpersona.com"),
        LINK.replace("verify", "verify/../other"),
        LINK.replace("verify", "/evil.test/verify"),
        LINK.replace("verify", "verify;x=1"),
        LINK.replace("verify", "%2e%2e/verify"),
        LINK.replace("//", "/\\"),
        f"{LINK}#",
        f"{LINK}#template",
        f"{LINK}&",
        f"{LINK}&inquiry-template-id=itmpl_of_another",
        f"{LINK}&inquiry-id={ID}",
        f"{LINK}&inquiry-id=inq_other",
        f"{LINK};inquiry-template-id=itmpl_of_another",
        LINK.replace("?", "?inquiry-template-id=itmpl_of_another&"),
        LINK.replace("inquiry-id", "Inquiry-Id"),
        LINK.replace("inquiry-id", "inquiry%2Did"),
        LINK.replace("inq_", "inq%5F"),
        LINK.replace(ID, "inq_other"),
        LINK.replace(ID, ""),
        LINK.split("?", maxsplit=1)[0],
        f"{LINK}?",
        f" {LINK}",
        f"{LINK}\n",
        LINK.replace("verify", "ver\tify"),
        LINK.replace("verify", "a" * 2000),
        LINK + "a" * 20_000,
        LINK.replace(HOST, "[::1"),
        f"{ORIGIN}.evil.test/verify?inquiry-id={ID}",
        f"{ORIGIN}1/verify?inquiry-id={ID}",
        f"https://127.0.0.1:5001/verify?inquiry-id={ID}",
        f"javascript:alert(1)//{HOST}/verify?inquiry-id={ID}",
    ],
)
def test_anything_else_is_none(url: str | None) -> None:
    assert not LINKS.is_link(url, ID)


def test_a_link_without_an_inquiry_is_none() -> None:
    assert not LINKS.is_link(LINK, None)
    assert not KycLinks(()).is_link(LINK, ID)


def test_the_inquiry_of_a_link_is_found() -> None:
    assert LINKS.find_inquiry(LINK) == ID
    assert LINKS.find_inquiry(LINK + "&x=1") is None


def test_an_inquiry_is_masked_but_for_its_last_letters() -> None:
    assert masked_inquiry(ID) == "inq_…a4Eg"
    assert masked_inquiry("inq_short") == "inq_…"
    assert (end_of(ID), end_of("inq_short")) == ("a4Eg", "")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"See {LINK}, please", f"See https://{HOST}/verify?…inq_…a4Eg, please"),
        (f"{ID} and inq_Zz", "inq_…a4Eg and inq_…"),
        ("https://x.test/?inquiry-id=0123456789&a=b", "https://x.test/?…inq_…6789"),
        ('{"inquiry": "0123456789"}', '{"inquiry": "inq_…6789"}'),
        ('{"inquiry_ends": "a4Eg", "took_ms": 3}', '{"inquiry_ends": "a4Eg", "took_ms": 3}'),
        ("inq_…a4Eg", "inq_…a4Eg"),
    ],
)
def test_a_text_keeps_no_inquiry(text: str, masked: str) -> None:
    assert without_inquiries(text) == masked
    assert without_inquiries(masked) == masked


def test_an_answer_keeps_no_inquiry_wherever_it_is() -> None:
    raw = (
        f'{{"kyc": [{{"verificationUrl": "https://x.test/1", "inquiryId": "abc", "n": "{LINK}"}}]}}'
    )
    shown = answer_without_inquiries(raw)
    assert ID not in shown
    assert "x.test" not in shown
    assert '"n": "https://' in shown
    assert answer_without_inquiries("no JSON") == "…"
