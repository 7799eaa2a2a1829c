"""Text is folded as people type it who lack a letter on their keyboard."""

from dashboard.text.search import fold, fold_with_places
from tests.support.sampling import all_of


@all_of(
    "text,folded",
    [
        ("Łukasz", "lukasz"),
        ("Søren Ødegård", "soren odegard"),
        ("Đorđe", "dorde"),
        ("Guðrún Þórsdóttir", "gudrun thorsdottir"),
        ("Ħal", "hal"),
        ("Strauß", "strauss"),
        ("STRAUẞ", "strauss"),
        ("Æsa Œuvre", "aesa oeuvre"),
        ("Ǿ", "o"),
        ("I\u015f\u0131k", "isik"),
        ("İnci", "inci"),
        ("Ŋŧ", "nt"),
        ("María  Peña", "maria pena"),
    ],
)
def test_a_letter_without_a_decomposition_is_found_by_its_plain_spelling(
    text: str, folded: str
) -> None:
    assert fold(text) == folded


def test_each_folded_letter_knows_where_it_came_from() -> None:
    assert fold_with_places("Æłß") == ("aelss", (0, 0, 1, 2, 2))
