"""Checks of secret settings: not guessable, and no secret used twice."""

import re
from collections.abc import Iterator
from itertools import combinations
from math import log2
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

SECRET_KEY_MIN = 32  # characters
SECRET_KEY_BITS = 75  # 32 random hexadecimal digits are estimated at 80 to 125
READ_MOST = 72  # characters that zxcvbn reads: more would take too long
_WORD_OR_NOT = re.compile(r"[^\W_]+|[\W_]")
NEW_KEY = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'


def secret_key(secret_key: SecretStr) -> Iterator[str]:
    """Refuse a key that can be guessed: sessions and the audit log could be forged."""
    if is_guessable(secret_key.get_secret_value()):
        yield (
            f"DASHBOARD_SECRET_KEY is weak: it needs {SECRET_KEY_MIN} random characters or more. "
            f"Make one with: {NEW_KEY}. Move the old one to DASHBOARD_SECRET_KEY_FALLBACKS, so "
            "that what it signed still counts."
        )


def secret_key_fallbacks(secret_key_fallbacks: tuple[SecretStr, ...]) -> Iterator[str]:
    """Refuse what was never a key. An old key may be guessable: the audit log needs it."""
    for key in secret_key_fallbacks:
        value = key.get_secret_value()
        if len(value) < SECRET_KEY_MIN or len(set(value)) < SECRET_KEY_MIN // 4:
            yield (
                f"DASHBOARD_SECRET_KEY is weak: DASHBOARD_SECRET_KEY_FALLBACKS has one shorter "
                f"than {SECRET_KEY_MIN} characters, or of few different ones. Remove it."
            )
            return


def is_guessable(key: str) -> bool:
    """Return whether a key is short, or made of words, dates, sequences and repetitions."""
    return len(key) < SECRET_KEY_MIN or entropy_bits(key) < SECRET_KEY_BITS


def entropy_bits(key: str) -> float:
    """Return an estimate, from the start of the key, as a whole or word by word: the lower one."""
    start = key[:READ_MOST]
    return min(_bits([start]), _bits(_WORD_OR_NOT.findall(start)))


def _bits(texts: list[str]) -> float:
    """Return the cost in bits of guessing their patterns; the rest counts as random."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its word lists are large, and needed only here

    parts = [part for text in texts for part in zxcvbn(text, max_length=READ_MOST)["sequence"]]
    random = "".join(part["token"] for part in parts if part["pattern"] == "bruteforce")
    patterns = sum(log2(part["guesses"]) for part in parts if part["pattern"] != "bruteforce")
    return patterns + (len(random) * log2(len(set(random))) if random else 0)


def different_secrets(  # noqa: PLR0913, PLR0917  every secret there is
    secret_key: SecretStr,
    secret_key_fallbacks: tuple[SecretStr, ...],
    partner_api_key: SecretStr,
    partner_api_secret: SecretStr,
    oidc_client_secret: SecretStr,
    database_url: str,
    redis_url: SecretStr,
    mail_url: SecretStr,
) -> Iterator[str]:
    """Refuse one secret for two purposes: giving it out for one gives it out for the other."""
    secrets = {
        "DASHBOARD_SECRET_KEY": {secret_key.get_secret_value()},
        "DASHBOARD_SECRET_KEY_FALLBACKS": {old.get_secret_value() for old in secret_key_fallbacks},
        "PARTNER_API_KEY": {partner_api_key.get_secret_value()},
        "PARTNER_API_SECRET": {partner_api_secret.get_secret_value()},
        "OIDC_CLIENT_SECRET": {oidc_client_secret.get_secret_value()},
        "the password in DATABASE_URL": {_password(database_url)},
        "the password in REDIS_URL": {_password(redis_url.get_secret_value())},
        "the password in MAIL_URL": {_password(mail_url.get_secret_value())},
    }
    keys = {"DASHBOARD_SECRET_KEY", "DASHBOARD_SECRET_KEY_FALLBACKS"}
    for one, other in combinations(secrets, 2):
        if {one, other} != keys and (secrets[one] & secrets[other]) - {""}:
            yield (
                f"{one} and {other} are the same secret: someone who knows one knows both. "
                "Change one."
            )


def _password(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:  # it is refused as a URL
        return ""
