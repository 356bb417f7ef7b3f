"""What the server makes of requests: the same that WSGI made of them."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from kalends.accounts.models import Person
from kalends.contacts import operations as contacts
from tests.cast import Clinic, data

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def address(office: str, db: None) -> str:
    return office


def test_head_has_the_headers_and_no_body(address: str, tilleuls: Clinic) -> None:
    got = httpx.get(f"{address}/tilleuls/", timeout=30)
    head = httpx.head(f"{address}/tilleuls/", timeout=30)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


def test_files_of_the_page_are_served(address: str) -> None:
    answer = httpx.get(f"{address}/static/ui/css/kit.css", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert httpx.head(f"{address}/static/ui/css/kit.css", timeout=30).headers["content-length"] == str(
        int(answer.headers.get("content-length", len(answer.content)))
    )


@pytest.mark.parametrize(("size", "status"), [(60_000, 400), (900_000, 400), (1_500_000, 413), (6_000_000, 413)])
def test_bodies_of_any_size_are_read_or_refused(address: str, tilleuls: Clinic, size: int, status: int) -> None:
    sent = b'{"x": "' + b"a" * size
    answer = httpx.post(f"{address}/api/v1/public/tilleuls/holds", content=sent, headers=JSON, timeout=60)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_comes_slowly_keeps_no_thread(address: str, tilleuls: Clinic) -> None:
    host = urlsplit(address)
    slow = []
    for _ in range(8):  # twice as many as there are threads
        one = socket.create_connection((host.hostname or "", host.port or 0))
        one.sendall(
            b"POST /api/v1/public/tilleuls/holds HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 500\r\n\r\n{"
        )
        slow.append(one)
    assert httpx.get(f"{address}/healthz", timeout=20).status_code == 200
    for one in slow:
        one.close()
    assert httpx.get(f"{address}/healthz", timeout=20).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_big_01_a_cookie_of_100_kb_is_refused(address: str, tilleuls: Clinic, method: str) -> None:
    asked = f"{address}/tilleuls/"
    usual, long = (
        httpx.request(method, asked, headers={"Cookie": f"x={'a' * length}"}, timeout=30) for length in (4_000, 100_000)
    )
    assert (usual.status_code, long.status_code) == ({"GET": 200, "POST": 403}[method], 400)
    assert long.text == "The headers of this request are too long."


def test_one_connection_serves_many_requests(address: str, tilleuls: Clinic) -> None:
    host = urlsplit(address)
    connection = http.client.HTTPConnection(host.hostname or "", host.port or 0, timeout=30)
    found = []
    for path in ("/healthz", "/nowhere/", "/tilleuls/", "/healthz"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        found.append(answer.status)
    connection.close()
    assert found == [200, 404, 200, 200]


def test_letters_of_all_languages_in_addresses(address: str, tilleuls: Clinic) -> None:
    assert httpx.get(f"{address}/tilleuls/?lang=ro&x=%C8%99", timeout=30).status_code == 200
    for path in ("/%C8%99coal%C4%83/", "/%ff/", "/a%00b/", "/a%2Fb/"):
        assert httpx.get(f"{address}{path}", timeout=30).status_code == 404


def test_a_header_with_an_underscore_is_not_taken_for_another(address: str, tilleuls: Clinic) -> None:
    """`Accept_Language` must not pass for `Accept-Language`."""
    page = httpx.get(f"{address}/tilleuls/", headers={"Accept_Language": "ro"}, timeout=30)
    other = httpx.get(f"{address}/tilleuls/", headers={"Accept-Language": "ro"}, timeout=30)
    assert ('<html lang="ro"' in page.text, '<html lang="ro"' in other.text) == (False, True)


def test_a_download_comes_whole_and_says_how_long_it_is_or_not_at_all(
    address: str, tilleuls: Clinic, cookies: Callable[[Person], dict[str, str]], owner: psycopg.Connection
) -> None:
    """What fails after the first lines must not look like a whole table."""
    with tilleuls.acting() as now:
        for number in range(20):
            contacts.make(
                tilleuls.organization,
                data(last=f"Aubrée {number:02}", email=f"a{number}@b.example", remark="x" * 400),
                by=tilleuls.actor(),
                now=now,
            )
    signed_in, path = cookies(tilleuls.staff), f"{address}/app/tilleuls/files/patients.csv"
    whole = httpx.get(path, cookies=signed_in, timeout=30)
    assert (whole.status_code, whole.text.count("Aubrée")) == (200, 20)
    assert int(whole.headers["content-length"]) == len(whole.content)
    owner.execute("UPDATE contacts_contact SET birth_date = '10000-01-01' WHERE last_name = 'Aubrée 19'")
    broken: Any = httpx.get(path, cookies=signed_in, timeout=30)
    assert (broken.status_code, "Aubrée" in broken.text) == (500, False)
