"""Device names from User-Agents."""

from dashboard.services.auth.devices import Device, read_device
from tests.support.sampling import all_of

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
ANDROID = "Mozilla/5.0 (Linux; Android 16; K) "


@all_of(
    "user_agent,browser,system",
    [
        (MAC + CHROME, "Chrome", "macOS"),
        (MAC + "AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15", "Safari", "macOS"),
        (WINDOWS + CHROME + " Edg/150.0.0.0", "Edge", "Windows"),
        (WINDOWS + CHROME + " OPR/120.0.0.0", "Opera", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", "Firefox", "Linux"),
        (ANDROID + CHROME, "Chrome", "Android"),
        (ANDROID + "SamsungBrowser/28.0 " + CHROME, "Samsung Internet", "Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + CHROME, "Chrome", "ChromeOS"),
        ("Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) CriOS/150 Safari/604.1", "Chrome", "iPad"),
        ("curl/8.5.0", None, None),
        ("", None, None),
    ],
)
def test_a_device_is_named_as_people_know_it(
    user_agent: str, browser: str | None, system: str | None
) -> None:
    assert read_device(user_agent) == Device(browser, system)


def test_phones_and_tablets_are_told_from_computers() -> None:
    assert read_device(ANDROID + CHROME).is_handheld
    assert not read_device(MAC + CHROME).is_handheld
    assert not read_device("").is_handheld
