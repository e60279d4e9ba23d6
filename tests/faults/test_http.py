"""The client against a real local server that misbehaves."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ingestion.connections import ClientOptions
from ingestion.contract import Kind
from ingestion.errors import BlockedError, FetchError
from ingestion.http import BodyError, Client, Validators
from ingestion.settings import PROJECT_ROOT, Settings
from tests.invented import GOOD, HARVEST, harvest
from tests.servers import RawServer, answer, dripping, stalling

Make = Callable[..., Client]
Start = Callable[..., RawServer]
BODY = GOOD.encode()


def ask(client: Client, url: str, **arguments: object):
    return client.get(url, **{"file": "harvest.csv", "kind": Kind.CSV, **arguments})


def sequence(server: HTTPServer, *answers: Response) -> list[Request]:
    """Let the server give these answers in turn, the last one for ever; return the requests it gets."""
    seen: list[Request] = []
    left = itertools.chain(answers, itertools.repeat(answers[-1]))

    def handler(request: Request) -> Response:
        seen.append(request)
        given = next(left)
        return Response(given.get_data(), given.status_code, dict(given.headers))

    server.expect_request(re.compile("/harvest.*")).respond_with_handler(handler)
    return seen


def ok(body: bytes = BODY, **headers: str) -> Response:
    return Response(body, 200, {name.replace("_", "-"): value for name, value in headers.items()})


# -- a good answer ------------------------------------------------------------------------------------------------


def test_a_body_is_spooled_hashed_and_described(client: Make, httpserver: HTTPServer, spool: Path) -> None:
    seen = sequence(httpserver, ok(ETag='"1"', Content_Disposition='attachment; filename="../../evil.csv"'))
    payload = ask(client(), httpserver.url_for("/harvest.csv"), params={"year": "2001"})
    assert payload.path.read_bytes() == BODY
    assert payload.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (payload.size, payload.status, payload.headers["etag"]) == (len(BODY), 200, '"1"')
    assert payload.url == payload.final_url == httpserver.url_for("/harvest.csv?year=2001")
    assert payload.path.parent == spool
    assert payload.path.suffix == ".csv"
    assert payload.retrieved_at.utcoffset() is not None
    agent = seen[0].headers["User-Agent"]
    assert re.fullmatch(r"lines-of-effort/\S+ \(\+mailto:nobody@invented\.example\) requests/[\d.]+", agent)


def test_compression_does_not_change_the_hash(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, ok(), ok(gzip.compress(BODY), Content_Encoding="gzip"))
    plain = ask(client(), httpserver.url_for("/harvest.csv"))
    packed = ask(client(), httpserver.url_for("/harvest.csv"))
    assert plain.sha256 == packed.sha256


def test_two_gzip_members_are_read_whole(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, ok(gzip.compress(BODY[:20]) + gzip.compress(BODY[20:]), Content_Encoding="gzip"))
    assert ask(client(), httpserver.url_for("/harvest.csv")).path.read_bytes() == BODY


# -- try again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_a_passing_error_is_tried_again(client: Make, httpserver: HTTPServer, status: int) -> None:
    seen = sequence(httpserver, Response("busy", status), ok())
    assert ask(client(), httpserver.url_for("/harvest.csv")).size == len(BODY)
    assert len(seen) == 2


def test_retry_after_in_seconds_is_kept(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, Response("", 429, {"Retry-After": "1"}), ok())
    started = time.monotonic()
    ask(client(), httpserver.url_for("/harvest.csv"))
    assert time.monotonic() - started >= 1.0


def test_retry_after_as_a_date_is_kept(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, Response("", 503, {"Retry-After": formatdate(time.time() + 2, usegmt=True)}), ok())
    started = time.monotonic()
    ask(client(), httpserver.url_for("/harvest.csv"))
    assert time.monotonic() - started >= 0.9


def test_a_huge_retry_after_ends_at_once_with_a_clear_message(client: Make, httpserver: HTTPServer) -> None:
    seen = sequence(httpserver, Response("", 503, {"Retry-After": "86400"}))
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"asks to wait 86400 s, the deadline is 5 s") as caught:
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert time.monotonic() - started < 2
    assert len(seen) == 1
    assert caught.value.rule == "http.503"


def test_an_error_without_end_is_given_up(client: Make, httpserver: HTTPServer) -> None:
    seen = sequence(httpserver, Response("<p>out of order</p>", 500))
    with pytest.raises(FetchError, match=r"gave up after 3 tries.*500.*out of order") as caught:
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert len(seen) == 3
    assert caught.value.dataset_id == HARVEST.id
    assert caught.value.remedy


def test_too_many_requests_without_end_counts_as_blocked(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, Response("slow down", 429))
    with pytest.raises(BlockedError, match="429"):
        ask(client(), httpserver.url_for("/harvest.csv"))


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(answer(BODY[:20], length=len(BODY)), id="short body, length declared"),
        pytest.param(answer(gzip.compress(BODY)[:-12], "Content-Encoding: gzip"), id="truncated gzip"),
        pytest.param(answer(b"not gzip at all", "Content-Encoding: gzip"), id="damaged gzip"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + BODY[:16] + b"\r\nzz\r\n",
            id="broken chunk",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + BODY[:16] + b"\r\n", id="no last chunk"
        ),
        pytest.param(b"", id="nothing at all"),
        pytest.param(stalling(answer(BODY[:20], length=len(BODY))), id="stall in the body"),
        pytest.param(stalling(b"HTTP/1.1 200 OK\r\n"), id="stall in the headers"),
    ],
)
def test_a_broken_download_is_tried_again_as_a_whole(
    client: Make, raw_server: Start, spool: Path, broken: bytes
) -> None:
    server = raw_server(broken, answer(BODY))
    payload = ask(client(), server.url())
    assert payload.path.read_bytes() == BODY
    assert len(server.requests) == 2
    assert list(spool.iterdir()) == [payload.path], "the broken try leaves no file"


def test_a_gzip_that_stays_truncated_is_refused(client: Make, raw_server: Start, spool: Path) -> None:
    server = raw_server(answer(gzip.compress(BODY)[:-12], "Content-Encoding: gzip"))
    with pytest.raises(FetchError, match="ends before its end mark") as caught:
        ask(client(), server.url())
    assert caught.value.rule == "body.truncated"
    assert not list(spool.iterdir())


def test_connection_refused_is_tried_again_then_given_up(client: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(FetchError, match=r"gave up after 3 tries.*[Rr]efused") as caught:
        ask(client(), f"http://127.0.0.1:{port}/harvest.csv")
    assert caught.value.rule == "http.connection"


def test_an_unknown_host_is_given_up(client: Make) -> None:
    dataset = harvest(hosts=("no-such-host.invalid",))
    with pytest.raises(FetchError, match="gave up after 3 tries"):
        ask(client(dataset), "https://no-such-host.invalid/harvest.csv")


# -- the deadline -------------------------------------------------------------------------------------------------


def _forever(piece: bytes):
    return (piece for _ in range(200))


@pytest.mark.parametrize(
    ("handler", "scheme"),
    [
        pytest.param(
            dripping(itertools.chain([answer(b"", length=10_000)], _forever(b"a"))), "http", id="body with length"
        ),
        pytest.param(
            dripping(itertools.chain([b"HTTP/1.0 200 OK\r\n\r\n"], _forever(b"a"))), "http", id="body without length"
        ),
        pytest.param(dripping(itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], _forever(b"a"))), "http", id="headers"),
        pytest.param(
            dripping(
                itertools.chain([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"], _forever(b"0")),
            ),
            "http",
            id="chunk size",
        ),
        pytest.param(
            dripping(itertools.chain([b"\x16\x03\x03\x40\x00"], _forever(b"\x02")), before_request=True),
            "https",
            id="TLS handshake",
        ),
    ],
)
def test_a_drip_ends_at_the_deadline(
    client: Make, config: Settings, raw_server: Start, spool: Path, handler: object, scheme: str
) -> None:
    settings = config.model_copy(update={"deadline": 0.8, "attempts": 1})
    server = raw_server(handler)
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"no complete answer within 0\.8 s"):
        ask(client(settings=settings), server.url(scheme=scheme))
    assert time.monotonic() - started < 2
    assert not list(spool.iterdir())


# -- refused at once ----------------------------------------------------------------------------------------------


def test_403_is_blocked_without_a_second_try(client: Make, httpserver: HTTPServer) -> None:
    seen = sequence(httpserver, Response("<h1>Forbidden</h1>", 403))
    with pytest.raises(BlockedError, match="403") as caught:
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert len(seen) == 1
    assert "--file" in str(caught.value)


@pytest.mark.parametrize(("status", "tries"), [(503, 1), (401, 1), (500, 3)])
def test_a_challenge_is_not_tried_again(client: Make, httpserver: HTTPServer, status: int, tries: int) -> None:
    seen = sequence(httpserver, Response("<html>Just a moment...</html>", status))
    with pytest.raises(FetchError) as caught:
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert isinstance(caught.value, BlockedError) is (tries == 1)
    assert len(seen) == tries


@pytest.mark.parametrize("status", [404, 410])
def test_gone_says_that_the_address_has_moved(client: Make, httpserver: HTTPServer, status: int) -> None:
    seen = sequence(httpserver, Response("no", status))
    with pytest.raises(FetchError, match="has moved or is gone"):
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert len(seen) == 1


@pytest.mark.parametrize("status", [204, 206, 300, 400, 401, 405, 304])
def test_any_other_status_is_refused(client: Make, httpserver: HTTPServer, status: int) -> None:
    seen = sequence(httpserver, Response("", status))
    with pytest.raises(FetchError, match=str(status)):
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert len(seen) == 1


def test_a_web_page_with_status_200_is_refused_with_its_words(
    client: Make, httpserver: HTTPServer, spool: Path
) -> None:
    page = b"\n<!DOCTYPE html><html><head><script>var x=1</script></head><h1>Down for maintenance</h1></html>"
    sequence(httpserver, ok(page))
    with pytest.raises(BodyError, match=r"web page.*'Down for maintenance'") as caught:
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert caught.value.rule == "body.html"
    assert caught.value.path is not None
    assert caught.value.path.read_bytes() == page, "kept for the quarantine"


def test_a_challenge_page_counts_as_blocked(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, ok(b"<html><title>Just a moment...</title></html>"))
    with pytest.raises(BlockedError):
        ask(client(), httpserver.url_for("/harvest.csv"))


def test_an_oversized_body_is_cut_off(client: Make, raw_server: Start, spool: Path) -> None:
    head = b"HTTP/1.0 200 OK\r\n\r\n"
    server = raw_server(dripping([head, *[b"a" * 100_000] * 30], 0.001))
    with pytest.raises(BodyError, match="larger than the limit of 1,000,000 bytes") as caught:
        ask(client(), server.url())
    assert caught.value.rule == "body.max_bytes"
    assert len(server.requests) == 1
    assert not list(spool.iterdir())


def test_a_gzip_bomb_is_cut_off_while_it_unpacks(client: Make, httpserver: HTTPServer, spool: Path) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000, 1)
    sequence(httpserver, ok(bomb, Content_Encoding="gzip"))
    with pytest.raises(BodyError, match="larger than the limit"):
        ask(client(), httpserver.url_for("/harvest.csv"))
    assert not list(spool.iterdir())


def test_a_body_below_the_floor_is_refused(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, ok(b"a,b\n"))
    with pytest.raises(BodyError, match="at least 10 are expected"):
        ask(client(), httpserver.url_for("/harvest.csv"))


def test_an_encoding_that_was_not_asked_for_is_refused(client: Make, httpserver: HTTPServer) -> None:
    sequence(httpserver, ok(b"whatever it is", Content_Encoding="br"))
    with pytest.raises(BodyError, match="not asked for"):
        ask(client(), httpserver.url_for("/harvest.csv"))


# -- redirects ----------------------------------------------------------------------------------------------------


def _redirect(server: HTTPServer, path: str, location: str, status: int = 302) -> None:
    server.expect_request(path).respond_with_response(Response("", status, {"Location": location}))


def test_a_redirect_on_the_same_host_is_followed(client: Make, httpserver: HTTPServer) -> None:
    _redirect(httpserver, "/old", "/harvest.csv")
    sequence(httpserver, ok())
    made = client()
    payload = ask(made, httpserver.url_for("/old"))
    assert payload.url == httpserver.url_for("/old")
    assert payload.final_url == httpserver.url_for("/harvest.csv")
    assert made.permanent_redirects == {}


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_noted(client: Make, httpserver: HTTPServer, status: int) -> None:
    _redirect(httpserver, "/old", "/harvest.csv", status)
    sequence(httpserver, ok())
    made = client()
    ask(made, httpserver.url_for("/old"))
    assert made.permanent_redirects == {"harvest.csv": httpserver.url_for("/harvest.csv")}


@pytest.mark.parametrize(
    ("location", "rule"),
    [
        ("http://evil.example/harvest.csv", "url.host"),
        ("http://169.254.169.254/latest/meta-data/", "url.host"),
        ("http://user:pw@127.0.0.1/harvest.csv", "url.credentials"),
        ("file:///etc/passwd", "url.scheme"),
        ("ftp://127.0.0.1/harvest.csv", "url.scheme"),
        ("//evil.example/harvest.csv", "url.host"),
        ("http://127.0.0.1@evil.example/", "url.credentials"),
        ("http://127.0.0.1:99999/", "url.invalid"),
        ("http://[::1", "url.invalid"),
    ],
)
def test_a_redirect_that_leaves_the_contract_is_refused(
    client: Make, raw_server: Start, location: str, rule: str
) -> None:
    server = raw_server(answer(b"", f"Location: {location}", status="302 Found"))
    with pytest.raises(FetchError) as caught:
        ask(client(), server.url("/old"))
    assert caught.value.rule == rule


PRIVATE = ["169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00::1]", "0.0.0.0", "100.64.0.1"]  # noqa: S104


@pytest.mark.parametrize("address", PRIVATE)
def test_a_listed_host_in_a_private_network_is_still_refused(
    client: Make, httpserver: HTTPServer, address: str
) -> None:
    dataset = harvest(hosts=("127.0.0.1", "localhost", address.strip("[]")))
    _redirect(httpserver, "/old", f"http://{address}/latest/meta-data/")
    started = time.monotonic()
    with pytest.raises(FetchError) as caught:
        ask(client(dataset), httpserver.url_for("/old"))
    assert caught.value.rule == "url.private_address"
    assert time.monotonic() - started < 1, "it is not even tried"


def test_loopback_needs_the_switch(client: Make, httpserver: HTTPServer) -> None:
    with pytest.raises(FetchError) as caught:
        ask(client(options=ClientOptions()), httpserver.url_for("/harvest.csv").replace("http:", "https:"))
    assert caught.value.rule == "url.host", "a port that is not the usual one"
    with pytest.raises(FetchError) as caught:
        ask(client(options=ClientOptions()), "https://127.0.0.1/harvest.csv")
    assert caught.value.rule == "url.private_address"
    with pytest.raises(FetchError) as caught:
        ask(client(options=ClientOptions()), "http://127.0.0.1/harvest.csv")
    assert caught.value.rule == "url.scheme"


def test_the_body_of_a_redirect_is_not_read(client: Make, raw_server: Start) -> None:
    target = raw_server(answer(BODY))
    moved = answer(b"a", f"Location: {target.url()}", status="302 Found", length=10_000_000)
    started = time.monotonic()
    ask(client(), raw_server(stalling(moved)).url())
    assert time.monotonic() - started < 0.3


def test_redirects_in_a_circle_end(client: Make, httpserver: HTTPServer) -> None:
    _redirect(httpserver, "/a", "/b")
    _redirect(httpserver, "/b", "/a")
    with pytest.raises(FetchError, match="in a circle"):
        ask(client(), httpserver.url_for("/a"))


def test_more_than_five_redirects_end(client: Make, httpserver: HTTPServer) -> None:
    for number in range(8):
        _redirect(httpserver, f"/{number}", f"/{number + 1}")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        ask(client(), httpserver.url_for("/0"))


def test_a_secret_header_is_not_forwarded_to_another_origin(client: Make, raw_server: Start) -> None:
    second = raw_server(answer(BODY))
    first = raw_server(answer(b"", f"Location: {second.url()}", status="302 Found"))
    secret = {"X-API-KEY": "hush-hush-42", "Authorization": "Bearer hush-hush-43", "X-Custom": "hush-hush-44"}
    ask(client(), first.url(), headers=secret)
    assert b"hush-hush-42" in first.requests[0]
    assert b"hush" not in second.requests[0]
    assert b"User-Agent: lines-of-effort" in second.requests[0]


def test_a_secret_header_stays_on_the_same_origin(client: Make, raw_server: Start) -> None:
    server = raw_server(answer(b"", "Location: /there", status="302 Found"), answer(BODY))
    ask(client(), server.url(), headers={"X-API-KEY": "hush-hush-42"})
    assert b"hush-hush-42" in server.requests[1]


# -- TLS ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _secure(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(client: Make, authority: trustme.CA) -> None:
    with HTTPServer(ssl_context=_secure(authority)) as server:
        seen = sequence(server, ok())
        with pytest.raises(FetchError, match="certificate") as caught:
            ask(client(), server.url_for("/harvest.csv").replace("localhost", "127.0.0.1"))
        assert caught.value.rule == "http.tls"
        assert not seen


def test_tls_works_and_a_redirect_out_of_it_is_refused(
    client: Make, authority: trustme.CA, tmp_path: Path, httpserver: HTTPServer
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    options = ClientOptions(allow_loopback=True, ca_file=bundle, backoff=0.01)
    with HTTPServer(ssl_context=_secure(authority)) as server:
        base = server.url_for("").replace("localhost", "127.0.0.1")
        _redirect(server, "/old", httpserver.url_for("/harvest.csv"))
        sequence(server, ok())
        assert ask(client(options=options), f"{base}/harvest.csv").size == len(BODY)
        with pytest.raises(FetchError, match="would leave https") as caught:
            ask(client(options=options), f"{base}/old")
        assert caught.value.rule == "url.downgrade"


def test_a_certificate_for_another_name_is_refused(client: Make, authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    options = ClientOptions(allow_loopback=True, ca_file=bundle, backoff=0.01)
    with HTTPServer(ssl_context=_secure(authority, "another.example")) as server:
        with pytest.raises(FetchError) as caught:
            ask(client(options=options), server.url_for("/harvest.csv").replace("localhost", "127.0.0.1"))
        assert caught.value.rule == "http.tls"


def test_no_code_switches_verification_off() -> None:
    for path in (PROJECT_ROOT / "ingestion").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"verify\s*=\s*False|CERT_NONE|_create_unverified_context", code), path


def test_only_the_client_opens_connections() -> None:
    allowed = {"connections.py", "http.py", "answers.py", "streaming.py", "recorded.py", "run.py", "ingest.py"}
    wide = re.compile(r"^\s*(?:import|from)\s+(?:requests|urllib3|urllib\.request|http\.client|httpx|aiohttp|socket)\b")
    for path in (PROJECT_ROOT / "ingestion").rglob("*.py"):
        if path.name not in allowed:
            assert not [line for line in path.read_text("utf-8").splitlines() if wide.match(line)], path
            continue
        code = path.read_text("utf-8")
        assert not re.search(r"requests\.(?:get|post|request|Session)\b|urlopen\(|PoolManager\(", code), path


# -- conditional requests -----------------------------------------------------------------------------------------


def test_304_brings_the_archived_body_back(client: Make, httpserver: HTTPServer) -> None:
    seen = sequence(httpserver, Response("", 304, {"ETag": '"1"'}))
    url = httpserver.url_for("/harvest.csv")
    sha256 = hashlib.sha256(BODY).hexdigest()

    def reuse(wanted: str, target: Path) -> bool:
        assert wanted == sha256
        return bool(target.write_bytes(BODY))

    known = {url: Validators('"1"', "Mon, 01 Jan 2001 00:00:00 GMT", sha256)}
    payload = ask(client(validators=known, reuse=reuse), url)
    assert (payload.status, payload.sha256, payload.path.read_bytes()) == (304, sha256, BODY)
    assert seen[0].headers["If-None-Match"] == '"1"'
    assert seen[0].headers["If-Modified-Since"] == "Mon, 01 Jan 2001 00:00:00 GMT"
    ask_anyway = client(validators=known, reuse=reuse)
    with pytest.raises(FetchError, match="304"):
        ask(ask_anyway, url, conditional=False)
    assert "If-None-Match" not in seen[1].headers


def test_304_for_a_lost_body_asks_again_unconditionally(client: Make, httpserver: HTTPServer, spool: Path) -> None:
    seen = sequence(httpserver, Response("", 304), ok())
    url = httpserver.url_for("/harvest.csv")
    payload = ask(client(validators={url: Validators('"1"', None, "0" * 64)}, reuse=lambda *_: False), url)
    assert payload.status == 200
    assert [request.headers.get("If-None-Match") for request in seen] == ['"1"', None]
    assert list(spool.iterdir()) == [payload.path]


# -- secrets ------------------------------------------------------------------------------------------------------


def _everything(error: BaseException | None) -> str:
    """Return the text of an error, of its arguments, and of everything chained to it, suppressed or not."""
    seen: list[str] = []
    while error is not None:
        seen += [str(error), repr(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "\n".join(seen)


@pytest.mark.parametrize("how", ["status", "echo", "refused", "page", "redirect", "drip"])
def test_a_key_appears_nowhere(
    client: Make,
    config: Settings,
    httpserver: HTTPServer,
    raw_server: Start,
    every_log: pytest.LogCaptureFixture,
    spool: Path,
    how: str,
) -> None:
    key = "s3cr3t+key/with=signs"
    url = httpserver.url_for("/harvest.csv")
    if how == "status":
        sequence(httpserver, Response("no", 500))
    elif how == "echo":
        sequence(httpserver, Response(f"invalid: {key}", 400))
    elif how == "page":
        sequence(httpserver, ok(f"<html>your key {key} has expired</html>".encode()))
    elif how == "redirect":
        _redirect(httpserver, "/harvest.csv", "http://evil.example/?token=other-s3cr3t-thing")
    elif how == "refused":
        with socket.create_server(("127.0.0.1", 0)) as closed:
            url = f"http://127.0.0.1:{closed.getsockname()[1]}/harvest.csv"
    else:
        url = raw_server(stalling(answer(b"a", length=50))).url()
    settings = config.model_copy(update={"read_timeout": 0.1, "attempts": 2})
    with pytest.raises(FetchError) as caught:
        ask(
            client(settings=settings),
            url,
            params={"api_key": key, "year": "2001"},
            headers={"X-API-KEY": "another-s3cr3t"},
        )
    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in every_log.records)
    assert "urllib3" in every_log.text, "the log is not looked at in vain"
    for text in (_everything(caught.value), logged, every_log.text):
        assert "s3cr3t" not in text
    assert "year=2001" in (caught.value.url or "")
    assert "api_key=REDACTED" in (caught.value.url or "")


def test_a_key_is_not_in_the_payload(client: Make, httpserver: HTTPServer, every_log: pytest.LogCaptureFixture) -> None:
    sequence(httpserver, ok(ETag='"s3cr3t-value"'))
    payload = ask(client(), httpserver.url_for("/harvest.csv"), params={"token": "s3cr3t-value"})
    assert "s3cr3t" not in repr(payload)
    assert "token=REDACTED" in every_log.text
    assert "s3cr3t" not in every_log.text


# -- politeness ---------------------------------------------------------------------------------------------------


def test_datasets_of_one_host_take_turns(client: Make, httpserver: HTTPServer) -> None:
    busy = threading.Lock()
    overlaps: list[bool] = []
    times: list[float] = []

    def handler(_: Request) -> Response:
        overlaps.append(not busy.acquire(blocking=False))
        times.append(time.monotonic())
        time.sleep(0.05)
        busy.release()
        return ok()

    httpserver.expect_request("/harvest.csv").respond_with_handler(handler)
    clients = [client(harvest(min_interval=0.1, name=f"harvest_{number}")) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda made: ask(made, httpserver.url_for("/harvest.csv")), clients))
    assert not any(overlaps)
    assert min(later - earlier for earlier, later in itertools.pairwise(sorted(times))) >= 0.1


def test_waiting_for_a_turn_does_not_eat_the_deadline(client: Make, config: Settings, httpserver: HTTPServer) -> None:
    sequence(httpserver, ok())
    dataset = harvest(min_interval=0.4)
    settings = config.model_copy(update={"deadline": 0.3})
    for _ in range(2):
        ask(client(dataset, settings), httpserver.url_for("/harvest.csv"))


def test_the_environment_cannot_add_a_proxy(
    client: Make, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    sequence(httpserver, ok())
    assert ask(client(), httpserver.url_for("/harvest.csv")).size == len(BODY)
