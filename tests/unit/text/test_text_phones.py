"""Phone numbers as people write them."""

import pytest

from dashboard.text.phones import PhoneError, PhoneProblem, e164
from tests.support.sampling import all_of


@all_of(
    "text",
    [
        "+573001234567",
        "+57 300 123 4567",
        "+57 (300) 123-4567",
        "(+57) 300.123.4567",
        "+57/300/1234567",
        "+57\u00a0300\u2009123\u202f4567",
        "+57\u2011300\u2013123\u20144567",
        "\uff0b\uff15\uff17\uff13\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "+٥٧ ٣٠٠ ١٢٣ ٤٥٦٧",  # noqa: RUF001  Arabic digits
    ],
)
def test_a_number_is_taken_however_it_is_grouped(text: str) -> None:
    assert e164(text) == "+573001234567"


@all_of(
    "text,problem",
    [
        ("3001234567", PhoneProblem.NO_COUNTRY_CODE),
        ("0057 300 1234567", PhoneProblem.NO_COUNTRY_CODE),
        ("tel:+573001234567", PhoneProblem.NO_COUNTRY_CODE),
        ("+", PhoneProblem.NO_COUNTRY_CODE),
        ("+999 300 123 4567", PhoneProblem.NO_COUNTRY_CODE),
        ("+57 3OO 123 4567", PhoneProblem.CHARACTERS),
        ("+57 300 *** 4567", PhoneProblem.CHARACTERS),
        ("+57 300 CALL NOW", PhoneProblem.CHARACTERS),
        ("+57 + 300 123 4567", PhoneProblem.CHARACTERS),
        ("+57 300 123 4567 Ana", PhoneProblem.CHARACTERS),
        ("+57 300_123_4567", PhoneProblem.CHARACTERS),
        ("+1 202-555-0142 ext. 77", PhoneProblem.EXTENSION),
        ("+1 202-555-0142 x77", PhoneProblem.EXTENSION),
        ("+1 202-555-0142;ext=77", PhoneProblem.EXTENSION),
        ("+1 202-555-0142,,123#", PhoneProblem.EXTENSION),
        ("+1 202-555-0142 #77", PhoneProblem.EXTENSION),
        ("+1 202-555-0142 Anexo 77", PhoneProblem.EXTENSION),
        ("+57 1", PhoneProblem.LENGTH),
        ("+57 1234567", PhoneProblem.LENGTH),  # it can be called within one area only
        ("+1 555-0199", PhoneProblem.LENGTH),
        ("+57" + "1" * 20, PhoneProblem.LENGTH),
        ("+" + "5" * 300, PhoneProblem.LENGTH),
    ],
)
def test_other_text_is_refused_with_its_reason(text: str, problem: PhoneProblem) -> None:
    with pytest.raises(PhoneError) as refused:
        e164(text)
    assert refused.value.problem is problem
