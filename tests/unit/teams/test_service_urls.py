import pytest

from bot.teams.service_urls import ServiceUrls

HOSTS = ("smba.trafficmanager.net", "*.botframework.com", "127.0.0.1")


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/ca/22222222-2222-2222-2222-222222222222/",
        "https://SMBA.trafficmanager.net/ca/",
        "https://smba.trafficmanager.net:443/ca/",
        "https://canada.smba.trafficmanager.net/",
        "https://botframework.com/",
        "https://a.b.botframework.com/",
        "http://127.0.0.1:3979/",
    ],
)
def test_teams_is_allowed(url: str):
    assert ServiceUrls(HOSTS).allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://smba.trafficmanager.net/ca/",
        "https://evil-smba.trafficmanager.net/",
        "https://evilbotframework.com/",
        "https://trafficmanager.net/",
        "https://botframework.com.example.org/",
        "https://example.org/?x=botframework.com",
        "https://example.org#.botframework.com",
        "https://example.org/.botframework.com",
        "https://botframework.com@example.org/",
        "https://user:secret@botframework.com/",
        "https://example.org\\.botframework.com/",
        "https://botframework.com:99999/",
        "https://b\u043etframework.com/",
        "https://[::1/",
        "http://localhost:3979/",
        "http://[::1]:3979/",
        "file:///botframework.com",
        "https://",
        "",
    ],
)
def test_nobody_else_is(url: str):
    assert not ServiceUrls(HOSTS).allows(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:3979", "http://localhost:3979/", "https://[::1]:8443/"]
)
def test_a_sandbox_allows_this_machine(url: str):
    assert ServiceUrls((), sandbox=True).allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/ca/",
        "http://10.0.0.7:3979/",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
    ],
)
def test_a_sandbox_allows_nothing_else(url: str):
    assert not ServiceUrls(HOSTS, sandbox=True).allows(url)
