"""What a search matched in a field, marked on the text as it is shown."""

from dashboard.services.directory.box import parse
from dashboard.services.directory.marks import Field, find_marks
from tests.support.sampling import all_of


def marked(text: str, typed: str, field: Field) -> str:
    shown, end = "", 0
    for start, stop in find_marks(text, parse(typed), field):
        shown += f"{text[end:start]}[{text[start:stop]}]"
        end = stop
    return shown + text[end:]


@all_of(
    "field,text,typed,expected",
    [
        (Field.NAME, "María José Soto", "jose MARIA", "[María] [José] Soto"),
        (Field.NAME, "Mari\u0301a", "maria", "[Mari\u0301a]"),
        (Field.NAME, "Straße", "strasse", "[Straße]"),
        (Field.NAME, "Ana Soto Sosa", "so", "Ana [So]to [So]sa"),
        (Field.NAME, "Costa Rica", "costa rica", "Costa Rica"),  # it is the country that matched
        (Field.EMAIL, "Ana.Soto@example.com", "soto ana", "[Ana].[Soto]@example.com"),
        (Field.EMAIL, "ana@example.com", "an", "[an]a@example.com"),
        (Field.EMAIL, "ana@example.com", "na", "ana@example.com"),
        (Field.EMAIL, "ana@example.com", "ana na@ex", "[ana@ex]ample.com"),
        (Field.PHONE, "+573001234567", "300 123", "+57[300123]4567"),
        (Field.PHONE, "+57 (300) 123-4567", "3001234", "+57 ([300) 123-4]567"),
        (Field.PHONE, "+573001234567", "300", "+573001234567"),
        (Field.USER_ID, "ab12cd34-0000", "12cd34-00", "ab[12cd34-00]00"),
        (Field.NAME, "İstanbul", "x", "İstanbul"),
        (Field.NAME, "", "x", ""),
    ],
)
def test_what_matched_is_marked(field: Field, text: str, typed: str, expected: str) -> None:
    assert marked(text, typed, field) == expected
