"""The officially assigned two-letter country codes (ISO 3166-1 alpha-2, 249 of them).

Their names are those of Unicode's CLDR, in the languages of the interface.
"""

from functools import cache

from babel import Locale

from dashboard.text.search import fold

LANGUAGES = ("en", "es", "es_419")
CODES: tuple[str, ...] = (
    *"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE".split(),  # noqa: SIM905  a list of 249 strings reads worse
    *"VG VI VN VU WF WS YE YT ZA ZM ZW".split(),  # noqa: SIM905  a list of 249 strings reads worse
)


def find_named(text: str) -> tuple[str, ...]:
    """Return the countries with this code or name, however case and accents are written."""
    return _by_name().get(fold(text), ())


@cache
def longest_name() -> int:
    """Return how many words the longest name has."""
    return max(len(name.split()) for name in _by_name())


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    named: dict[str, dict[str, None]] = {}
    for territories in (Locale.parse(language).territories for language in LANGUAGES):
        for code in CODES:
            name = territories[code]
            for each in (code, name, name.partition(" (")[0]):
                named.setdefault(fold(each), {})[code] = None
    return {name: tuple(codes) for name, codes in named.items()}
