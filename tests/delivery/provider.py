"""Providers of mail, as one HTTP server that answers each of them as its API does, with its own log of what it took.

It behaves as the address that a mail goes to says: `slow@`, `refused@`, `answers-503@`, `drops@`; what it took is in
`taken` in each of these cases, and in `refused` where it said no.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ADDRESSES = {
    "brevo": "brevo://key",
    "mailgun": "mailgun://key@mg.tilleuls.example",
    "mailjet": "mailjet://key:secret",
    "mailtrap": "mailtrap://key",
    "mandrill": "mandrill://key",
    "postmark": "postmark://key",
    "resend": "resend://key",
    "sparkpost": "sparkpost://key",
}


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> Any:
        """What was sent: of JSON the object, of a form each field, of several under one name the last."""
        if "multipart" not in self.headers.get("content-type", ""):
            return json.loads(self.body)
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        form = message_from_bytes(head + self.body, policy=policy.HTTP)
        parts = {str(part.get_param("name", header="content-disposition")): part for part in form.iter_parts()}
        return {name: part if part.get_filename() else part.get_content() for name, part in parts.items()}


@dataclass
class Provider:
    taken: list[Asked] = field(default_factory=list)
    refused: list[Asked] = field(default_factory=list)
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)


def answer(asked: Asked, number: int) -> Any:
    """As each says that it took a mail."""
    id, path = f"id-{number}", asked.path.rstrip("/")
    to = _recipient(path, asked.fields)
    if "api-token" in asked.headers:
        return {"success": True, "message_ids": [id]}  # Mailtrap, at the same path as Mailjet
    return {
        "/smtp/email": {"messageId": f"<{id}@brevo>"},
        "/mg.tilleuls.example/messages": {"id": f"<{id}@mg>", "message": "Queued. Thank you."},
        "/send": {"Messages": [{"Status": "success", "To": [{"Email": to, "MessageID": number, "MessageUUID": id}]}]},
        "/messages/send.json": [{"email": to, "status": "sent", "_id": id, "reject_reason": None}],
        "/email": {"To": to, "SubmittedAt": "2026-12-07T08:00:00Z", "MessageID": id, "ErrorCode": 0, "Message": "OK"},
        "/emails": {"id": id},
        "/transmissions": {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": id}},
    }[path]


def _recipient(path: str, fields: Any) -> str:
    """Some name it in their answer."""
    if path == "/messages/send.json":
        return str(fields["message"]["to"][0]["email"])
    if path == "/send" and "Messages" in fields:
        return str((fields["Messages"][0].get("To") or fields["Globals"]["To"])[0]["Email"])
    return str(fields.get("To", "")) if isinstance(fields, dict) else ""


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.provider.connections += 1

    def do_POST(self) -> None:
        provider = self.server.provider
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):  # whoever asked has died
            self.close_connection = True
            return
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        status, more = 200, {}
        if code := re.search(rb"answers-(\d+)@", body):
            status = int(code[1])
            more = {"Retry-After": "120"} if status in (429, 503) else {}
            more |= {"Location": "/elsewhere"} if status == 307 else {}
        elif b"refused@" in body:
            status = 422
        (provider.taken if status in (200, 500, 502, 504) else provider.refused).append(asked)
        if b"slow@" in body:
            provider.closing.wait(30)
        if b"slow@" in body or b"drops@" in body:
            self.close_connection = True
            return
        said: Any = {"ErrorCode": 300, "Message": "Invalid 'To' address"}
        if status == 200:
            said = "no JSON" if b"babbles@" in body else answer(asked, len(provider.taken))
        content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """The test's output stays free of requests."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(("127.0.0.1", 0), _Door)


@contextmanager
def provider_at_work(provider: Provider, scheme: str, more: str = "") -> Iterator[str]:
    """Yields the EMAIL_URL of an account there."""
    server = _Server(provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"{ADDRESSES[scheme]}?api=http://127.0.0.1:{server.server_port}&timeout=0.5"
        yield f"{url}&from=agenda@tilleuls.example{more}"
    finally:
        provider.closing.set()
        server.shutdown()
        server.server_close()
