from __future__ import annotations

import logging

import pytest
import requests

from ingestion import redaction
from ingestion.redaction import MASK, RedactingFilter, describe, is_secret, redact, redact_url, remember

NAMES = [
    "api_key", "apikey", "API-Key", "X-API-KEY", "client_id", "client_secret", "app_identifier", "token",
    "access_token", "Authorization", "Cookie", "Set-Cookie", "password", "passwd", "sig", "key",
    "Ocp-Apim-Subscription-Key",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_values", set())


@pytest.mark.parametrize("name", NAMES)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)
    assert redact_url(f"https://a.example/x?year=1&{name}=hush&page=2") == (
        f"https://a.example/x?year=1&{name}={MASK}&page=2"
    )


@pytest.mark.parametrize("name", ["year", "coo_all", "cf_type", "keyword", "indicator", "page", "format", "tokyo"])
def test_other_names_keep_their_values(name: str) -> None:
    url = f"https://a.example/x?{name}=5&b=6#part"
    assert redact_url(url) == url
    assert redact(url) == url


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("https://joe:hush@a.example/x", f"https://{MASK}@a.example/x"),
        ("GET /x?a%50i_key=hush&b=1 HTTP/1.1", f"GET /x?a%50i_key={MASK}&b=1 HTTP/1.1"),
        ("Max retries exceeded with url: /x?token=hush (Caused by y)", f"with url: /x?token={MASK} (Caused by y)"),
        ("{'X-API-KEY': 'hush', 'Accept': 'a'}", f"{{'X-API-KEY': '{MASK}', 'Accept': 'a'}}"),
        ("Authorization: Bearer hush.hush", f"Authorization: {MASK}"),
        ('{"access_token":"hush","n":1}', f'{{"access_token":"{MASK}","n":1}}'),
        ("password=hush", f"password={MASK}"),
    ],
)
def test_secrets_in_text(text: str, left: str) -> None:
    assert "hush" not in redact(text)
    assert left in redact(text)


def test_a_known_value_is_masked_wherever_and_however_encoded_it_comes() -> None:
    remember("hush+hush/42 =")
    for form in ("hush+hush/42 =", "hush%2Bhush%2F42%20%3D", "hush%2Bhush%2F42+%3D", "hush%2Bhush/42%20%3D"):
        assert redact(f"the word {form} was wrong") == f"the word {MASK} was wrong"
        assert "42" not in redact_url(f"https://a.example/{form}/x")


def test_short_values_do_not_mask_ordinary_words() -> None:
    remember("a")
    remember("")
    remember(None)
    assert redact("a banana") == "a banana"


def test_ordinary_text_is_left_alone() -> None:
    text = "Kosovo (S/RES/1244): key figures; user group; year = 2001, rows: 5, session: morning"
    assert redact(text) == text


def test_the_filter_redacts_message_arguments_and_traceback() -> None:
    url = "https://a.example/?token=hush"
    error = requests.ConnectionError(f"no route to {url}")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "asked %s", (url,), (type(error), error, None))
    assert RedactingFilter().filter(record)
    shown = logging.Formatter("%(message)s").format(record)
    assert "hush" not in shown
    assert "ConnectionError: no route" in shown


def test_describe_gives_the_inner_reason_without_the_address() -> None:
    inner = OSError("[Errno 111] Connection refused")
    outer = requests.ConnectionError(requests.ConnectionError(inner))
    assert describe(outer) == "OSError: [Errno 111] Connection refused"
